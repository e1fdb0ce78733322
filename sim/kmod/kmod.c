/* SPDX-License-Identifier: BSD-2-Clause */
#include "sim/kmod/kmod.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <xxhash.h>

#include "sim/base/err.h"
#include "sim/base/must.h"
#include "sim/kmod/guest.h"
#include "sim/kmod/kpi.h"
#include "sim/machine/stream.h"

struct guest guest;
void (*kmod_listener)(uint64_t at_ps, uint32_t cpu, const char *text);

/* --- the modules that there are ----------------------------------------- */

static struct kmod {
	char digest[KMOD_DIGEST_SIZE];
	char *name;
	struct object object;
} kmods[KMODS_MAX];
static size_t kmod_count;

void
kmod_digest(const void *file, size_t bytes, char digest[KMOD_DIGEST_SIZE])
{
	XXH128_canonical_t canonical;
	size_t i;

	XXH128_canonicalFromHash(&canonical, XXH3_128bits(file, bytes));
	for (i = 0; i < sizeof(canonical.digest); i++)
		snprintf(digest + 2 * i, 3, "%02x", canonical.digest[i]);
}

static struct kmod *
kmod_find(const char *digest)
{
	size_t i;

	for (i = 0; i < kmod_count; i++)
		if (strcmp(kmods[i].digest, digest) == 0)
			return (&kmods[i]);
	return (NULL);
}

bool
kmod_provided(const char *digest)
{

	return (kmod_find(digest) != NULL);
}

int
kmod_provide(const char *name, const void *file, size_t bytes, struct err *err)
{
	const char *slash;
	struct kmod *kmod;
	char digest[KMOD_DIGEST_SIZE];

	kmod_digest(file, bytes, digest);
	if (kmod_find(digest) != NULL)
		return (0);
	if (kmod_count == KMODS_MAX)
		return (err_set(err, "more than %d modules in one scenario",
		    KMODS_MAX));
	kmod = &kmods[kmod_count];
	if (object_open(&kmod->object, file, bytes, err) != 0)
		return (-1);
	slash = strrchr(name, '/');
	kmod->name = must_copy(slash == NULL ? name : slash + 1);
	memcpy(kmod->digest, digest, sizeof(digest));
	kmod_count++;
	return (0);
}

void
kmods_fini(void)
{

	while (kmod_count > 0) {
		kmod_count--;
		object_fini(&kmods[kmod_count].object);
		free(kmods[kmod_count].name);
	}
}

const struct kmod_config *
kmod_of(const struct run_spec *spec)
{

	return (strcmp(spec->workload.def->name, "kernel_module") != 0 ? NULL :
	    (const struct kmod_config *)(const void *)spec->workload.config);
}

bool
kmod_place(uint64_t place, struct kmod_place *found)
{
	const struct object_part *part;
	const struct kmod *kmod;
	uint32_t index, at;

	index = (uint32_t)(place >> STREAM_GUEST_SHIFT) & (KMODS_MAX - 1);
	if ((place & STREAM_GUEST) == 0 || place >> 32 != 0 ||
	    index >= kmod_count)
		return (false);
	kmod = &kmods[index];
	at = (uint32_t)place & ((1u << STREAM_GUEST_SHIFT) - 1);
	/* A return address may be the first byte after its section. */
	part = at == 0 ? NULL : object_part_at(&kmod->object, at - 1);
	if (part == NULL)
		return (false);
	found->name = kmod->name;
	found->file = kmod->object.file;
	found->file_bytes = kmod->object.file_bytes;
	found->section = part->section;
	found->section_name = part->name;
	found->offset = at - part->at;
	return (true);
}

/* --- a run begins ------------------------------------------------------- */

void *
guest_memory(size_t bytes)
{
	void *memory;

	bytes = (bytes + 63) & ~(size_t)63;
	if (guest.spare_bytes < bytes) {
		guest.spare = arena_take(&the.arena, 1, 0);
		if (guest.spare == NULL)
			guest_fail("assertion", NULL, "there is no memory for "
			    "the threads' structures: machine.pages is too "
			    "small");
		guest.spare_bytes = ARENA_PAGE;
	}
	memory = guest.spare;
	guest.spare += bytes;
	guest.spare_bytes -= bytes;
	return (memory);
}

