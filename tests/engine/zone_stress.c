/*
 * zone_stress - does the zone keep its promise to real threads?
 *
 *	zone_stress eager|deferred|lazy|unprotected [seconds [threads [symmetric]]]
 *
 * Threads replace the items of a few shared slots and read them in sections.
 * Every word of an item says which life it belongs to, and is overwritten by
 * the constructor as soon as the zone hands the item out again.  A reader that
 * finds two lives in one item, or another one at its second look, has seen a
 * use after free.  A further thread drains and trims the zone all the while,
 * and has bucket allocations refused.  At the end the books must balance.
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
#include "engine/smr.h"
#include "engine/smr_section.h"
#include "engine/zone.h"

enum { THREADS_MAX = 32, SLOTS = 32, WORDS = 16, LOOKS = 40, HELD = 100 };

static const uint64_t poison = UINT64_C(0xdeaddeaddeaddead);

static struct {
	struct smr *smr;
	struct zone *zone;
	bool protect;
	uint64_t end_ns;
	_Atomic(void *) slots[SLOTS];
	_Atomic(uint64_t) violations;
	_Atomic(uint64_t) sections;
	_Atomic(uint64_t) frees;
	_Atomic(uint64_t) refusals;
} stress;

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
	    atomic_load(&stress.violations) != 0 &&
	    atomic_load(&stress.frees) >= 1000 &&
	    atomic_load(&stress.refusals) != 0));
}

static uint32_t
draw(uint64_t *state)
{

	*state = *state * UINT64_C(6364136223846793005) +
	    UINT64_C(1442695040888963407);
	return ((uint32_t)(*state >> 33));
}

static void
fill(void *item, uint64_t life)
{
	uint64_t *words;
	unsigned i;

	words = item;
	for (i = 0; i < WORDS; i++)
		words[i] = life;
}

/* The constructor: the item is nobody's, so write as rudely as can be. */
static void
spoil(void *item, size_t size, void *argument)
{

	(void)size;
	(void)argument;
	fill(item, poison);
}

/* What the words say, or poison where they do not agree. */
static uint64_t
life_of(const void *item)
{
	const volatile uint64_t *words;
	uint64_t life;
	unsigned i;

	words = item;
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
	if (smr_is_lazy(stress.smr))
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
	if (smr_is_lazy(stress.smr))
		inlined ? smr_section_lazy_exit(stress.smr) :
		    smr_lazy_exit(stress.smr);
	else
		inlined ? smr_section_exit(stress.smr) :
		    smr_exit(stress.smr);
}

static void
read_one(uint64_t *state)
{
	void *item;
	uint64_t life;
	unsigned looks;

	enter();
	item = atomic_load_explicit(&stress.slots[draw(state) % SLOTS],
	    memory_order_acquire);
	if (item != NULL) {
		life = life_of(item);
		for (looks = draw(state) % LOOKS; looks > 0; looks--)
			if (life == poison || life_of(item) != life) {
				atomic_fetch_add(&stress.violations, 1);
				break;
			}
	}
	leave();
	atomic_fetch_add_explicit(&stress.sections, 1, memory_order_relaxed);
}

static void
give(void *item)
{

	if (item == NULL)
		return;
	zone_free_smr(stress.zone, item);
	atomic_fetch_add_explicit(&stress.frees, 1, memory_order_relaxed);
}

/* A burst of items of which some are published and some go back unseen. */
static void
replace_some(uint64_t *state)
{
	void *held[HELD];
	unsigned count, i;

	count = 1 + draw(state) % HELD;
	for (i = 0; i < count; i++) {
		held[i] = zone_alloc_smr(stress.zone);
		if (held[i] != NULL)
			fill(held[i], (uint64_t)draw(state) << 1 | 1);
	}
	for (i = 0; i < count; i++) {
		if (held[i] != NULL && draw(state) % 2 == 0)
			/* acq_rel: publishes, and takes over what was there. */
			held[i] = atomic_exchange_explicit(
			    &stress.slots[draw(state) % SLOTS], held[i],
			    memory_order_acq_rel);
		give(held[i]);
	}
}

static void *
work(void *argument)
{
	uint64_t state;
	unsigned i;

	state = (uintptr_t)argument;
	inlined = state % 2 == 0;
	if (kern_native_attach() != 0)
		abort();
	while (!over()) {
		for (i = draw(&state) % 60; i > 0; i--)
			read_one(&state);
		replace_some(&state);
	}
	kern_native_detach();
	return (NULL);
}

