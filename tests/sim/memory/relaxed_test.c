/* SPDX-License-Identifier: BSD-2-Clause */
#include <criterion/criterion.h>
#include <string.h>

#include "sim/machine/machine.h"
#include "sim/memory/memory.h"
#include "sim/memory/relaxed_history.h"
#include "tests/sim/memory/rc11.h"
#include "tests/sim/memory/relaxed_program.h"

/*
 * Whether the machine does all that RC11 allows, and nothing else.
 *
 * Verdicts are from
 *	[herd]	Alglave, Maranget, Tautschnig: Herding Cats, TOPLAS 2014, which
 *		names the shapes (SB, MP, ...)
 *	[rc11]	Lahav et al.: Repairing sequential consistency in C/C++11, PLDI
 *		2017
 *	[c11]	Batty, Owens, Sarkar, Sewell, Weber: Mathematizing C++
 *		concurrency, POPL 2011
 * and each is held against the axioms of rc11.c as well.
 */

extern const struct memory_model memory_relaxed;

static struct outcomes machine, axioms;

/* In all ways, which must not differ, nor be asked differently. */
static void
run_all(const struct program *program)
{
	static struct outcomes other;
	int way;

	program_run_all(program, WAY_QUICK, &machine);
	for (way = WAY_QUICK + 1; way < WAYS; way++) {
		program_run_all(program, (enum program_way)way, &other);
		cr_assert_str_eq(outcomes_text(&machine),
		    outcomes_text(&other), "%s in way %d",
		    program_text(program), way);
		cr_assert_eq(machine.executions, other.executions,
		    "%s in way %d", program_text(program), way);
	}
}

/* All values of so many binary digits, less those named. */
static void
all_but(struct outcomes *outcomes, int digits, const char *names)
{
	char text[OUTCOME_BYTES];
	int bit, value;

	outcomes->count = 0;
	for (value = 0; value < 1 << digits; value++) {
		for (bit = 0; bit < digits; bit++)
			text[bit] = (char)('0' + (value >> (digits - 1 - bit) &
			    1));
		text[digits] = '\0';
		if (strstr(names, text) == NULL)
			outcomes_add(outcomes, text);
	}
}

/*
 * The machine does exactly what is expected: `states` names all outcomes, or
 * after "not" those of all combinations of 0 and 1 that are missing.
 */
static void
expect_by(const char *text, const char *states, bool last_values,
    bool by_axioms)
{
	static struct outcomes wanted;
	struct program program;
	const char *expected;
	int digits;

	program_parse(&program, text);
	program.last_values = last_values;
	run_all(&program);
	expected = states;
	if (strncmp(states, "not", 3) == 0) {
		digits = (int)strlen(machine.texts[0]);
		all_but(&wanted, digits, states + 3);
		expected = outcomes_text(&wanted);
	}
	cr_expect_str_eq(outcomes_text(&machine), expected,
	    "%s\n  machine  %s\n  expected %s", text, outcomes_text(&machine),
	    expected);
	if (!by_axioms)
		return;
	rc11_run_all(&program, &axioms);
	cr_expect_str_eq(outcomes_text(&axioms), expected,
	    "%s\n  RC11     %s\n  expected %s", text, outcomes_text(&axioms),
	    expected);
}

static void
expect(const char *text, const char *states)
{

	expect_by(text, states, false, true);
}

static void
expect_last(const char *text, const char *states)
{

	expect_by(text, states, true, true);
}

/* --- the shapes of [herd], relaxed --------------------------------------- */

Test(relaxed, two_cpus_reorder_stores_before_loads)
{

	expect("Wx1 Ry | Wy1 Rx", "00 01 10 11");			/* SB */
	expect("Wx1r Rya | Wy1r Rxa", "00 01 10 11");
	expect("Wx1 Fq Ry | Wy1 Fq Rx", "00 01 10 11");
	expect("Wx1 Fs Ry | Wy1 Fs Rx", "not 00");
	expect("Wx1 Fs Ry | Wy1 Fq Rx", "00 01 10 11");
	expect("Wx1s Rys | Wy1s Rxs", "not 00");
	expect("Wx1s Rys | Wy1s Rx", "00 01 10 11");
	expect("Wx1s Rys | Wy1r Rxs", "00 01 10 11");
	expect("Wx1l Ry | Wy1l Rx", "not 00");
}