static void
free_each(void **things, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++)
		free(things[i]);
}

void
kmod_begin(const struct run_spec *spec)
{
	struct guest fresh;
	const struct kmod *kmod;

	free_each((void **)guest.domains, guest.domain_count);
	free_each((void **)guest.zones, guest.zone_count);
	memset(&fresh, 0, sizeof(fresh));
	fresh.domains = guest.domains;
	fresh.zones = guest.zones;
	fresh.threads = guest.threads;
	fresh.thread_room = guest.thread_room;
	fresh.items = guest.items;
	fresh.item_room = guest.item_room;
	fresh.pages = guest.pages;
	fresh.page_room = guest.page_room;
	guest = fresh;
	guest.config = kmod_of(spec);
	if (guest.config == NULL)
		return;
	kmod = kmod_find(guest.config->content);
	if (kmod == NULL)
		abort();	/* spec_check() has not been asked */
	guest.object = &kmod->object;
	guest.file_name = kmod->name;
	guest.engine = lab.policy_def->engine;
	if (guest.engine == NULL)
		abort();
	lab.policy_def = &guest_policy;
	lab.guest = true;
	memory_begin();
}

/* --- the module is laid out --------------------------------------------- */

static void
set_word(const char *name, const void *value, size_t bytes)
{
	int row;

	row = kpi_find(name);
	__real_memcpy(guest.block + guest.object->variables[row], value,
	    bytes);
}

static void
set_int(const char *name, uint64_t value)
{
	uint32_t word;

	word = (uint32_t)value;
	set_word(name, &word, sizeof(word));
}

static void
set_variables(void)
{
	static const struct shape_malloc_type types[] = {
		{ "temp", "memory for a short time" },
		{ "devbuf", "memory of devices" },
		{ "cache", "memory of caches" },
	};
	struct shape_mtx giant;
	struct shape_cpuset all;
	uint64_t word;
	uint32_t i;

	_Static_assert(sizeof(giant) <= 64 && sizeof(struct shape_proc) <= 128,
	    "the room that kpi.def gives them");
	set_int("hz", the.config.hz);
	set_int("tick", 1000000 / the.config.hz);
	word = (UINT64_C(1) << 32) / the.config.hz;
	set_word("tick_sbt", &word, sizeof(word));
	set_int("mp_ncpus", the.cpu_count);
	set_int("mp_maxid", the.cpu_count - 1);
	set_int("smp_cpus", the.cpu_count);
	set_int("smp_cores", (the.cpu_count + the.config.threads_per_core -
	    1) / the.config.threads_per_core);
	set_int("smp_started", 1);
	set_int("vm_ndomains", the.arena.domains);
	set_word("M_TEMP", &types[0], sizeof(types[0]));
	set_word("M_DEVBUF", &types[1], sizeof(types[1]));
	set_word("M_CACHE", &types[2], sizeof(types[2]));
	__real_memset(&all, 0, sizeof(all));
	for (i = 0; i < the.cpu_count; i++)
		all.words[i / 64] |= UINT64_C(1) << i % 64;
	set_word("all_cpus", &all, sizeof(all));
	__real_memset(&giant, 0, sizeof(giant));
	giant.object.name = "Giant";
	giant.kind = 4;		/* MTX_RECURSE */
	set_word("Giant", &giant, sizeof(giant));
}