/* Asks for memory back, and makes it scarce, all the time. */
static void *
disturb(void *argument)
{
	uint64_t state;

	(void)argument;
	state = 4711;
	if (kern_native_attach() != 0)
		abort();
	while (!over()) {
		zone_reclaim(stress.zone,
		    (enum zone_reclaim)(draw(&state) % 3));
		zone_timeout(stress.zone);
		kern_native_fail(KERN_FAIL_BUCKET, draw(&state) % 50,
		    draw(&state) % 5);
		atomic_fetch_add(&stress.refusals, 1);
		kern_pause(1);
	}
	kern_native_fail(KERN_FAIL_BUCKET, 0, 0);
	kern_native_detach();
	return (NULL);
}

static int
prepare(const char *mode)
{
	static const char *const names[] = { "eager", "deferred", "lazy",
		"unprotected" };
	struct smr_config config;
	struct zone_setup setup;
	unsigned i;

	for (i = 0; i < 4 && strcmp(mode, names[i]) != 0; i++)
		continue;
	if (i == 4) {
		(void)fprintf(stderr, "zone_stress: mode \"%s\" is not one of "
		    "eager, deferred, lazy, unprotected\n", mode);
		return (-1);
	}
	smr_config_production(&config);
	config.mode = i == 3 ? SMR_EAGER : (enum smr_mode)i;
	config.deferral = 4;
	stress.protect = i != 3;
	stress.smr = smr_create("stress", &config);
	setup = (struct zone_setup){
		.name = "stress",
		.item_size = WORDS * sizeof(uint64_t),
		.bucket_size = 8,
		.bucket_size_max = 64,
		.advance_every = i == 1 ? 2 : 1,
		.limit = 200000,
		/* Unprotected readers shall find a wrong item, not a hole. */
		.flags = ZONE_GROWTH | (stress.protect ? 0 : ZONE_NOFREE),
		.ctor = spoil,
		.smr = stress.smr,
	};
	stress.zone = zone_create(&setup);
	return (stress.zone == NULL ? -1 : 0);
}

static void
run(unsigned count)
{
	pthread_t threads[THREADS_MAX + 1];
	unsigned i;

	for (i = 0; i < count; i++)
		if (pthread_create(&threads[i], NULL, work,
		    (void *)(uintptr_t)(i + 1)) != 0)
			abort();
	if (pthread_create(&threads[count], NULL, disturb, NULL) != 0)
		abort();
	for (i = 0; i <= count; i++)
		(void)pthread_join(threads[i], NULL);
}

/* 0 where the mode's promise was kept. */
static int
judge(void)
{
	struct zone_figures figures;
	const char *broken;
	uint64_t frees, lost, violations;
	unsigned i;

	for (i = 0; i < SLOTS; i++)
		give(atomic_exchange(&stress.slots[i], NULL));
	broken = zone_audit(stress.zone);
	zone_figures(stress.zone, &figures);
	lost = zone_destroy(stress.zone);
	smr_destroy(stress.smr);
	violations = atomic_load(&stress.violations);
	frees = atomic_load(&stress.frees);
	(void)printf("%" PRIu64 " sections, %" PRIu64 " frees, %" PRIu64
	    " waits, bucket size %u, %" PRIu64 " violations, %" PRIu64
	    " items and %zu pages lost, audit: %s\n",
	    atomic_load(&stress.sections), frees, figures.waits,
	    figures.bucket_size, violations, lost, kern_native_pages(),
	    broken == NULL ? "sound" : broken);
	if (broken != NULL || lost != 0 || kern_native_pages() != 0 ||
	    frees < 1000 || atomic_load(&stress.refusals) == 0)
		return (1);
	return (stress.protect ? violations != 0 : violations == 0);
}

int
main(int argc, char **argv)
{
	unsigned count;
	double seconds;

	if (argc < 2 || argc > 5 || (argc > 4 &&
	    strcmp(argv[4], "symmetric") != 0)) {
		(void)fprintf(stderr, "usage: zone_stress "
		    "eager|deferred|lazy|unprotected [seconds [threads "
		    "[symmetric]]]\n");
		return (2);
	}
	seconds = argc > 2 ? strtod(argv[2], NULL) : 2;
	count = argc > 3 ? (unsigned)strtoul(argv[3], NULL, 10) : 4;
	if (count == 0 || count > THREADS_MAX) {
		(void)fprintf(stderr, "zone_stress: 1 to %d threads, not %u\n",
		    THREADS_MAX, count);
		return (2);
	}
	/* The workers, the one that disturbs, and main(). */
	(void)kern_native_configure(&(struct kern_native_config){
	    .cpus = count + 2, .hz = 1000,
	    .asymmetric = argc > 4 ? KERN_NATIVE_NEVER : KERN_NATIVE_AUTO });
	if (kern_native_attach() != 0 || prepare(argv[1]) != 0)
		return (2);
	stress.end_ns = wall_ns() + (uint64_t)(seconds * 1e9);
	run(count);
	return (judge());
}