Test(relaxed, messages_may_overtake_their_data)
{

	expect("Wx1 Wy1 | Ry Rx", "00 01 10 11");			/* MP */
	expect("Wx1 Wy1r | Ry Rx", "00 01 10 11");
	expect("Wx1 Wy1 | Rya Rx", "00 01 10 11");
	expect("Wx1 Wy1r | Rya Rx", "not 10");
	expect("Wx1 Wy1s | Rys Rx", "not 10");
	expect("Wx1 Fr Wy1 | Ry Fa Rx", "not 10");
	expect("Wx1 Fr Wy1 | Rya Rx", "not 10");
	expect("Wx1 Wy1r | Ry Fa Rx", "not 10");
	expect("Wx1 Fa Wy1 | Ry Fr Rx", "00 01 10 11");
	expect("Wx1 Fs Wy1 | Ry Fs Rx", "not 10");
}

Test(relaxed, loads_are_not_buffered)
{

	/* RC11 requires sb and rf to be acyclic; hardware and C11 do not. */
	expect("Rx Wy1 | Ry Wx1", "not 11");				/* LB */
	expect("Rx Wy1r | Ry Wx1", "not 11");
	expect("Ux1 Wy1 | Uy1 Wx1", "00 01 10");
}

Test(relaxed, the_order_of_stores_need_not_be_that_of_execution)
{

	/* S, R, 2+2W */
	expect_last("Wx2 Wy1 | Ry Wx1", "0/11 0/21 1/11 1/21");
	expect_last("Wx2 Wy1r | Rya Wx1", "0/11 0/21 1/11");
	expect_last("Wx2 Fr Wy1 | Ry Fa Wx1", "0/11 0/21 1/11");
	expect_last("Wx1 Wy1 | Wy2 Rx", "0/11 0/12 1/11 1/12");
	expect_last("Wx1 Wy1r | Wy2 Fs Rx", "0/11 0/12 1/11 1/12");
	expect_last("Wx1 Fs Wy1 | Wy2 Fs Rx", "0/11 1/11 1/12");
	expect_last("Wx1s Wy1s | Wy2s Rxs", "0/11 1/11 1/12");
	/* A fence on one side, seq_cst accesses on the other. */
	expect_last("Wx1 Fs Wy1 | Wy2s Rxs", "0/11 1/11 1/12");
	expect_last("Wx1 Fs Wy1s | Wy2s Rxs", "0/11 1/11 1/12");
	expect_last("Wx1s Wy1s | Wy2 Fs Rx", "0/11 1/11 1/12");
	expect_last("Wx1s Wy1 | Wy2 Fs Rxs", "0/11 0/12 1/11 1/12");
	expect_last("Wx1 Wy2 | Wy1 Wx2", "/11 /12 /21 /22");
	expect_last("Wx1r Wy2r | Wy1r Wx2r", "/11 /12 /21 /22");
	expect_last("Wx1 Fs Wy2 | Wy1 Fs Wx2", "/12 /21 /22");
	expect_last("Wx1s Wy2s | Wy1s Wx2s", "/12 /21 /22");
}

/* --- coherence ------------------------------------------------------------ */

Test(relaxed, one_location_is_coherent)
{

	expect("Wx1 | Rx Rx", "not 10");				/* CoRR */
	expect("Wx1 | Rx Rx | Rx Rx", "0000 0001 0011 0100 0101 0111 1100 "
	    "1101 1111");
	expect_last("Wx1 Wx2", "/2");					/* CoWW */
	expect_last("Wx1 Rx | Wx2", "1/1 1/2 2/2");			/* CoWR */
	expect_last("Rx Wx1", "0/1");					/* CoRW1 */
	expect_last("Rx Wx1 | Wx2", "0/1 0/2 2/1");			/* CoRW2 */
	/* Two readers agree on the order of two stores. */
	expect("Wx1 | Wx2 | Rx Rx", "00 01 02 11 12 21 22");
	expect_last("Wx1 | Wx2 | Rx Rx", "00/1 00/2 01/1 01/2 02/1 02/2 "
	    "11/1 11/2 12/2 21/1 22/1 22/2");
}

Test(relaxed, what_a_cpu_read_binds_those_that_it_tells)
{

	/* CoRR over two CPUs: the reader hands over what it has seen. */
	expect("Wx1 | Rx Wy1r | Rya Rx", "000 001 010 011 100 101 111");
	expect("Wx1 | Rx Fs Wy1 | Ry Fs Rx", "not 110");
	/* By the order of fences alone. */
	expect_last("Wx1 | Rx Fs Ry | Wy1 Fs Rx", "000/11 001/11 010/11 "
	    "011/11 101/11 110/11 111/11");
}

