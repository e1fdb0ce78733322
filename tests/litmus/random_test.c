/*
 * Programs that nobody has thought of: machine against axioms.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <criterion/criterion.h>
#include <inttypes.h>

#include "tests/litmus/generate.h"
#include "tests/litmus/versus.h"

enum { SHOWN_MAX = 3 };

static void
hold(enum axioms_model model, uint64_t from, uint64_t to, bool prune)
{
	static struct litmus_program program;
	struct versus result;
	uint64_t number, executions = 0, missed = 0, programs_missed = 0;
	unsigned wrong = 0;

	for (number = from; number < to && wrong < SHOWN_MAX; number++) {
		generate(number, &program);
		result = versus(&program, model, prune, stderr);
		cr_assert(result.compared, "program %" PRIu64 ": %s", number,
		    result.reason);
		if (!result.agree) {
			fprintf(stderr, "program %" PRIu64 "\n\n", number);
			wrong++;
		}
		executions += result.executions;
		missed += result.missed;
		programs_missed += result.missed != 0;
	}
	fprintf(stderr, "%s: %" PRIu64 " programs, %" PRIu64 " executions; %"
	    PRIu64 " states of %" PRIu64
	    " programs missed for the order of seq_cst operations\n",
	    versus_models[model], number - from, executions, missed,
	    programs_missed);
	cr_expect(wrong == 0, "%u programs differ", wrong);
}

Test(random, sc_is_exact)
{

	hold(AXIOMS_SC, 0, 3000, true);
}

Test(random, tso_is_exact)
{

	hold(AXIOMS_TSO, 0, 3000, true);
}

Test(random, relaxed_adds_nothing_and_misses_only_what_no_order_performs)
{

	hold(AXIOMS_RC11, 0, 2000, true);
}

/* Small enough for every order of its steps to be tried. */
static bool
is_tiny(const struct litmus_program *program)
{
	size_t i, length = 0;

	for (i = 0; i < program->thread_count; i++)
		length += program->threads[i].length;
	return (length <= 5);
}

/* Pruning leaves out executions, never states: both are the axioms' set. */
Test(random, all_orders_give_the_same_states)
{
	static struct litmus_program program;
	enum axioms_model model;
	uint64_t number;
	unsigned tiny = 0;

	for (number = 20000; number < 24000; number++) {
		generate(number, &program);
		if (!is_tiny(&program))
			continue;
		tiny++;
		for (model = AXIOMS_SC; model < AXIOMS_MODELS; model++)
			cr_expect(versus(&program, model, false,
			    stderr).agree, "program %" PRIu64, number);
	}
	cr_assert(tiny > 100, "only %u programs are tiny", tiny);
}
