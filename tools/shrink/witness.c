/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/shrink/witness.h"

#include <stdio.h>
#include <string.h>

/* --- phases ----------------------------------------------------------------- */

static const struct {
	enum stream_kind kind;
	enum witness_phase phase;
	bool begins;
} turns[] = {
	{ STREAM_SECTION_ENTER, WITNESS_ENTERING, true },
	{ STREAM_SECTION_OPEN, WITNESS_ENTERING, false },
	{ STREAM_SECTION_OPEN, WITNESS_INSIDE, true },
	{ STREAM_SECTION_CLOSE, WITNESS_INSIDE, false },
	{ STREAM_SECTION_CLOSE, WITNESS_LEAVING, true },
	{ STREAM_SECTION_EXIT, WITNESS_LEAVING, false },
	{ STREAM_ENTER_SAMPLED, WITNESS_SAMPLED, true },
	{ STREAM_ENTER_DONE, WITNESS_SAMPLED, false },
	{ STREAM_POLL_BEGIN, WITNESS_POLLING, true },
	{ STREAM_POLL_END, WITNESS_POLLING, false },
	{ STREAM_POLL_SCAN, WITNESS_SCANNING, true },
	{ STREAM_POLL_SCANNED, WITNESS_SCANNING, false },
	{ STREAM_ADVANCE_BEGIN, WITNESS_ADVANCING, true },
	{ STREAM_ADVANCE_END, WITNESS_ADVANCING, false },
	{ STREAM_WAIT_BEGIN, WITNESS_WAITING, true },
	{ STREAM_WAIT_END, WITNESS_WAITING, false },
	{ STREAM_RETIRE, WITNESS_FREEING, true },
	{ STREAM_RETIRE_END, WITNESS_FREEING, false },
	{ STREAM_ALLOC_BEGIN, WITNESS_ALLOCATING, true },
	{ STREAM_ALLOC, WITNESS_ALLOCATING, false },
};

static void
turn_phase(struct witness *witness, const struct stream_event *event)
{
	uint32_t *phases, bit;
	size_t i;

	if (event->thread >= WITNESS_THREADS_MAX)
		return;
	phases = &witness->phases[event->thread];
	for (i = 0; i < sizeof(turns) / sizeof(turns[0]); i++) {
		if (turns[i].kind != event->kind)
			continue;
		bit = UINT32_C(1) << turns[i].phase;
		*phases = turns[i].begins ? *phases | bit : *phases & ~bit;
	}
}

/* --- entries ------------------------------------------------------------------ */

static struct schedule_entry *
add(struct witness *witness, enum choice_kind kind, uint32_t cpu,
    uint32_t nth, uint64_t answer)
{
	struct witness_log *log = witness->log;
	struct schedule_entry *entry;

	if (log->count == WITNESS_ENTRIES_MAX) {
		log->full = true;
		return (NULL);
	}
	entry = &log->entries[log->count];
	entry->answer = answer;
	entry->nth = nth;
	entry->cpu = (uint16_t)cpu;
	entry->kind = (uint16_t)kind;
	log->count++;
	return (entry);
}

static void
describe(const struct witness *witness, uint32_t cpu,
    struct witness_actor *actor)
{
	struct choice_scene scene;

	choice_scene(cpu, &scene);
	actor->place = scene.place;
	actor->kinds = scene.step.kinds;
	actor->thread = scene.thread;
	actor->phases = scene.thread < WITNESS_THREADS_MAX ?
	    witness->phases[scene.thread] : 0;
	snprintf(actor->name, sizeof(actor->name), "%s",
	    scene.name == NULL ? "" : scene.name);
}

static struct witness_scene *
new_scene(struct witness *witness, const struct schedule_entry *entry,
    uint32_t cpu)
{
	struct witness_log *log = witness->log;
	struct witness_scene *scene;
	struct choice_scene now;

	if (!witness->telling || entry == NULL ||
	    log->scene_count == WITNESS_SCENES_MAX)
		return (NULL);
	scene = &log->scenes[log->scene_count++];
	memset(scene, 0, sizeof(*scene));
	scene->entry = *entry;
	choice_scene(cpu, &now);
	scene->at_ps = now.at_ps;
	return (scene);
}

