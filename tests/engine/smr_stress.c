/*
 * smr_stress - does the core keep its promise to real threads?
 *
 *	smr_stress eager|deferred|lazy|unprotected [seconds [threads [symmetric]]]
 *
 * Threads replace the items of a few shared slots and read them in sections.
 * Every word of an item says which life of the item it belongs to, and is
 * overwritten as soon as the core says that nobody can hold it.  A reader that
 * finds two lives in one item, or another one at its second look, has seen a
 * use after free.  Retired items go through one queue, so goals are polled by
 * other threads than those that got them.
 *
 * `unprotected` is the same with readers that do not tell the core: there the
 * detector must strike, or it could not be believed elsewhere.
 *
 * Every other thread has its sections inline.  `symmetric` makes readers pay for
 * their fence where the system would have spared them.
 *
 * A plain program, since Criterion does not run under libtsan and this should.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "engine/kern.h"
#include "engine/mutex.h"
#include "engine/smr.h"
#include "engine/smr_section.h"

enum {
	THREADS_MAX = 64,
	SLOTS = 16,
	WORDS = 14,
	QUEUE = 512,
	ITEMS = QUEUE + SLOTS + 4 * THREADS_MAX,
	LOOKS = 40,
};

/* Nobody's life: what an item holds between two of them. */
static const uint64_t poison = UINT64_C(0xdeaddeaddeaddead);

struct item {
	struct item *next;	/* in the free list */
	struct smr_seq goal;	/* in the queue */
	uint64_t words[WORDS];
};

static struct {
	struct smr *smr;
	bool lazy;
	bool protect;
	uint64_t end_ns;
	_Atomic(struct item *) slots[SLOTS];

	struct mutex lock;	/* for all that follows */
	struct item *free;
	struct item *queue[QUEUE];
	unsigned head;
	unsigned length;
	uint64_t lives;

	_Atomic(uint64_t) violations;
	_Atomic(uint64_t) sections;
	_Atomic(uint64_t) reuses;
} stress;

static struct item items[ITEMS];