static void
lay_out(void)
{
	const struct object *object = guest.object;
	const struct object_fixup *fixup;
	uint64_t address;
	size_t i;

	guest.block = arena_take(&the.arena, object->bytes / ARENA_PAGE, 0);
	if (guest.block == NULL)
		guest_fail("assertion", NULL, "the module, %u bytes, does not "
		    "fit into machine.pages", object->bytes);
	__real_memcpy(guest.block, object->image, object->zero);
	for (i = 0; i < object->fixup_count; i++) {
		fixup = &object->fixups[i];
		switch (fixup->base) {
		case FIXUP_IMAGE:
			address = (uintptr_t)guest.block + fixup->value;
			break;
		case FIXUP_KERNEL:
			address = (uintptr_t)kpi_rows[fixup->value].function;
			break;
		case FIXUP_TICKS:
			address = (uintptr_t)the.ticks + fixup->value;
			break;
		default:
			address = fixup->value;
			break;
		}
		__real_memcpy(guest.block + fixup->at, &address,
		    sizeof(address));
	}
	set_variables();
	if (mprotect(guest.block, object->code_bytes,
	    PROT_READ | PROT_EXEC) != 0)
		guest_fail("assertion", NULL, "this host does not let a "
		    "program have code that it has written: the module cannot "
		    "run");
	stream_guest.code = guest.block;
	stream_guest.bytes = object->code_bytes;
	for (i = 0; &kmods[i].object != object; i++)
		;
	stream_guest.base = STREAM_GUEST | (uint64_t)i << STREAM_GUEST_SHIFT;
}

/* --- events ------------------------------------------------------------- */

/* A SYSINIT, or a module: what is to be called, and when. */
struct event {
	uint64_t subsystem;
	uint64_t order;
	uint32_t sequence;
	const struct shape_sysinit *init;
	const struct shape_module *module;
};

static struct event *events;
static size_t event_count;

static int
event_order(const void *one, const void *other)
{
	const struct event *a = one, *b = other;

	if (a->subsystem != b->subsystem)
		return (a->subsystem < b->subsystem ? -1 : 1);
	if (a->order != b->order)
		return (a->order < b->order ? -1 : 1);
	return ((a->sequence > b->sequence) - (a->sequence < b->sequence));
}

static void
events_add(const char *name, bool modules)
{
	const struct object_set *set;
	const void *const *members;
	struct event *event;
	uint32_t i;

	set = object_set(guest.object, name);
	if (set == NULL)
		return;
	members = (const void *const *)(void *)(guest.block + set->at);
	events = must_resize(events, event_count + set->count + 1,
	    sizeof(*events));
	for (i = 0; i < set->count; i++) {
		event = &events[event_count];
		event->sequence = (uint32_t)event_count++;
		event->init = modules ? NULL : members[i];
		event->module = modules ? members[i] : NULL;
		event->subsystem = modules ? event->module->subsystem :
		    event->init->subsystem;
		event->order = modules ? event->module->order :
		    event->init->order;
	}
}

static void
events_collect(const char *inits)
{

	event_count = 0;
	events_add(inits, false);
	events_add("gusim_modules", true);
	if (event_count > 0)
		qsort(events, event_count, sizeof(*events), event_order);
}

static int
tell(const struct shape_module *module, int what)
{

	/* A module_t is asked for its name and nothing else. */
	return (module->data->handler == NULL ? 0 :
	    module->data->handler((void *)(uintptr_t)&module->data->name,
	    what, module->data->argument));
}

static void
load(void)
{
	size_t i;
	int error;

	tunables_apply();
	events_collect("sysinit_set");
	for (i = 0; i < event_count; i++) {
		if (events[i].init != NULL) {
			events[i].init->function(events[i].init->argument);
			continue;
		}
		error = tell(events[i].module, SHAPE_LOAD);
		if (error != 0)
			guest_fail("assertion", NULL, "the module %.60s of "
			    "%.60s does not load: its handler answers MOD_LOAD "
			    "with error %d", events[i].module->data->name,
			    guest.file_name, error);
	}
	guest.loaded = true;
}

/* Until the module agrees; it may be busy for a while. */
static void
insist(const struct shape_module *module, int what)
{
	int error;

	while ((error = tell(module, what)) == SHAPE_EBUSY)
		guest_sleep_ticks(1, NULL);
	if (error != 0 && !(what == SHAPE_QUIESCE &&
	    error == SHAPE_EOPNOTSUPP))
		guest_fail("assertion", NULL, "the module %.60s of %.60s does "
		    "not unload: its handler answers %s with error %d",
		    module->data->name, guest.file_name,
		    what == SHAPE_QUIESCE ? "MOD_QUIESCE" : "MOD_UNLOAD",
		    error);
}