/* --- questions ------------------------------------------------------------------ */

/* A CPU, or the oldest store in a buffer. */
static void
describe_actor(const struct witness *witness, const struct step *steps,
    uint32_t number, struct witness_actor *actor)
{
	const struct witness_stores *stores;
	uint32_t cpu;

	cpu = number < witness->cpus ? number : number - witness->cpus;
	describe(witness, cpu, actor);
	actor->kinds = steps[number].kinds;
	if (number < witness->cpus)
		return;
	stores = &witness->stores[cpu];
	actor->place = stores->count > 0 ? stores->places[stores->head] : 0;
}

/* Remembers where buffered stores come from. */
static void
follow_stores(struct witness *witness, const struct step *steps,
    uint32_t number)
{
	struct witness_stores *stores;
	struct choice_scene scene;
	uint32_t room, at;

	if (number >= witness->cpus) {
		stores = &witness->stores[number - witness->cpus];
		room = sizeof(stores->places) / sizeof(stores->places[0]);
		if (stores->count > 0) {
			stores->count--;
			stores->head = (stores->head + 1) % room;
		}
		return;
	}
	if ((steps[number].kinds & STEP_PUSH) == 0)
		return;
	stores = &witness->stores[number];
	room = sizeof(stores->places) / sizeof(stores->places[0]);
	if (stores->count == room)
		return;
	choice_scene(number, &scene);
	at = (stores->head + stores->count++) % room;
	stores->places[at] = scene.place;
}

static uint32_t
witness_next(void *context, const struct step *steps, uint32_t actors,
    uint64_t ready, uint32_t usual)
{
	struct witness *witness = context;
	struct witness_scene *scene;
	struct schedule_entry *entry;
	const struct guide_stay *stay;
	uint32_t actor, nth, rank;

	/* Steps of which nobody was asked: all their answers are 0. */
	stay = witness->guide.stay;
	if (stay != NULL)
		witness->asked[0][CHOICE_NEXT] += witness->said - stay->steps;
	actor = witness->inner->next(witness->inner->context, steps, actors,
	    ready, usual);
	if (stay != NULL)
		witness->said = stay->steps;
	nth = witness->asked[0][CHOICE_NEXT]++;
	if (actor == STEP_STOP)
		return (actor);
	rank = schedule_rank(ready, usual, actor);
	if (rank != 0) {
		entry = add(witness, CHOICE_NEXT, 0, nth, rank);
		scene = new_scene(witness, entry, actor % witness->cpus);
		if (scene != NULL) {
			scene->chosen = actor;
			scene->usual = usual;
			describe_actor(witness, steps, actor, &scene->actor);
			describe_actor(witness, steps, usual, &scene->passed);
		}
	}
	if (witness->telling)
		follow_stores(witness, steps, actor);
	return (actor);
}

static uint64_t
witness_choose(void *context, enum choice_kind kind, uint32_t cpu,
    uint64_t alternatives)
{
	struct witness *witness = context;
	struct witness_scene *scene;
	struct schedule_entry *entry;
	uint64_t answer;
	uint32_t nth;

	answer = witness->inner == NULL ? 0 :
	    witness->inner->choose(witness->inner->context, kind, cpu,
	    alternatives);
	nth = witness->asked[cpu][kind]++;
	if (answer == 0)
		return (0);
	if (kind == CHOICE_DELAY)
		witness->own[cpu] = true;
	entry = add(witness, kind, cpu, nth, answer);
	scene = new_scene(witness, entry, cpu);
	if (scene != NULL)
		describe(witness, cpu, &scene->actor);
	return (answer);
}

/* --- faults ----------------------------------------------------------------------- */

/*
 * What the faults of the scenario stop shall be stopped by the guide the next
 * time: before the access that came first after it.
 */
static void
strike(struct witness *witness, uint32_t cpu, uint64_t length_ps,
    enum choice_delay stop)
{
	struct schedule_entry *entry;
	uint32_t nth;

