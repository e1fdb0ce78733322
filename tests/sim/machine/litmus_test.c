/*
 * The memory models against litmus tests with known answers.  Each shape runs
 * thousands of times, with other start offsets, cache states, placements of
 * the locations, store buffers, interrupts and stops.  What a model forbids
 * never occurs; what total store order allows beyond sequential consistency
 * occurs under tso and never under sc.
 *
 * Source      the shapes and their verdicts: Sewell et al., "x86-TSO: a
 *             rigorous and usable programmer's model", CACM 53 (2010), and
 *             Owens, Sarkar, Sewell, "A better x86 memory model: x86-TSO" (n4
 *             to n7); names as in herd.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include "tests/sim/machine/litmus_code.h"
#include "tests/sim/machine/probe.h"
#include "tests/sim/machine/rig.h"

enum { THREADS = 4, RUNS = 1500 };

enum verdict { NEVER, TSO_ONLY };

/* The outcome: registers as litmus_code.h packs them, final x and y. */
struct outcome {
	uint64_t r[THREADS];
	uint64_t x;
	uint64_t y;
};

struct shape {
	const char *name;
	enum verdict verdict;
	int threads[THREADS];	/* enum litmus_thread_name, -1 ends */
	/* The weak outcome; -1 is any value. */
	int r[THREADS];
	int x;
	int y;
};

#define T(name) LITMUS_##name
#define R(first, second) ((first) | (second) << 8)

static const struct shape shapes[] = {
	{ "SB", TSO_ONLY, { T(sx1_ly), T(sy1_lx), -1 }, { 0, 0 }, -1, -1 },
	{ "SB+fence+fence", NEVER, { T(sx1_fence_ly), T(sy1_fence_lx), -1 },
	    { 0, 0 }, -1, -1 },
	{ "SB+fence+po", TSO_ONLY, { T(sx1_fence_ly), T(sy1_lx), -1 },
	    { 0, 0 }, -1, -1 },
	{ "SB+locked+locked", NEVER, { T(sx1_locked_ly), T(sy1_locked_lx), -1 },
	    { 0, 0 }, -1, -1 },
	{ "SB+exchange+exchange", NEVER, { T(xx1_ly), T(xy1_lx), -1 },
	    { 0, 0 }, -1, -1 },
	{ "SB+seq_cst+seq_cst", NEVER, { T(cx1_ly), T(cy1_lx), -1 },
	    { 0, 0 }, -1, -1 },
	{ "SB+rfi", TSO_ONLY, { T(sx1_lx_ly), T(sy1_ly_lx), -1 },
	    { R(1, 0), R(1, 0) }, -1, -1 },
	{ "MP", NEVER, { T(sx1_sy1), T(ly_lx), -1 }, { -1, R(1, 0) }, -1, -1 },
	{ "LB", NEVER, { T(lx_sy1), T(ly_sx1), -1 }, { 1, 1 }, -1, -1 },
	{ "R", TSO_ONLY, { T(sx1_sy1), T(sy2_lx), -1 }, { -1, 0 }, -1, 2 },
	{ "S", NEVER, { T(sx2_sy1), T(ly_sx1), -1 }, { -1, 1 }, 2, -1 },
	{ "2+2W", NEVER, { T(sx1_sy2), T(sy1_sx2), -1 }, { -1, -1 }, 1, 1 },
	{ "IRIW", NEVER, { T(sx1), T(sy1), T(lx_ly), T(ly_lx) },
	    { -1, -1, R(1, 0), R(1, 0) }, -1, -1 },
	{ "WRC", NEVER, { T(sx1), T(lx_sy1), T(ly_lx), -1 },
	    { -1, 1, R(1, 0) }, -1, -1 },
	{ "RWC", TSO_ONLY, { T(sx1), T(lx_ly), T(sy1_lx), -1 },
	    { -1, R(1, 0), 0 }, -1, -1 },
	{ "ISA2", NEVER, { T(sx1_sy1), T(ly_sz1), T(lz_lx), -1 },
	    { -1, 1, R(1, 0) }, -1, -1 },
	{ "CoRR", NEVER, { T(sx1), T(lx_lx), -1 }, { -1, R(1, 0) }, -1, -1 },
	{ "CoRR2", NEVER, { T(sx1_sx2), T(lx_lx), -1 }, { -1, R(2, 1) }, -1,
	    -1 },
	{ "CoWW", NEVER, { T(sx1_sx2), T(lx_lx), -1 }, { -1, -1 }, 1, -1 },
	{ "CoRW1", NEVER, { T(lx_sx1), T(sx2), -1 }, { 1, -1 }, -1, -1 },
	{ "CoRW2", NEVER, { T(lx_sx1), T(sx2), -1 }, { 2, -1 }, 2, -1 },
	{ "CoWR", NEVER, { T(sx1_lx), T(sx2), -1 }, { 2, -1 }, 1, -1 },
	{ "n4", NEVER, { T(lx_sx1), T(lx_sx2), -1 }, { 2, 1 }, -1, -1 },
	{ "n5", NEVER, { T(sx1_lx), T(sx2_lx), -1 }, { 2, 1 }, -1, -1 },
	{ "n6", TSO_ONLY, { T(sx1_lx_ly), T(sy2_sx2), -1 },
	    { R(1, 0), -1 }, 1, -1 },
	{ "n7", TSO_ONLY, { T(sx1_lx_ly), T(sy1), T(ly_lx), -1 },
	    { R(1, 0), -1, R(1, 0) }, -1, -1 },
};