static uint64_t
wall_ns(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return ((uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec);
}

/* Without protection, as soon as the detector has struck. */
static bool
over(void)
{

	return (wall_ns() >= stress.end_ns || (!stress.protect &&
	    atomic_load(&stress.violations) != 0));
}

static uint32_t
draw(uint64_t *state)
{

	*state = *state * UINT64_C(6364136223846793005) +
	    UINT64_C(1442695040888963407);
	return ((uint32_t)(*state >> 33));
}

static void
fill(struct item *item, uint64_t life)
{
	unsigned i;

	for (i = 0; i < WORDS; i++)
		item->words[i] = life;
}

/* What the words say, or poison where they do not agree. */
static uint64_t
life_of(const struct item *item)
{
	const volatile uint64_t *words;
	uint64_t life;
	unsigned i;

	words = item->words;
	life = words[0];
	for (i = 1; i < WORDS; i++)
		if (words[i] != life)
			return (poison);
	return (life);
}

/* Of this thread's sections. */
static _Thread_local bool inlined;

static void
enter(void)
{

	if (!stress.protect)
		return;
	if (stress.lazy)
		inlined ? smr_section_lazy_enter(stress.smr) :
		    smr_lazy_enter(stress.smr);
	else
		inlined ? smr_section_enter(stress.smr) :
		    smr_enter(stress.smr);
}

static void
leave(void)
{

	if (!stress.protect)
		return;
	if (stress.lazy)
		inlined ? smr_section_lazy_exit(stress.smr) :
		    smr_lazy_exit(stress.smr);
	else
		inlined ? smr_section_exit(stress.smr) :
		    smr_exit(stress.smr);
}

static void
read_one(uint64_t *state)
{
	struct item *item;
	uint64_t life;
	unsigned looks;

	enter();
	item = atomic_load_explicit(&stress.slots[draw(state) % SLOTS],
	    memory_order_acquire);
	life = life_of(item);
	for (looks = draw(state) % LOOKS; looks > 0; looks--)
		if (life == poison || life_of(item) != life) {
			atomic_fetch_add(&stress.violations, 1);
			break;
		}
	leave();
}

/* The head of the queue, if nobody can hold it; under the lock. */
static struct item *
reclaim(void)
{
	struct item *item;

	if (stress.length == 0)
		return (NULL);
	item = stress.queue[stress.head];
	if (!smr_poll(stress.smr, item->goal, false))
		return (NULL);
	stress.head = (stress.head + 1) % QUEUE;
	stress.length--;
	return (item);
}

/* An item to publish; NULL where all are still held. */
static struct item *
take(void)
{
	struct item *item;

	mutex_lock(&stress.lock);
	while ((item = reclaim()) != NULL) {
		/* From here on it is ours, so write as rudely as can be. */
		fill(item, poison);
		item->next = stress.free;
		stress.free = item;
		atomic_fetch_add_explicit(&stress.reuses, 1,
		    memory_order_relaxed);
	}
	item = stress.free;
	if (item != NULL && stress.length < QUEUE - THREADS_MAX) {
		stress.free = item->next;
		fill(item, ++stress.lives);
	} else
		item = NULL;
	mutex_unlock(&stress.lock);
	return (item);
}

static void
replace_one(uint64_t *state)
{
	struct item *item;

	item = take();
	if (item == NULL) {
		/* Let the clock tick, or a committer come by. */
		if (stress.lazy)
			kern_yield();
		else
			smr_synchronize(stress.smr);
		return;
	}
	item = atomic_exchange_explicit(&stress.slots[draw(state) % SLOTS],
	    item, memory_order_acq_rel);
	item->goal = smr_advance(stress.smr);
	mutex_lock(&stress.lock);
	stress.queue[(stress.head + stress.length++) % QUEUE] = item;
	mutex_unlock(&stress.lock);
}

static void *
body(void *argument)
{
	uint64_t state, sections;

	state = (uintptr_t)argument;
	inlined = state % 2 == 0;
	if (kern_native_attach() != 0)
		return (NULL);
	for (sections = 0; sections % 64 != 0 || !over();
	    sections++) {
		read_one(&state);
		if (draw(&state) % 4 == 0)
			replace_one(&state);
	}
	atomic_fetch_add(&stress.sections, sections);
	kern_native_detach();
	return (NULL);
}

static int
usage(void)
{

	(void)fprintf(stderr, "usage: smr_stress eager|deferred|lazy|"
	    "unprotected [seconds [threads, at most %d [symmetric]]]\n",
	    THREADS_MAX);
	return (2);
}

static bool
prepare(const char *mode)
{
	struct smr_config config;
	unsigned i;

	smr_config_production(&config);
	config.deferral = 8;
	stress.protect = strcmp(mode, "unprotected") != 0;
	if (strcmp(mode, "lazy") == 0)
		config.mode = SMR_LAZY;
	else if (strcmp(mode, "deferred") == 0)
		config.mode = SMR_DEFERRED;
	else if (strcmp(mode, "eager") != 0 && stress.protect)
		return (false);
	stress.lazy = config.mode == SMR_LAZY;
	/* Through the wrap early in the run. */
	smr_config_start_before_wrap(&config, 100);
	stress.smr = smr_create("stress", &config);
	mutex_init(&stress.lock);
	for (i = 0; i < ITEMS; i++) {
		fill(&items[i], poison);
		items[i].next = stress.free;
		stress.free = &items[i];
	}
	for (i = 0; i < SLOTS; i++)
		atomic_init(&stress.slots[i], take());
	return (stress.smr != NULL);
}

int
main(int argc, char **argv)
{
	pthread_t threads[THREADS_MAX];
	struct smr_counters counters;
	const char *broken;
	uint64_t violations;
	double seconds;
	unsigned count, i;

	seconds = argc > 2 ? atof(argv[2]) : 2;
	count = argc > 3 ? (unsigned)atoi(argv[3]) : 4;
	if (argc < 2 || argc > 5 || seconds <= 0 || count < 1 ||
	    count > THREADS_MAX || (argc > 4 &&
	    strcmp(argv[4], "symmetric") != 0))
		return (usage());
	/* One more than the threads: main() is one of them. */
	(void)kern_native_configure(&(struct kern_native_config){
	    .cpus = count + 1, .hz = 1000,
	    .asymmetric = argc > 4 ? KERN_NATIVE_NEVER : KERN_NATIVE_AUTO });
	if (kern_native_attach() != 0 || !prepare(argv[1]))
		return (usage());
	stress.end_ns = wall_ns() + (uint64_t)(seconds * 1e9);
	for (i = 0; i < count; i++)
		if (pthread_create(&threads[i], NULL, body,
		    (void *)(uintptr_t)(i + 1)) != 0) {
			perror("pthread_create");
			return (3);
		}
	for (i = 0; i < count; i++)
		(void)pthread_join(threads[i], NULL);

	smr_counters(stress.smr, &counters);
	broken = smr_audit(stress.smr);
	violations = atomic_load(&stress.violations);
	(void)printf("%s: %" PRIu64 " sections, %" PRIu64 " items reused, %"
	    PRIu64 " advances, %" PRIu64 " polls, %" PRIu64 " scans; %" PRIu64
	    " uses after free, %s\n", argv[1], atomic_load(&stress.sections),
	    atomic_load(&stress.reuses), counters.advance, counters.poll,
	    counters.poll_scan, violations, broken != NULL ? broken :
	    "invariants hold");
	if (broken != NULL || atomic_load(&stress.reuses) == 0)
		return (1);
	smr_destroy(stress.smr);
	return (stress.protect ? violations != 0 : violations == 0);
}