enum { LAST_LOOKS = 1000 };

static void
unload_body(struct lab_thread *thread, void *argument)
{
	size_t i;

	(void)thread;
	(void)argument;
	if (the.cpu->now_ps < lab.window_end_ps)
		thread_sleep_until(lab.window_end_ps);
	if (!guest.loaded || the.stepped)
		return;		/* MOD_LOAD has not come to its end; or watch() */
	guest.unloader = the.cpu->current;
	guest_meet_all();
	events_collect("sysuninit_set");
	for (i = event_count; i > 0; i--)
		if (events[i - 1].module != NULL)
			insist(events[i - 1].module, SHAPE_QUIESCE);
	for (i = event_count; i > 0; i--) {
		if (events[i - 1].module != NULL)
			insist(events[i - 1].module, SHAPE_UNLOAD);
		else
			events[i - 1].init->function(
			    events[i - 1].init->argument);
	}
	/* Those that have said goodbye may be on their last steps. */
	for (i = 0; i < LAST_LOOKS && guest_threads_alive() > 0; i++)
		guest_sleep_ticks(1, NULL);
	if (guest_threads_alive() > 0)
		guest_fail("assertion", NULL, "the module of %.60s is gone, "
		    "but %zu of its threads have not ended",
		    guest.file_name, guest_threads_alive());
	memory_end();
	guest.unloaded = true;
}

/* --- the end ------------------------------------------------------------ */

static void
watch(void *argument, uint64_t value, uint64_t at_ps)
{

	(void)argument;
	(void)value;
	if (guest.unloaded)
		return;
	/*
	 * An order of steps need not be fair: it could keep the thread waiting
	 * that tells the others to stop.  Such a run ends with its time.
	 */
	if (the.stepped) {
		machine_stop();
		return;
	}
	if (guest.accesses_at_end == 0)
		guest.accesses_at_end = machine_accesses();
	if (at_ps >= lab.window_end_ps + guest.config->stop_within_ps ||
	    machine_accesses() - guest.accesses_at_end >
	    lab.spec->run.patience) {
		guest_report("livelock", NULL, "the module of %.60s does not "
		    "stop: %s, and %zu of its threads have not ended",
		    guest.file_name, guest.loaded ?
		    "its MOD_UNLOAD has not come to its end" :
		    "its MOD_LOAD has not come to its end",
		    guest_threads_alive());
		machine_stop();
		return;
	}
	machine_timer(at_ps + 1000000000, watch, NULL, 0);
}

void
kmod_started(void)
{

	machine_timer(lab.window_end_ps, watch, NULL, 0);
}

void
kmod_setup(struct lab_thread *thread, const void *config)
{

	(void)config;
	lay_out();
	threads_begin();
	memory_sizes();
	/* It would wait for its turn behind threads that never give way. */
	lab_spawn(thread, "kldunload", 0, unload_body, NULL);
	lab.threads[lab.thread_count - 1]->thread->urgent = 1;
	load();
}

void
kmod_end(void)
{

	if (guest.block == NULL)
		return;
	stream_guest.bytes = 0;
	/* The arena clears it before the next run. */
	if (mprotect(guest.block, guest.object->code_bytes,
	    PROT_READ | PROT_WRITE) != 0)
		abort();
	guest.block = NULL;
}

void
kmod_fini(void)
{
	size_t i;

	free_each((void **)guest.domains, guest.domain_count);
	free_each((void **)guest.zones, guest.zone_count);
	for (i = 0; i < guest.thread_room; i++)
		free(guest.threads[i]);
	free(guest.domains);
	free(guest.zones);
	free(guest.threads);
	free(guest.items);
	free(guest.pages);
	free(events);
	events = NULL;
	event_count = 0;
	memset(&guest, 0, sizeof(guest));
}