/* --- three and four CPUs --------------------------------------------------- */

Test(relaxed, causes_go_along_only_with_acquire_and_release)
{

	/* WRC */
	expect("Wx1 | Rx Wy1 | Ry Rx", "not");
	expect("Wx1 | Rx Wy1r | Rya Rx", "not 110");
	expect("Wx1r | Rxa Wy1 | Rya Rx", "not");
	expect("Wx1r | Rxa Wy1r | Rya Rx", "not 110");
	/* ISA2 */
	expect("Wx1 Wy1 | Ry Wz1 | Rz Rx", "not");
	expect("Wx1 Wy1r | Rya Wz1r | Rza Rx", "not 110");
	expect("Wx1 Wy1r | Ry Wz1r | Rza Rx", "not");
	expect("Wx1 Fs Wy1 | Ry Wz1 | Rz Fs Rx", "not");
	/* A middle that only passes on, by a read-modify-write. */
	expect("Wx1 Wy1r | Uy1 | Rya Rx", "000 001 010 011 100 101 111 121");
}

Test(relaxed, readers_may_disagree_unless_fenced)
{

	/* RWC */
	expect("Wx1 | Rx Ry | Wy1 Rx", "not");
	expect("Wx1 | Rxa Fs Rya | Wy1 Fs Rx", "not 100");
	expect("Wx1 | Rx Fs Ry | Wy1 Fs Rx", "not 100");
	expect("Wx1 | Rx Fs Ry | Wy1 Rx", "not");
	/* [rc11] section 2, RWC+syncs. */
	expect("Wx1r | Rxa Fs Ry | Wy1r Fs Rx", "not 100");
	/* seq_cst accesses alone do not do: RC11 has no edge to the first. */
	expect("Wx1 | Rxs Rys | Wy1s Rxs", "not");
	expect("Wx1s | Rxs Rys | Wy1s Rxs", "not 100");
	/* IRIW */
	expect("Wx1 | Wy1 | Rx Ry | Ry Rx", "not");
	expect("Wx1r | Wy1r | Rxa Rya | Rya Rxa", "not");
	expect("Wx1 | Wy1 | Rx Fs Ry | Ry Fs Rx", "not 1010");
	expect("Wx1r | Wy1r | Rxa Fs Ry | Rya Fs Rx", "not 1010");
	expect("Wx1s | Wy1s | Rxs Rys | Rys Rxs", "not 1010");
	expect("Wx1 | Wy1 | Rx Fs Ry | Ry Fq Rx", "not");
}

/* --- release sequences ----------------------------------------------------- */

Test(relaxed, release_sequences_keep_the_head)
{

	/* By the same CPU: RC11 as C11, unlike C++20. */
	expect("Wx1 Wy1r Wy2 | Rya Rx", "00 01 11 21");
	expect("Wx1 Wy1 Wy2 | Rya Rx", "00 01 10 11 20 21");
	/* Another CPU's store in between does not end it in RC11. */
	expect("Wx1 Wy1r Wy2 | Wy3 | Rya Rx", "00 01 11 21 30 31");
	/* By read-modify-writes of anybody, whatever their order. */
	expect("Wx1 Wy1r | Uy1 | Ry Fa Rx", "000 001 010 011 100 101 111 121");
	expect("Wx1 Wy1r | Xy2 | Rya Rx", "000 001 011 020 021 100 101 111 "
	    "121");
	/* A read-modify-write that releases is a head, and goes on with that
	 * of others: its reader gets both. */
	expect("Wx1 Wy1r | Wz1 Uy1r | Rya Rz Rx", "0000 0001 0010 0011 0101 "
	    "0110 0111 1000 1001 1010 1011 1101 1111 1211");
}

Test(relaxed, fences_synchronise_with_fences)
{

	expect("Wx1 Fr Wy1 | Ry Fa Rx", "not 10");
	expect("Wx1 Fr Wy1 Wy2 | Ry Fa Rx", "00 01 11 21");
	expect("Wx1 Fr Wy1 | Uy1 | Ry Fa Rx", "000 001 010 011 100 101 111 "
	    "121");
	/* The store is before its fence, not behind it. */
	expect("Wy1 Fr Wx1 | Ry Fa Rx", "00 01 10 11");
}

/* --- read-modify-writes ---------------------------------------------------- */

