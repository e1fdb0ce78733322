/*
 * native_patterns - does libgus keep its promise where its users are rough?
 *
 *	native_patterns chains|stall|storm|visits eager|deferred|lazy|unprotected
 *	    [seconds [threads [symmetric]]]
 *
 *	chains	umaperf's traffic: chains of packets pushed on the lock-free stack
 *		of a thread drawn at random, and freed by whoever takes them; every
 *		thread walks the stacks of others in sections meanwhile.
 *	stall	one reader sits in a section for 20 ms at a time and looks at what
 *		it holds; the others free as fast as they can.
 *	storm	threads attach, read, replace and go again, some by detaching and
 *		some by ending.
 *	visits	threads attach, count at the number that they got, without atomics,
 *		and go again: what one did with a number has happened before the
 *		next gets it.  No sections; for tools that know of locks only.
 *
 * Every word of an item says which life it belongs to.  The constructor, which
 * runs as soon as the zone hands the item out again, writes poison.  A reader
 * that finds two lives in one item, or another one at its second look, has seen
 * a use after free.  `unprotected` is the same with readers that do not tell the
 * core: there the detector must strike, or it could not be believed elsewhere.
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

enum {
	THREADS_MAX = 16,
	WORDS = 14,
	CHAIN = 100,
	STACK_MAX = 16384,
	WALK = 20,		/* packets of another's stack that are looked at */
	SLOTS = 8,
	STALL_MS = 20,
	ITEMS_MAX = 400000,
};

static const uint64_t poison = UINT64_C(0xdeaddeaddeaddead);

struct item {
	_Atomic(struct item *) next;
	uint64_t words[WORDS];
};

struct stack {
	_Alignas(128) _Atomic(struct item *) head;
	_Atomic(unsigned) length;
};

static struct {
	struct smr *smr;
	struct zone *zone;
	enum smr_mode mode;
	bool protect;
	unsigned threads;
	uint64_t end_ns;
	struct stack stacks[THREADS_MAX];
	_Atomic(struct item *) slots[SLOTS];
	_Atomic(uint64_t) violations;
	_Atomic(uint64_t) sections;
	_Atomic(uint64_t) frees;
	_Atomic(uint64_t) comings;	/* of threads, in storm and visits */
	uint64_t visits[2 * THREADS_MAX + 1];
} the;

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

	return (wall_ns() >= the.end_ns || (!the.protect &&
	    atomic_load(&the.violations) != 0 &&
	    atomic_load(&the.frees) != 0));
}

static uint32_t
draw(uint64_t *state)
{

	*state = *state * UINT64_C(6364136223846793005) +
	    UINT64_C(1442695040888963407);
	return ((uint32_t)(*state >> 33));
}

static void
attach(void)
{

	if (kern_native_attach() != 0) {
		(void)fprintf(stderr, "native_patterns: no CPU left\n");
		abort();
	}
}

/* --- items ------------------------------------------------------------------ */

static void
fill(struct item *item, uint64_t life)
{
	unsigned i;

	for (i = 0; i < WORDS; i++)
		item->words[i] = life;
}

