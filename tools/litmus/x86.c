/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/litmus/x86.h"

#include <string.h>

#include "tools/litmus/code.h"
#include "tools/litmus/names.h"
#include "tools/litmus/x86_flags.h"
#include "tools/litmus/x86_instruction.h"

/* --- labels --------------------------------------------------------------------- */

static uint16_t
label_of(struct reader *reader, const struct scan_token *token)
{
	struct thread_names *names;
	size_t i;

	names = reader_names(reader);
	for (i = 0; i < names->label_count; i++)
		if (scan_same(token, names->labels[i].name))
			return ((uint16_t)i);
	if (i == READER_LABELS_MAX) {
		scan_fail(&reader->scan, token, "more than %d labels",
		    READER_LABELS_MAX);
		return (0);
	}
	names_copy(reader, token, names->labels[i].name);
	names->label_count++;
	return ((uint16_t)i);
}

static void
place_label(struct reader *reader, const struct scan_token *token)
{
	struct label *label;
	char quote[SCAN_QUOTE_SIZE];

	label = &reader_names(reader)->labels[label_of(reader, token)];
	if (label->placed)
		scan_fail(&reader->scan, token, "the label %s is in this "
		    "thread already", scan_quote(token, quote));
	label->placed = true;
	label->target = (uint16_t)code_here(reader);
}

void
x86_jump(struct reader *reader, struct litmus_operand a)
{
	struct thread_names *names;
	struct scan_token token;
	struct jump *jump;

	names = reader_names(reader);
	token = reader->scan.token;
	if (token.kind != SCAN_NAME) {
		scan_unexpected(&reader->scan, "the label to jump to");
		return;
	}
	if (names->jump_count == READER_LABELS_MAX) {
		scan_fail(&reader->scan, &token, "more than %d jumps",
		    READER_LABELS_MAX);
		return;
	}
	scan_next(&reader->scan);
	jump = &names->jumps[names->jump_count++];
	jump->token = token;
	jump->label = label_of(reader, &token);
	jump->instr = (uint16_t)code_jump(reader, a);
}

static void
resolve(struct reader *reader)
{
	struct thread_names *names;
	const struct label *label;
	struct litmus_thread *thread;
	char quote[SCAN_QUOTE_SIZE];
	size_t i;

	names = reader_names(reader);
	thread = &reader->test->program.threads[reader->thread];
	for (i = 0; i < names->jump_count; i++) {
		label = &names->labels[names->jumps[i].label];
		if (!label->placed)
			scan_fail(&reader->scan, &names->jumps[i].token,
			    "P%zu has no label %s", reader->thread,
			    scan_quote(&names->jumps[i].token, quote));
		thread->code[names->jumps[i].instr].target = label->target;
	}
}

/* --- the table -------------------------------------------------------------------- */

static void
head(struct reader *reader)
{
	struct litmus_program *program;
	struct scan *scan;
	struct scan_token token;
	int number;

	scan = &reader->scan;
	program = &reader->test->program;
	scan_take(scan, ';');
	do {
		token = scan->token;
		number = scan_thread(&token, false);
		if (!names_thread(reader, &token, number))
			return;
		if ((size_t)number != program->thread_count) {
			scan_fail(scan, &token, "expected P%zu, the threads "
			    "are to come in order", program->thread_count);
			return;
		}
		program->thread_count++;
		scan_next(scan);
	} while (scan_take(scan, '|'));
	scan_need(scan, ';', "or '|' after a thread");
}

static bool
at_clause(const struct scan *scan)
{
	static const char *const words[] = { "exists", "forall", "locations",
	    "filter", "final", "not", "observed", "cases" };
	size_t i;

	for (i = 0; i < sizeof(words) / sizeof(*words); i++)
		if (scan_is_name(scan, words[i]))
			return (true);
	return (scan->token.kind == SCAN_END || scan_is(scan, '~') ||
	    scan_is(scan, '('));
}

static void
cell(struct reader *reader)
{
	struct scan *scan;
	struct scan_token token;

	scan = &reader->scan;
	while (scan->token.kind == SCAN_NAME) {
		token = scan->token;
		scan_next(scan);
		if (scan_take(scan, ':')) {
			place_label(reader, &token);
			continue;
		}
		x86_instruction(reader, &token);
		code_release(reader);
		return;
	}
	if (!scan_is(scan, '|') && !scan_is(scan, ';'))
		scan_unexpected(scan, "an instruction, '|' or ';'");
}

static void
row(struct reader *reader)
{
	struct scan *scan;
	size_t i, count;

	scan = &reader->scan;
	count = reader->test->program.thread_count;
	for (i = 0; i < count; i++) {
		reader->thread = i;
		cell(reader);
		if (i + 1 < count && scan_is(scan, ';')) {
			scan_fail(scan, &scan->token, "this row has %zu "
			    "column%s, the test has %zu threads", i + 1,
			    i == 0 ? "" : "s", count);
			return;
		}
		if (i + 1 < count)
			scan_need(scan, '|', "after the instruction");
		else if (scan_is(scan, '|'))
			scan_fail(scan, &scan->token, "this row has more "
			    "columns than the test has threads, %zu", count);
		else
			scan_need(scan, ';', "after the instruction");
	}
}

void
x86_read(struct reader *reader)
{
	size_t i;

	head(reader);
	reader->flags_wanted = x86_flags_wanted(&reader->scan);
	while (!reader->scan.failed && !at_clause(&reader->scan))
		row(reader);
	for (i = 0; i < reader->test->program.thread_count; i++) {
		reader->thread = i;
		resolve(reader);
	}
}