static struct litmus at;
static struct rng rng;
static struct outcome outcome;

/* How one thread of one run begins. */
struct part_of {
	litmus_thread *code;
	int slot;
	uint64_t start_ps;
	unsigned touches;	/* bits: load x, y, z; store x, y, z */
};
static struct part_of parts[THREADS];

static void
part_body(void *argument)
{
	const struct part_of *part;
	uint64_t *words[3] = { at.x, at.y, at.z };
	unsigned i;

	part = argument;
	rig_until(5 * US + (uint64_t)part->slot * US);
	for (i = 0; i < 3; i++) {
		if (part->touches >> i & 1)
			probe_load(words[i]);
		if (part->touches >> (i + 3) & 1)
			probe_store(words[i], 0);
	}
	rig_until(part->start_ps);
	outcome.r[part->slot] = part->code(&at);
	if (rng_below(&rng, 2))
		rig_until(part->start_ps + 5 * US);	/* the buffer empties by itself */
}

static void
stop(void *argument, uint64_t value, uint64_t at_ps)
{

	cpu_stall(&the.cpus[(intptr_t)argument], at_ps, value, STREAM_SMI);
}

/* One machine, drawn from `rng`. */
static void
vary(struct machine_config *config, enum machine_memory memory)
{
	static const uint64_t buffers[] = { 1, 2, 4, 56 };

	*config = rig_config(4, memory);
	config->sockets = 1 + rng_below(&rng, 2);
	config->threads_per_core = 1 + rng_below(&rng, 2);
	config->store_buffer = buffers[rng_below(&rng, 4)];
	config->pages = 1 << 20;
	config->tick_ps = 50 * NS;
	config->switch_ps = 100 * NS;
	config->hz = 100000;
	config->tick_phase = MACHINE_PHASE_RANDOM;
}

static unsigned char *
prepare(const struct machine_config *config)
{
	unsigned char *memory;

	rig_begin(config);
	the.listen = 0;
	memory = rig_memory(1, 0);
	at.x = (uint64_t *)memory;
	/* In lines of their own, or neighbours in one. */
	at.y = (uint64_t *)(memory + (rng_below(&rng, 4) == 0 ? 8 : 64));
	at.z = (uint64_t *)(memory + 128);
	if (rng_below(&rng, 4) == 0)
		tick_start();
	if (rng_below(&rng, 4) == 0)
		cpu_slow(&the.cpus[rng_below(&rng, 4)],
		    (uint32_t)rng_below(&rng, 3000000));
	if (rng_below(&rng, 2))
		machine_timer(20 * US + rng_below(&rng, 300 * NS), stop,
		    (void *)(intptr_t)rng_below(&rng, 4),
		    1 + rng_below(&rng, 400 * NS));
	return (memory);
}

static void
perform(const struct shape *shape, litmus_thread *const *code,
    enum machine_memory memory)
{
	struct machine_config config;
	unsigned cpu, spread;
	int i;