static void
spoil(void *item, size_t size, void *argument)
{

	(void)size;
	(void)argument;
	fill(item, poison);
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

static struct item *
take(uint64_t *state)
{
	struct item *item;

	item = zone_alloc_smr(the.zone);
	if (item != NULL)
		fill(item, (uint64_t)draw(state) << 1 | 1);
	return (item);
}

static void
give(struct item *item)
{

	if (item == NULL)
		return;
	zone_free_smr(the.zone, item);
	atomic_fetch_add_explicit(&the.frees, 1, memory_order_relaxed);
}

/* --- sections --------------------------------------------------------------- */

static void
enter(void)
{

	if (!the.protect)
		return;
	if (the.mode == SMR_LAZY)
		smr_section_lazy_enter(the.smr);
	else
		smr_section_enter(the.smr);
}

static void
leave(void)
{

	if (!the.protect)
		return;
	if (the.mode == SMR_LAZY)
		smr_section_lazy_exit(the.smr);
	else
		smr_section_exit(the.smr);
	atomic_fetch_add_explicit(&the.sections, 1, memory_order_relaxed);
}

/* In a section: the item is what it was for that many looks. */
static bool
look(const struct item *item, unsigned looks)
{
	uint64_t life;

	life = life_of(item);
	for (; looks > 0; looks--)
		if (life == poison || life_of(item) != life) {
			atomic_fetch_add(&the.violations, 1);
			return (false);
		}
	return (true);
}

static void
replace(uint64_t *state)
{
	struct item *item;

	item = take(state);
	if (item == NULL)
		return;
	/* acq_rel: publishes, and takes over what was there. */
	give(atomic_exchange_explicit(&the.slots[draw(state) % SLOTS], item,
	    memory_order_acq_rel));
}

static void
look_at_slot(uint64_t *state, unsigned looks)
{
	struct item *item;

	enter();
	item = atomic_load_explicit(&the.slots[draw(state) % SLOTS],
	    memory_order_acquire);
	if (item != NULL)
		(void)look(item, looks);
	leave();
}

/* --- chains ------------------------------------------------------------------- */

/*
 * The next packet is what it was when it was pushed: nobody but the one who
 * takes the whole stack changes it, and then only frees.
 */
static void
walk(struct stack *stack)
{
	struct item *item;
	unsigned left;

	enter();
	item = atomic_load_explicit(&stack->head, memory_order_acquire);
	for (left = WALK; item != NULL && left > 0; left--) {
		if (!look(item, 2))
			break;
		item = atomic_load_explicit(&item->next, memory_order_acquire);
	}
	leave();
}

static bool
push(struct stack *stack, struct item *first, struct item *last,
    unsigned count)
{
	struct item *head;

	if (atomic_load(&stack->length) >= STACK_MAX)
		return (false);
	enter();
	head = atomic_load_explicit(&stack->head, memory_order_relaxed);
	do
		atomic_store_explicit(&last->next, head, memory_order_relaxed);
	while (!atomic_compare_exchange_weak_explicit(&stack->head, &head,
	    first, memory_order_acq_rel, memory_order_relaxed));
	leave();
	(void)atomic_fetch_add(&stack->length, count);
	return (true);
}

static void
drain(struct stack *stack)
{
	struct item *item, *next;
	unsigned count;

	item = atomic_exchange_explicit(&stack->head, NULL,
	    memory_order_acq_rel);
	for (count = 0; item != NULL; item = next, count++) {
		next = atomic_load_explicit(&item->next, memory_order_relaxed);
		give(item);
	}
	(void)atomic_fetch_sub(&stack->length, count);
}

static void *
chains(void *argument)
{
	struct item *first, *item, *last;
	struct stack *self;
	uint64_t state;
	unsigned count;

	state = (uintptr_t)argument;
	self = &the.stacks[state - 1];
	attach();
	while (!over()) {
		first = last = NULL;
		for (count = 0; count < CHAIN; count++) {
			item = take(&state);
			if (item == NULL)
				break;
			atomic_store_explicit(&item->next, first,
			    memory_order_release);
			last = last == NULL ? item : last;
			first = item;
		}
		while (count > 0 && !push(&the.stacks[draw(&state) %
		    the.threads], first, last, count))
			drain(self);
		walk(&the.stacks[draw(&state) % the.threads]);
		if (draw(&state) % 4 == 0)
			drain(self);
		if (count < CHAIN)
			kern_yield();
	}
	return (NULL);
}

/* --- stall ---------------------------------------------------------------------- */

static void *
stall(void *argument)
{
	struct item *item;
	uint64_t end_ns, state;

	state = (uintptr_t)argument;
	attach();
	while (!over()) {
		if (state != 1) {
			replace(&state);
			look_at_slot(&state, 3);
			continue;
		}
		enter();
		item = atomic_load_explicit(&the.slots[0],
		    memory_order_acquire);
		end_ns = wall_ns() + (uint64_t)STALL_MS * 1000000;
		while (item != NULL && wall_ns() < end_ns)
			if (!look(item, 100))
				break;
		leave();
		kern_pause(5);
	}
	return (NULL);
}

/* --- storm ------------------------------------------------------------------------ */

/* A life of a few sections; `argument` says how it ends. */
static void *
gust(void *argument)
{
	uint64_t state;
	unsigned i;

	state = (uintptr_t)argument;
	attach();
	for (i = draw(&state) % 30; i > 0; i--) {
		look_at_slot(&state, 20);
		replace(&state);
	}
	(void)atomic_fetch_add_explicit(&the.comings, 1, memory_order_relaxed);
	if (draw(&state) % 2 == 0)
		kern_native_detach();
	return (NULL);
}

static void *
storm(void *argument)
{
	pthread_t thread;
	uint64_t state;

	state = (uintptr_t)argument;
	while (!over()) {
		if (draw(&state) % 2 == 0) {
			(void)gust((void *)(uintptr_t)draw(&state));
			kern_native_detach();
			continue;
		}
		if (pthread_create(&thread, NULL, gust,
		    (void *)(uintptr_t)draw(&state)) != 0)
			abort();
		(void)pthread_join(thread, NULL);
	}
	return (NULL);
}

/* --- visits --------------------------------------------------------------------- */

static void *
visits(void *argument)
{
	uint64_t count;

	(void)argument;
	for (count = 0; count < 1000 || !over(); count++) {
		attach();
		the.visits[kern_cpu()]++;
		kern_native_detach();
	}
	(void)atomic_fetch_add(&the.comings, count);
	return (NULL);
}

/* --- all of them --------------------------------------------------------------------- */

static const struct pattern {
	const char *name;
	void *(*body)(void *);
} patterns[] = {
	{ "chains", chains },
	{ "stall", stall },
	{ "storm", storm },
	{ "visits", visits },
};

enum { PATTERNS = sizeof(patterns) / sizeof(patterns[0]) };

static const char *const modes[] = { "eager", "deferred", "lazy",
	"unprotected" };

static int
usage(void)
{

	(void)fprintf(stderr, "usage: native_patterns chains|stall|storm|visits "
	    "eager|deferred|lazy|unprotected\n    [seconds [threads, 2 to %d "
	    "[symmetric]]]\n", THREADS_MAX);
	return (2);
}

static bool
prepare(bool protect)
{
	struct smr_config config;
	struct zone_setup setup;

	smr_config_production(&config);
	config.mode = the.mode;
	config.deferral = 4;
	smr_config_start_before_wrap(&config, 100);
	the.protect = protect;
	the.smr = smr_create("patterns", &config);
	setup = (struct zone_setup){
		.name = "items",
		.item_size = sizeof(struct item),
		.bucket_size = 16,
		.limit = ITEMS_MAX,
		/* Unprotected readers shall find a wrong item, not a hole. */
		.flags = protect ? 0 : ZONE_NOFREE,
		.ctor = spoil,
		.smr = the.smr,
	};
	the.zone = the.smr == NULL ? NULL : zone_create(&setup);
	return (the.zone != NULL);
}

static int
judge(const char *pattern, const char *mode)
{
	const char *broken;
	uint64_t violations, visited;
	size_t lost;
	unsigned i;

	for (i = 0; i < SLOTS; i++)
		give(atomic_exchange(&the.slots[i], NULL));
	for (i = 0; i < the.threads; i++)
		drain(&the.stacks[i]);
	broken = smr_audit(the.smr);
	if (broken == NULL)
		broken = zone_audit(the.zone);
	lost = zone_destroy(the.zone);
	smr_destroy(the.smr);
	violations = atomic_load(&the.violations);
	(void)printf("%s, %s, %s fences: %" PRIu64 " sections, %" PRIu64
	    " frees, %" PRIu64 " comings; %" PRIu64 " uses after free, %zu "
	    "items and %zu pages lost, audit: %s\n", pattern, mode,
	    kern_native_fences_asymmetric() ? "asymmetric" : "symmetric",
	    atomic_load(&the.sections), atomic_load(&the.frees),
	    atomic_load(&the.comings), violations, lost, kern_native_pages(),
	    broken == NULL ? "sound" : broken);
	visited = 0;
	for (i = 0; i < 2 * the.threads + 1; i++)
		visited += the.visits[i];
	if (broken != NULL || lost != 0 || kern_native_pages() != 0)
		return (1);
	if (visited != 0)
		return (visited != atomic_load(&the.comings));
	if (atomic_load(&the.frees) == 0)
		return (1);
	return (the.protect ? violations != 0 : violations == 0);
}

int
main(int argc, char **argv)
{
	pthread_t threads[THREADS_MAX];
	double seconds;
	unsigned i, mode, pattern;

	if (argc < 3 || argc > 6 || (argc > 5 && strcmp(argv[5],
	    "symmetric") != 0))
		return (usage());
	for (pattern = 0; pattern < PATTERNS && strcmp(argv[1],
	    patterns[pattern].name) != 0; pattern++)
		continue;
	for (mode = 0; mode < 4 && strcmp(argv[2], modes[mode]) != 0; mode++)
		continue;
	seconds = argc > 3 ? strtod(argv[3], NULL) : 2;
	the.threads = argc > 4 ? (unsigned)strtoul(argv[4], NULL, 10) : 4;
	if (pattern == PATTERNS || mode == 4 || !(seconds > 0) ||
	    the.threads < 2 || the.threads > THREADS_MAX)
		return (usage());
	the.mode = mode == 3 ? SMR_EAGER : (enum smr_mode)mode;
	/* In the storm each thread may have one more. */
	if (kern_native_configure(&(struct kern_native_config){
	    .cpus = 2 * the.threads + 1, .hz = 1000, .asymmetric = argc > 5 ?
	    KERN_NATIVE_NEVER : KERN_NATIVE_AUTO }) != 0)
		return (3);
	attach();
	if (!prepare(mode != 3))
		return (3);
	the.end_ns = wall_ns() + (uint64_t)(seconds * 1e9);
	for (i = 0; i < the.threads; i++)
		if (pthread_create(&threads[i], NULL, patterns[pattern].body,
		    (void *)(uintptr_t)(i + 1)) != 0)
			return (3);
	for (i = 0; i < the.threads; i++)
		(void)pthread_join(threads[i], NULL);
	return (judge(argv[1], argv[2]));
}
