/*
 * Nothing that was freed is ever used again, so readers are always safe, no
 * scheme can spend less on freeing, and memory only grows: the other anchor.
 *
 * Each CPU notes its freed items in pages of pointers, so that they can be
 * counted, and given back when all is over.  The items themselves stay as they
 * are; readers may hold them.  Sections are those of a lazy domain: two plain
 * stores, the least with which synchronize() can still wait for them.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include "engine/kern.h"
#include "engine/smr.h"
#include "policies/policy.h"
#include "policies/zoned.h"

enum {
	LEAK_NOTE_ITEMS = (KERN_PAGE_SIZE - sizeof(void *)) / sizeof(void *)
};

struct leak_note {
	struct leak_note *older;
	void *items[LEAK_NOTE_ITEMS];
};

_Static_assert(sizeof(struct leak_note) == KERN_PAGE_SIZE, "one page");

struct leak_cpu {
	_Alignas(2 * KERN_LINE_SIZE) struct leak_note *note;
	uint64_t note_items;	/* in the newest note */
	uint64_t items;
	uint64_t notes;
};

struct leak {
	struct smr *smr;
	struct zone *zone;
	unsigned cpu_count;
	struct leak_cpu cpu[];
};

static size_t
leak_pages(unsigned cpu_count)
{
	size_t bytes;

	bytes = sizeof(struct leak) + cpu_count * sizeof(struct leak_cpu);
	return ((bytes + KERN_PAGE_SIZE - 1) / KERN_PAGE_SIZE);
}

/* Nobody is left to hold them. */
static void
leak_return(struct leak *leak, struct leak_cpu *cpu)
{
	struct leak_note *note, *older;
	uint64_t i, count;

	count = cpu->note_items;
	for (note = cpu->note; note != NULL; note = older) {
		older = note->older;
		for (i = 0; i < count; i++)
			zone_free(leak->zone, note->items[i]);
		kern_pages_free(note, 1);
		count = LEAK_NOTE_ITEMS;
	}
}

static void
leak_destroy(void *policy)
{
	struct leak *leak;
	unsigned i;

	leak = policy;
	if (leak->smr != NULL)
		smr_destroy(leak->smr);
	for (i = 0; i < leak->cpu_count; i++)
		leak_return(leak, &leak->cpu[i]);
	if (leak->zone != NULL)
		(void)zone_destroy(leak->zone);
	kern_pages_free(leak, leak_pages(leak->cpu_count));
}

static void *
leak_create(const struct policy_setup *setup)
{
	struct smr_config config;
	struct leak *leak;

	leak = kern_pages_alloc(leak_pages(kern_cpu_count()), kern_domain());
	if (leak == NULL)
		return (NULL);
	leak->cpu_count = kern_cpu_count();
	smr_config_production(&config);
	config.mode = SMR_LAZY;
	leak->smr = smr_create("leak", &config);
	if (leak->smr != NULL)
		leak->zone = zoned_create("leak", &setup->zone, NULL, NULL);
	if (leak->zone == NULL) {
		leak_destroy(leak);
		return (NULL);
	}
	return (leak);
}

static void
leak_enter(void *policy)
{

	smr_lazy_enter(((struct leak *)policy)->smr);
}

static void
leak_exit(void *policy)
{

	smr_lazy_exit(((struct leak *)policy)->smr);
}

static void *
leak_alloc(void *policy)
{

	return (zone_alloc(((struct leak *)policy)->zone));
}

/*
 * Notes the item if there is room on this CPU.  The count is for the census,
 * which also wants to know of items that no note had room for.
 */
static bool
leak_note(struct leak *leak, void *item, struct leak_note **fresh)
{
	struct leak_cpu *cpu;
	bool noted;

	kern_critical_enter();
	cpu = &leak->cpu[kern_cpu()];
	if (*fresh != NULL && (cpu->note == NULL ||
	    cpu->note_items == LEAK_NOTE_ITEMS)) {
		(*fresh)->older = cpu->note;
		cpu->note = *fresh;
		cpu->note_items = 0;
		cpu->notes++;
		*fresh = NULL;
	}
	noted = cpu->note != NULL && cpu->note_items < LEAK_NOTE_ITEMS;
	if (noted) {
		cpu->note->items[cpu->note_items++] = item;
		cpu->items++;
	}
	kern_critical_exit();
	return (noted);
}

static void
leak_lose(struct leak *leak)
{

	kern_critical_enter();
	leak->cpu[kern_cpu()].items++;
	kern_critical_exit();
}

static void
leak_retire(void *policy, void *item)
{
	struct leak_note *fresh;
	struct leak *leak;

	leak = policy;
	kern_items(KERN_ITEMS_CACHED, leak, &item, 1, 0);
	fresh = NULL;
	while (!leak_note(leak, item, &fresh)) {
		fresh = kern_pages_alloc(1, kern_domain());
		if (fresh == NULL) {
			/* Not even a note of it: it is lost for good. */
			leak_lose(leak);
			return;
		}
	}
	/* Moved meanwhile to a CPU that had room. */
	if (fresh != NULL)
		kern_pages_free(fresh, 1);
}

static void
leak_synchronize(void *policy)
{

	smr_synchronize(((struct leak *)policy)->smr);
}

static KERN_UNSEEN void
leak_census(const void *policy, struct policy_census *census)
{
	const struct leak *leak;
	unsigned i;

	leak = policy;
	zoned_census(leak->zone, census);
	for (i = 0; i < leak->cpu_count; i++) {
		census->items_cached += leak->cpu[i].items;
		census->bucket_bytes += leak->cpu[i].notes * KERN_PAGE_SIZE;
	}
}

static KERN_UNSEEN const char *
leak_audit(const void *policy)
{

	return (smr_audit(((const struct leak *)policy)->smr));
}

const struct policy_def policy_leak = {
	.part = {
		.name = "leak",
		.about = "Never uses freed memory again: always safe, until memory is exhausted.",
	},
	.safe = true,
	.create = leak_create,
	.destroy = leak_destroy,
	.enter = leak_enter,
	.exit = leak_exit,
	.alloc = leak_alloc,
	.retire = leak_retire,
	.synchronize = leak_synchronize,
	.census = leak_census,
	.audit = leak_audit,
};