Test(relaxed, nothing_comes_between_the_halves_of_a_change)
{

	expect_last("Ux1 | Ux1", "01/2 10/2");
	expect_last("Ux1 | Ux1 | Ux1", "012/3 021/3 102/3 120/3 201/3 210/3");
	expect_last("Ux1 | Wx5", "0/5 5/6");
	expect_last("Ux1 | Wx2 | Wx5", "0/2 0/5 2/3 2/5 5/2 5/6");
}

Test(relaxed, one_of_two_compare_exchanges_fails)
{

	expect_by("Cx01 | Cx02", "01/1 20/2", true, false);
	expect_by("Cx01q | Cx02q", "01/1 20/2", true, false);
	expect_by("Cx01 | Wx2", "0/2 2/2", true, false);
	/* One that fails with acquire synchronises. */
	expect_by("Wx1 Wy1r | Cy05a Rx", "00 01 11", false, false);
	expect_by("Wx1 Wy1r | Cy05 Rx", "00 01 10 11", false, false);
}

Test(relaxed, a_compare_exchange_that_fails_is_a_load)
{

	/* It may read what another read-modify-write has read. */
	expect_by("Xx2 Wy1 | Ry Cx15", "000 002 010 012", false, false);
	expect_by("Xx2 Wy1 | Ry Cx15s", "000 002 010 012", false, false);
	expect_by("Xx2 Wy1 | Ry Cx15.s", "000 002 010 012", false, false);
	expect_by("Xx2 Wy1r | Rya Cx15", "000 002 012", false, false);
	/* One that does not fail must not. */
	expect_by("Xx2 Wy1 | Ry Cx05", "002 012 500", false, false);
	/* With the order of failure. */
	expect_by("Wx1 Wy1r | Cy05.a Rx", "00 01 11", false, false);
	expect_by("Wx1 Wy1r | Cy05a. Rx", "00 01 10 11", false, false);
	expect_by("Wx1 Wy1r | Cy05s. Rx", "00 01 10 11", false, false);
	expect_by("Wx1s Cy23 | Wy1s Rxs", "00 01 10 11", false, false);
	expect_by("Wx1s Cy23s. | Wy1s Rxs", "00 01 10 11", false, false);
	expect_by("Wx1s Cy23.s | Wy1s Rxs", "01 10 11", false, false);
}

Test(relaxed, an_acquire_change_does_not_order_its_own_store)
{

	/* SB: both changes read 0, so only the loads differ. */
	expect("Ux1a Ry | Uy1a Rx", "0000 0001 0100 0101");
	expect("Ux1q Ry | Uy1q Rx", "0000 0001 0100 0101");
	expect("Ux1s Ry | Uy1s Rx", "0000 0001 0100 0101");
	expect("Ux1s Rys | Uy1s Rxs", "0001 0100 0101");
	expect("Ux1a Fs Ry | Uy1a Fs Rx", "0001 0100 0101");
	expect("Ux1l Ry | Uy1l Rx", "0001 0100 0101");
}

/* --- seq_cst --------------------------------------------------------------- */

Test(relaxed, fences_stand_in_an_order_that_is_not_that_of_execution)
{

	/* See relaxed_order.h: only the chain of loads says who ran first. */
	expect("Wz1 Fs Wx1 | Rx Wy1 | Ry Fs Rz", "not");
	expect("Wz1 Fs Wx1 | Rx Fq Wy1 | Ry Fs Rz", "not 110");
	expect("Wz1 Fs Wx1r | Rxa Wy1 | Ry Fs Rz", "not 110");
	expect("Wz1 Fs Wx1r | Rxa Wy1r | Rya Fs Rz", "not 110");
}

Test(relaxed, seq_cst_accesses_stand_in_an_order_that_is_not_that_of_execution)
{

	/*
	 * [rc11], section 1: Z6.U (1 3 0), and IRIW-acq-sc (1010), by which C11
	 * was found too strong for Power.
	 */
	expect("Wx1s Wy1r | Uy1s Ry | Wy3s Rxs", "010 011 030 031 120 121 130 "
	    "131 310 311 340 341");
	expect("Wx1s | Wy1s | Rxa Rys | Rya Rxs", "not");
}

/* --- random programs against the axioms ------------------------------------- */

static uint64_t seed;

static uint32_t
draw(uint32_t limit)
{

	seed = seed * UINT64_C(6364136223846793005) +
	    UINT64_C(1442695040888963407);
	return ((uint32_t)((seed >> 33) % limit));
}

enum mix { WITHOUT_ORDERED, WITH_ORDERED, WITH_LOCKED };

