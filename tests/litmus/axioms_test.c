/*
 * The judge alone, on tests whose answers everybody knows.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "sim/memory/memory.h"
#include "tests/litmus/axioms.h"

/*
 * Threads are parted by '|', operations by ';': "Wx1r" stores 1 to x relaxed,
 * "Rxa" loads x with acquire, "F.s" is a seq_cst fence, "Ax1r" adds, "Xx1r"
 * exchanges, "Cx1s" puts 1 where 0 was.  Orders: r relaxed, a acquire, l
 * release, b acq_rel, s seq_cst, k locked.  Each read has a register; then
 * come x, y, z, if they are stored to.
 */
static uint8_t
order(char letter)
{
	static const char letters[] = "rcalbsk";

	cr_assert(strchr(letters, letter) != NULL, "order %c", letter);
	return ((uint8_t)(strchr(letters, letter) - letters));
}

static const char *
operation(struct litmus_program *program, size_t index, const char *text)
{
	struct litmus_thread *thread = &program->threads[index];
	struct litmus_instr *instr = &thread->code[thread->length++];

	*instr = (struct litmus_instr) { .size = 4, .to = LITMUS_NOWHERE,
	    .to2 = LITMUS_NOWHERE, .a.reg = LITMUS_NOWHERE,
	    .b.reg = LITMUS_NOWHERE };
	switch (text[0]) {
	case 'W': instr->op = LITMUS_STORE; break;
	case 'R': instr->op = LITMUS_LOAD; break;
	case 'F': instr->op = LITMUS_FENCE; break;
	case 'X': instr->op = LITMUS_EXCHANGE; break;
	case 'A': instr->op = LITMUS_FETCH; break;
	default: instr->op = LITMUS_COMPARE; break;
	}
	instr->alu = LITMUS_ADD;
	instr->offset = (uint32_t)(text[1] - 'x') * 64;
	text += 2;
	if (instr->op != LITMUS_LOAD && instr->op != LITMUS_FENCE)
		instr->a.constant = *text++ - '0';
	if (instr->op == LITMUS_COMPARE) {
		instr->b.constant = instr->a.constant;
		instr->a.constant = 0;
	}
	instr->order = instr->order_fail = order(*text++);
	if (instr->op != LITMUS_STORE && instr->op != LITMUS_FENCE) {
		instr->to = (int16_t)thread->register_count++;
		program->observed[program->observed_count++] =
		    (struct litmus_observed) { .thread = (int16_t)index,
		    .reg = instr->to, .size = 4 };
	}
	return (text);
}

static void
build(struct litmus_program *program, const char *text)
{
	const char *at = text;
	char name[3] = "W";

	memset(program, 0, sizeof *program);
	program->thread_count = 1;
	while (*at != '\0') {
		at = operation(program, program->thread_count - 1, at);
		if (*at == '|')
			program->thread_count++;
		if (*at != '\0')
			at++;
	}
	for (name[1] = 'x'; name[1] <= 'z'; name[1]++)
		if (strstr(text, name) != NULL)
			program->observed[program->observed_count++] =
			    (struct litmus_observed) {
			    .thread = LITMUS_NOWHERE, .reg = LITMUS_NOWHERE,
			    .offset = (uint32_t)(name[1] - 'x') * 64,
			    .size = 4 };
}

/* `state` is one digit for each observed value, '?' for any. */
static bool
matches(const struct litmus_program *program, const char *state,
    const int64_t *values)
{
	size_t i;

	cr_assert(strlen(state) == program->observed_count, "%s", state);
	for (i = 0; i < program->observed_count; i++)
		if (state[i] != '?' && state[i] - '0' != values[i])
			return (false);
	return (true);
}

/* A allowed, F forbidden, M only against the order of seq_cst operations. */
static void
judge(const char *text, const char *state, const char *expected)
{
	static struct litmus_program program;
	struct axioms_verdict verdict;
	enum axioms_model model;
	size_t i;
	char said;

	build(&program, text);
	for (model = AXIOMS_SC; model < AXIOMS_MODELS; model++) {
		cr_assert(axioms_judge(&program, model, &verdict) == NULL);
		said = 'F';
		for (i = 0; i < verdict.state_count; i++)
			if (matches(&program, state, verdict.states[i].values))
				said = verdict.states[i].in_order ? 'A' :
				    said == 'A' ? 'A' : 'M';
		cr_expect(said == expected[model], "%s, %s, model %d: %c",
		    text, state, model, said);
		axioms_verdict_fini(&verdict);
	}
}