	vary(&config, memory);
	prepare(&config);
	memset(&outcome, 0, sizeof(outcome));
	cpu = (unsigned)rng_below(&rng, 4);
	spread = (unsigned)(1 + rng_below(&rng, 200)) * NS;
	for (i = 0; i < THREADS && shape->threads[i] >= 0; i++) {
		parts[i].code = code[shape->threads[i]];
		parts[i].slot = i;
		parts[i].start_ps = 20 * US + rng_below(&rng, spread);
		parts[i].touches = (unsigned)rng_below(&rng, 64);
		rig_thread((int)(cpu ^ (unsigned)i), part_body, &parts[i]);
	}
	machine_run();
	cr_assert_str_empty(rig_report);
	outcome.x = *at.x;
	outcome.y = *at.y;
}

static bool
is_weak(const struct shape *shape)
{
	int i;

	for (i = 0; i < THREADS && shape->threads[i] >= 0; i++)
		if (shape->r[i] >= 0 &&
		    outcome.r[i] != (uint64_t)shape->r[i])
			return (false);
	return ((shape->x < 0 || outcome.x == (uint64_t)shape->x) &&
	    (shape->y < 0 || outcome.y == (uint64_t)shape->y));
}

/* Outcomes seen of one shape; a shape that never varies tests nothing. */
static struct outcome seen[64];
static unsigned seen_count;

static void
remember(void)
{
	unsigned i;

	for (i = 0; i < seen_count; i++)
		if (memcmp(&seen[i], &outcome, sizeof(outcome)) == 0)
			return;
	if (seen_count < 64)
		seen[seen_count++] = outcome;
}

static void
judge(enum machine_memory memory, litmus_thread *const *code,
    const char *flavour)
{
	const struct shape *shape;
	unsigned weak;
	bool wanted;
	size_t i;
	int run;

	for (i = 0; i < sizeof(shapes) / sizeof(shapes[0]); i++) {
		shape = &shapes[i];
		rng_init(&rng, 1, shape->name, memory);
		wanted = shape->verdict == TSO_ONLY && memory == MACHINE_TSO;
		weak = seen_count = 0;
		/* Rare ones get more time to show. */
		for (run = 0; run < RUNS || (wanted && weak == 0 &&
		    run < 20 * RUNS); run++) {
			perform(shape, code, memory);
			weak += is_weak(shape);
			remember();
		}
		printf("%-4s %-7s %-22s %5u of %d, %u outcomes\n",
		    memory == MACHINE_TSO ? "tso" : "sc", flavour, shape->name,
		    weak, run, seen_count);
		if (wanted)
			cr_expect_gt(weak, 0, "%s is allowed", shape->name);
		else
			cr_expect_eq(weak, 0, "%s is forbidden", shape->name);
		cr_expect_geq(seen_count, 3, "%s shows %u outcomes only",
		    shape->name, seen_count);
	}
}

Test(litmus, sc_forbids_all_of_them)
{

	judge(MACHINE_SC, litmus_plain, "plain");
	judge(MACHINE_SC, litmus_atomic, "atomic");
}

Test(litmus, tso_shows_what_it_allows_and_nothing_else_with_plain_accesses)
{

	judge(MACHINE_TSO, litmus_plain, "plain");
}

Test(litmus, tso_shows_what_it_allows_and_nothing_else_with_atomic_accesses)
{

	judge(MACHINE_TSO, litmus_atomic, "atomic");
}

Test(litmus, tso_shows_what_it_allows_and_nothing_else_with_both)
{

	judge(MACHINE_TSO, litmus_mixed, "mixed");
}

/* --- widths ---------------------------------------------------------------- */

static uint64_t wide[2], halves[2][2];
static unsigned char *word;

/* Stores one half of the word, then reads all of it. */
static uint64_t
half(unsigned which)
{

	litmus_store32(word + 4 * which, 0x11111111u * (1 + which));
	return (litmus_load64(word));
}

static uint64_t
low_half(const struct litmus *unused)
{

	(void)unused;
	wide[0] = half(0);
	return (0);
}

static uint64_t
high_half(const struct litmus *unused)
{

	(void)unused;
	wide[1] = half(1);
	return (0);
}