static void
draw_op(struct program *program, struct program_op *op, int *last,
    enum mix mix)
{
	static const int loads[] = { 0, 0, ORDER_ACQUIRE };
	static const int stores[] = { 0, 0, ORDER_RELEASE };
	static const int changes[] = { 0, ORDER_ACQUIRE, ORDER_RELEASE,
	    ORDER_ACQ_REL, ORDER_LOCKED };
	static const int fences[] = { ORDER_ACQUIRE, ORDER_RELEASE,
	    ORDER_ACQ_REL, ORDER_SEQ_CST, ORDER_SEQ_CST, ORDER_SEQ_CST };
	uint32_t kind;

	op->location = (int)draw((uint32_t)program->location_count);
	kind = draw(20);
	if (kind < 7) {
		op->kind = 'R';
		op->order = loads[draw(3)];
	} else if (kind < 14) {
		op->kind = 'W';
		op->value = ++last[op->location];
		op->order = stores[draw(3)];
	} else if (kind < 15) {
		op->kind = 'U';
		op->value = 1;
		op->order = changes[draw(mix == WITH_LOCKED ? 5 : 4)];
	} else if (kind < 16) {
		op->kind = 'X';
		op->value = ++last[op->location];
		op->order = changes[draw(mix == WITH_LOCKED ? 5 : 4)];
	} else {
		op->kind = 'F';
		op->location = 0;
		op->order = fences[draw(6)];
	}
	if (mix != WITHOUT_ORDERED && op->kind != 'F' && draw(2) == 0)
		op->order = ORDER_SEQ_CST;
}

static void
draw_program(struct program *program, enum mix mix)
{
	struct program_thread *thread;
	int i, last[PROGRAM_LOCATIONS], ops;

	memset(program, 0, sizeof(*program));
	memset(last, 0, sizeof(last));
	program->thread_count = 2 + (int)draw(3);
	program->location_count = 2 + (int)draw(2);
	program->last_values = draw(2) != 0;
	ops = program->thread_count + (int)draw(5);
	for (i = 0; i < ops; i++) {
		thread = &program->threads[i < program->thread_count ? i :
		    (int)draw((uint32_t)program->thread_count)];
		if (thread->count < 4 && i < 8)
			draw_op(program, &thread->ops[thread->count++], last,
			    mix);
	}
}

static void
expect_equal(uint64_t from, int programs, enum mix mix)
{
	struct program program;
	int i;

	seed = from;
	for (i = 0; i < programs; i++) {
		draw_program(&program, mix);
		run_all(&program);
		rc11_run_all(&program, &axioms);
		cr_assert_str_eq(outcomes_text(&machine),
		    outcomes_text(&axioms), "%s\n  machine %s\n  RC11    %s",
		    program_text(&program), outcomes_text(&machine),
		    outcomes_text(&axioms));
	}
}

Test(relaxed, random_programs_do_all_that_the_axioms_allow_and_no_more)
{

	expect_equal(1, 3000, WITHOUT_ORDERED);
	expect_equal(2, 3000, WITH_ORDERED);
}

/*
 * A locked operation is one step with a fence on either side.  The machine is
 * stronger where another CPU's seq_cst operation would have to stand between
 * these two.
 */
Test(relaxed, random_programs_with_locked_operations_do_no_more)
{
	struct program program;
	int i, o, stronger;

	seed = 3;
	stronger = 0;
	for (i = 0; i < 3000; i++) {
		draw_program(&program, WITH_LOCKED);
		run_all(&program);
		rc11_run_all(&program, &axioms);
		for (o = 0; o < machine.count; o++)
			cr_assert(outcomes_has(&axioms, machine.texts[o]),
			    "%s: %s is not allowed", program_text(&program),
			    machine.texts[o]);
		stronger += machine.count != axioms.count;
	}
	cr_expect_leq(stronger, 3, "%d of 3000", stronger);
}

/* --- plain stores, other widths, and bounds -------------------------------- */

static const struct memory_history *model;
static unsigned char bytes[1 << 20];

static void
begin(uint32_t cpus)
{

	memset(bytes, 0, sizeof(bytes));
	the.base = bytes;
	the.bytes = sizeof(bytes);
	model = memory_relaxed.history;
	model->reset(cpus);
}