Test(axioms, store_buffering)
{

	judge("Wx1r;Ryr|Wy1r;Rxr", "00??", "FAA");
	judge("Wx1s;Rys|Wy1s;Rxs", "00??", "FFF");
	judge("Wx1s;Ryr|Wy1s;Rxr", "00??", "FFA");
	judge("Wx1r;F.s;Ryr|Wy1r;F.s;Rxr", "00??", "FFF");
	judge("Wx1r;F.b;Ryr|Wy1r;F.b;Rxr", "00??", "FAA");
	judge("Xx1a;Rya|Xy1a;Rxa", "0000", "FFA");
	judge("Xx1k;Ryr|Xy1k;Rxr", "?0?0", "FFF");
}

Test(axioms, message_passing)
{

	judge("Wx1r;Wy1r|Ryr;Rxr", "10??", "FFA");
	judge("Wx1r;Wy1l|Rya;Rxr", "10??", "FFF");
	judge("Wx1r;F.l;Wy1r|Ryr;F.a;Rxr", "10??", "FFF");
	judge("Wx1r;Wy1l|Ay1r|Rya;Rxr", "?20??", "FFF");
	judge("Wx1r;Wy1l;Wy2r|Rya;Rxr", "20??", "FFF");
	judge("Wx1r;Wy1l|Ryr;Wy2r|Rya;Rxr", "120??", "FFA");
}

Test(axioms, load_buffering_is_out)
{

	judge("Rxr;Wy1r|Ryr;Wx1r", "11??", "FFF");
}

Test(axioms, readers_may_disagree_on_independent_writes)
{

	judge("Wx1r|Rxa;Rya|Wy1r|Rya;Rxa", "1010??", "FFA");
	judge("Wx1s|Rxs;Rys|Wy1s|Rys;Rxs", "1010??", "FFF");
	judge("Wx1s|Rxa;Rys|Wy1s|Rya;Rxs", "1010??", "FFM");
	judge("Wx1r|Rxr;F.s;Ryr|Wy1r|Ryr;F.s;Rxr", "1010??", "FFF");
}

Test(axioms, seq_cst_order_may_run_against_happens_before)
{

	judge("Wx1s;Wy1l|Ay1s;Ryr|Wy3s;Rxs", "130??", "FFM");
}

Test(axioms, coherence)
{

	judge("Wx1r|Rxr;Rxr", "10?", "FFF");
	judge("Wx1r;Wx2r", "1", "FFF");
	judge("Wx1r|Wx2r|Rxr;Rxr|Rxr;Rxr", "1221?", "FFF");
	judge("Wx1r;Rxr|Wx2r", "21", "FFF");
	judge("Wx1r;Rxr|Wx2r", "22", "AAA");
}

Test(axioms, changes_are_atomic)
{

	judge("Ax1r|Ax1r|Rxr", "00?", "FFF");
	judge("Ax1r|Wx5r", "01", "FFF");
	judge("Ax1r|Wx5r", "05", "AAA");
	judge("Cx1r|Cx2r|Wx0r", "00?", "AAA");
}

Test(axioms, forwarding)
{

	/* n6 and n5 of the x86-TSO papers. */
	judge("Wx1r;Rxr;Ryr|Wy2r;Wx2r", "101?", "FAA");
	judge("Wx1r;Rxr|Wx2r;Rxr", "21?", "FFF");
}

Test(axioms, all_states_are_there)
{
	static struct litmus_program program;
	struct axioms_verdict verdict;
	static const size_t counts[] = { 3, 4, 4 };
	enum axioms_model model;

	for (model = AXIOMS_SC; model < AXIOMS_MODELS; model++) {
		build(&program, "Wx1r;Ryr|Wy1r;Rxr");
		cr_assert(axioms_judge(&program, model, &verdict) == NULL);
		cr_expect(verdict.state_count == counts[model]);
		cr_expect(verdict.executions == counts[model],
		    "each execution is built once");
		axioms_verdict_fini(&verdict);
	}
}

Test(axioms, a_race_is_seen_and_overlaps_are_refused)
{
	static struct litmus_program program;
	struct axioms_verdict verdict;

	build(&program, "Wx1r;Wy1l|Rya;Rxr");
	program.threads[0].code[0].plain = true;
	cr_assert(axioms_judge(&program, AXIOMS_RC11, &verdict) == NULL);
	cr_expect(verdict.racy);
	axioms_verdict_fini(&verdict);

	build(&program, "Wx1r|Rxr");
	program.threads[1].code[0].size = 1;
	cr_expect(axioms_judge(&program, AXIOMS_TSO, &verdict) != NULL);
}