static void
pair(litmus_thread *first, litmus_thread *second, enum machine_memory memory)
{
	struct machine_config config;
	unsigned cpu;

	vary(&config, memory);
	/* Now and then across two steps of a range, now and then aligned. */
	word = prepare(&config) + (rng_below(&rng, 2) ? 8 : 4);
	cpu = (unsigned)rng_below(&rng, 4);
	parts[0] = (struct part_of){ first, 0,
	    20 * US + rng_below(&rng, 100 * NS),
	    (unsigned)rng_below(&rng, 64) };
	parts[1] = (struct part_of){ second, 1,
	    20 * US + rng_below(&rng, 100 * NS),
	    (unsigned)rng_below(&rng, 64) };
	rig_thread((int)cpu, part_body, &parts[0]);
	rig_thread((int)(cpu ^ (1 + rng_below(&rng, 3))), part_body,
	    &parts[1]);
	machine_run();
}

Test(litmus, load_across_a_buffered_store_has_its_bytes_and_no_others)
{
	uint64_t low, high;
	unsigned weak[2];
	int memory, run;

	for (memory = MACHINE_SC; memory <= MACHINE_TSO; memory++) {
		rng_init(&rng, 2, "halves", (uint64_t)memory);
		weak[memory] = 0;
		for (run = 0; run < 3000; run++) {
			pair(low_half, high_half, (enum machine_memory)memory);
			low = 0x11111111u;
			high = UINT64_C(0x2222222200000000);
			/* Each sees its own half, and the other's or nothing. */
			cr_assert(wide[0] == low || wide[0] == (low | high),
			    "%lx", wide[0]);
			cr_assert(wide[1] == high || wide[1] == (low | high),
			    "%lx", wide[1]);
			weak[memory] += wide[0] == low && wide[1] == high;
			cr_assert_eq(litmus_load64(word), low | high);
		}
	}
	/* SB within a word: allowed by herd's x86tso-mixed.cat. */
	cr_assert_eq(weak[MACHINE_SC], 0);
	cr_assert_gt(weak[MACHINE_TSO], 0);
}

static uint64_t
overwrite(const struct litmus *unused)
{

	(void)unused;
	litmus_store64(word, UINT64_C(0x1111111111111111));
	litmus_store8(word + 3, 0x22);
	halves[0][0] = litmus_load32(word + 2);
	litmus_store32(word + 2, 0x33333333);
	halves[0][1] = litmus_load64(word);
	return (0);
}

static uint64_t
watch(const struct litmus *unused)
{

	(void)unused;
	halves[1][0] = probe_load((const uint64_t *)word);
	halves[1][1] = probe_load((const uint64_t *)word);
	return (0);
}

/* How far the writer has come, by what an aligned load of the word saw. */
static int
stage(uint64_t value)
{
	static const uint64_t stages[] = { 0, UINT64_C(0x1111111111111111),
		UINT64_C(0x1111111122111111), UINT64_C(0x1111333333331111) };
	int i;

	for (i = 3; i > 0 && stages[i] != value; i--)
		;
	cr_assert_eq(stages[i], value, "%lx was never there", value);
	return (i);
}

Test(litmus, stores_of_mixed_widths_become_visible_in_order)
{
	unsigned hits[4];
	int memory, run, last;

	for (memory = MACHINE_SC; memory <= MACHINE_TSO; memory++) {
		rng_init(&rng, 3, "widths", (uint64_t)memory);
		memset(hits, 0, sizeof(hits));
		for (run = 0; run < 3000; run++) {
			struct machine_config config;
			unsigned cpu;

			vary(&config, (enum machine_memory)memory);
			word = prepare(&config) + 16;
			cpu = (unsigned)rng_below(&rng, 4);
			parts[0] = (struct part_of){ overwrite, 0,
			    20 * US + rng_below(&rng, 100 * NS),
			    (unsigned)rng_below(&rng, 64) };
			parts[1] = (struct part_of){ watch, 1,
			    20 * US + rng_below(&rng, 200 * NS),
			    (unsigned)rng_below(&rng, 64) };
			rig_thread((int)cpu, part_body, &parts[0]);
			rig_thread((int)(cpu ^ 1), part_body, &parts[1]);
			machine_run();
			cr_assert_eq(halves[0][0], 0x11112211);
			cr_assert_eq(halves[0][1],
			    UINT64_C(0x1111333333331111));
			last = stage(halves[1][0]);
			cr_assert_leq(last, stage(halves[1][1]));
			hits[last]++;
			hits[stage(halves[1][1])]++;
		}
		cr_assert(hits[0] > 0 && hits[1] > 0 && hits[2] > 0 &&
		    hits[3] > 0, "the window was missed");
	}
}