	if (witness->own[cpu]) {
		witness->own[cpu] = false;
		return;
	}
	nth = witness->asked[cpu][CHOICE_DELAY];
	if (length_ps == 0 || length_ps > SCHEDULE_DELAY_MAX_PS)
		return;
	if (witness->struck[cpu] > 0) {
		entry = &witness->log->entries[witness->struck[cpu] - 1];
		if (entry->nth == nth) {
			entry->answer += length_ps << 2;
			return;
		}
	}
	entry = add(witness, CHOICE_DELAY, cpu, nth,
	    length_ps << 2 | (uint64_t)stop);
	if (entry != NULL)
		witness->struck[cpu] = witness->log->count;
}

static void
witness_event(struct tracer *tracer, const struct stream_event *event)
{
	struct witness *witness;

	witness = (struct witness *)(void *)((char *)tracer -
	    offsetof(struct witness, tracer));
	if (event->kind == STREAM_SECTION_ENTER)
		witness->log->sections++;
	else if (event->kind == STREAM_RETIRE)
		witness->log->frees++;
	if (witness->faults && event->kind == STREAM_STALL_BEGIN)
		strike(witness, event->cpu, event->a,
		    event->b == STREAM_SMI ? DELAY_SMI : DELAY_STALL);
	else if (witness->faults && event->kind == STREAM_PREEMPT)
		strike(witness, event->cpu, event->b, DELAY_PREEMPT);
	turn_phase(witness, event);
}

static void
witness_threads(struct tracer *tracer, unsigned cpus,
    const char *const *names, unsigned count)
{
	struct witness *witness;
	unsigned i;

	(void)cpus;
	witness = (struct witness *)(void *)((char *)tracer -
	    offsetof(struct witness, tracer));
	for (i = 0; i < count; i++)
		if (strcmp(names[i], "boot") != 0 &&
		    strcmp(names[i], "housekeeper") != 0)
			witness->log->threads++;
}

/* --- its life ------------------------------------------------------------------------ */

void
witness_begin(struct witness *witness, struct witness_log *log,
    const struct guide *inner, uint64_t cpus)
{

	witness->guide.stepped = inner != NULL && inner->stepped;
	witness->guide.next = witness_next;
	witness->guide.choose = witness_choose;
	witness->guide.context = witness;
	witness->guide.stay = NULL;
	witness->tracer.event = witness_event;
	witness->tracer.begin = witness_threads;
	witness->inner = inner;
	witness->log = log;
	witness->cpus = (uint32_t)cpus;
	memset(witness->asked, 0, cpus * sizeof(witness->asked[0]));
	memset(witness->own, 0, sizeof(witness->own));
	memset(witness->struck, 0, sizeof(witness->struck));
	if (witness->telling) {
		memset(witness->phases, 0, sizeof(witness->phases));
		memset(witness->stores, 0, sizeof(witness->stores));
	}
	log->stepped = witness->guide.stepped;
	log->full = false;
	log->count = log->scene_count = 0;
	log->threads = 0;
	log->sections = log->frees = 0;
}

void
witness_stay(struct witness *witness)
{

	if (witness->telling)
		return;
	witness->guide.stay = witness->inner->stay;
	witness->said = witness->guide.stay->steps;
}

bool
witness_schedule(const struct witness_log *log, uint64_t cpus,
    struct schedule *schedule)
{
	const struct schedule_entry *entry;
	size_t count, i;

	schedule_clear(schedule);
	count = log->count;
	if (log->full || count > WITNESS_ENTRIES_MAX)
		return (false);
	schedule->stepped = log->stepped;
	for (i = 0; i < count; i++) {
		entry = &log->entries[i];
		if (entry->kind >= CHOICE_KIND_COUNT || entry->answer == 0)
			return (false);
		schedule_add(schedule, (enum choice_kind)entry->kind,
		    entry->cpu, entry->nth, entry->answer);
	}
	schedule_sort(schedule);
	return (schedule_valid(schedule, cpus));
}