Test(relaxed, plain_stores_are_in_their_place)
{

	/* What is published by release is seen, and by nothing less. */
	expect_by("Px1 Wy1r | Rya Rx", "00 01 11", false, false);
	/* Atomic after plain: coherence holds in one CPU. */
	expect_by("Wx1 Px2 Rx", "2", false, false);
	expect_by("Px1 Wx2 | Rx", "0 1 2", false, false);
	/* A plain store ends the history for everybody (we are stronger). */
	expect_by("Wx1 Px2 | Rx Rx", "00 01 02 11 12 22", false, false);
}

Test(relaxed, another_width_sees_what_is_in_memory)
{

	begin(2);
	model->store(0, 64, 4, 0x11223344, ORDER_RELEASE);
	model->store(0, 68, 4, 0x55667788, ORDER_RELAXED);
	cr_expect_eq(model->load(1, 64, 8, ORDER_RELAXED),
	    UINT64_C(0x5566778811223344));
	cr_expect_eq(model->load(1, 65, 1, ORDER_RELAXED), 0x33);
	model->store(1, 64, 1, 0xff, ORDER_RELAXED);
	cr_expect_eq(model->load(0, 64, 4, ORDER_RELAXED), 0x112233ff);
	cr_expect_gt(history_counts.mixed, 0);
	/* Across a granule of eight bytes there is no history at all. */
	model->store(0, 62, 4, 0xaabbccdd, ORDER_RELAXED);
	cr_expect_eq(model->load(1, 62, 4, ORDER_RELAXED), 0xaabbccdd);
	cr_expect_eq(model->load(1, 64, 4, ORDER_RELAXED), 0x1122aabb);
	cr_expect_eq(history_counts.crossing, 2);
}

Test(relaxed, what_a_release_gave_outlives_its_location)
{
	uint32_t epoch, i;

	/* Another width. */
	begin(2);
	epoch = clock_epoch(0);
	model->store(0, 64, 4, 1, ORDER_RELEASE);
	model->load(1, 64, 4, ORDER_RELAXED);
	cr_expect(!clock_knows(1, 0, epoch));
	model->load(1, 64, 8, ORDER_ACQUIRE);
	cr_expect(clock_knows(1, 0, epoch));
	/* No room: a location of no interest goes first. */
	begin(2);
	epoch = clock_epoch(0);
	model->store(0, 0, 8, 1, ORDER_RELEASE);
	for (i = 1; i < 3 * HISTORY_LOCATIONS; i++)
		model->store(0, i * 8, 8, i, ORDER_RELAXED);
	cr_expect_gt(history_counts.evicted, 0);
	cr_expect_eq(model->load(1, 0, 8, ORDER_ACQUIRE), 1);
	cr_expect(clock_knows(1, 0, epoch));
}

Test(relaxed, a_long_history_forgets_its_oldest)
{
	uint32_t i;

	begin(2);
	model->store(0, 0, 8, 1, ORDER_RELEASE);
	for (i = 2; i < 100; i++)
		model->store(0, 0, 8, i, ORDER_RELAXED);
	cr_expect_gt(history_counts.dropped, 0);
	cr_expect_eq(model->load(1, 0, 8, ORDER_ACQUIRE), 99);
	/* Its head's stamp is still there. */
	cr_expect(clock_knows(1, 0, 1));
}

Test(relaxed, nothing_is_left_of_what_is_forgotten)
{

	begin(2);
	model->store(0, 4096, 8, 7, ORDER_RELEASE);
	model->forget(4096, 4096);
	memset(bytes + 4096, 0, 4096);
	cr_expect_eq(history_live(), 0);
	cr_expect_eq(model->load(1, 4096, 8, ORDER_ACQUIRE), 0);
	cr_expect(!clock_knows(1, 0, 1));
}

Test(relaxed, stamps_and_readers_are_given_back)
{
	uint32_t cpu, i, number;
	stamp_id stamp;

	/* A million of each would not fit, or the numbers would grow. */
	begin(CLOCK_LANES + 1);
	for (i = 0; i < 1000000; i++) {
		cpu = i % 4;
		model->store(cpu, i % 32 * 8, 8, i, i % 3 == 0 ?
		    ORDER_RELEASE : ORDER_RELAXED);
		model->load((cpu + 1) % 4, i % 32 * 8, 8, i % 5 == 0 ?
		    ORDER_ACQUIRE : ORDER_RELAXED);
		if (i % 100 == 0)
			model->fence(cpu, ORDER_SEQ_CST);
	}
	stamp = stamp_take(0, 0);
	number = stamp;
	cr_expect_lt(number, 2 * 32 * HISTORY_STORES + 16);
}
