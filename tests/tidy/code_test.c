/*
 * code_test - does the C keep to the rules of the house?
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include <criterion/criterion.h>

#include "tests/tidy/tree.h"

typedef void file_rule(const struct file *file);

static unsigned
apply(file_rule *rule)
{
	struct tree tree;
	size_t i;

	tree_load(&tree);
	for (i = 0; i < tree.count; i++) {
		if (tree.files[i].c)
			rule(&tree.files[i]);
	}
	return (complaints());
}

static unsigned
bites(file_rule *rule, const char *path, const char *text)
{
	struct file file;
	unsigned before;

	complain_silently();
	before = complaints();
	file = file_make(path, text);
	rule(&file);
	return (complaints() - before);
}

static bool
in_one_of(const struct file *file, const char *const *folders)
{

	for (; *folders != NULL; folders++) {
		if (file_in(file, *folders))
			return (true);
	}
	return (false);
}

/* --- calls ---------------------------------------------------------------------- */

static const char *const pure_code[] = { "engine/", "policies/", "sim/",
    NULL };
static const char *const ours[] = { "engine/", "policies/", "sim/", "tools/",
    "bench/", NULL };

/* No bound on what they write, or no word about what they could not read. */
static const char *const careless[] = { "strcpy", "strcat", "sprintf",
    "vsprintf", "gets", "strtok", "atoi", "atol", "atoll", "atof", "rand",
    "srand", "tmpnam", "tempnam", "mktemp", "alloca", "setlocale", NULL };

/* The world outside: one run is a pure function of its spec. */
static const char *const worldly[] = { "time", "clock", "gettimeofday",
    "clock_gettime", "getenv", "secure_getenv", "random", "srandom", "drand48",
    "getrandom", "arc4random", "getpid", "gettid", "fopen", "open", "printf",
    "fprintf", "puts", "putchar", "fputs", "fwrite", "perror", "exit", "_exit",
    "sleep", "usleep", "nanosleep", NULL };

static bool
is_call(const struct file *file, const char *p, size_t length)
{

	if (p[length] != '(')
		return (false);
	/* A member of that name is somebody else's function. */
	return (p == file->code || (p[-1] != '.' &&
	    !(p[-1] == '>' && p - file->code > 1 && p[-2] == '-')));
}

static void
ban(const struct file *file, const char *const *names, const char *why)
{
	const char *p;

	for (; *names != NULL; names++) {
		for (p = word_find(file->code, *names); p != NULL;
		    p = word_find(p + 1, *names)) {
			if (is_call(file, p, strlen(*names))) {
				complain(file, text_at(file, p), "%s(): %s",
				    *names, why);
			}
		}
	}
}

static void
rule_calls(const struct file *file)
{

	/* Declares what kernels have, under the names that they have for it. */
	if (file_in(file, "engine/freebsd/module/"))
		return;
	if (in_one_of(file, ours))
		ban(file, careless, "has a careful sister");
	/* Where there is no memory, must.h says so, and that is the end. */
	if (in_one_of(file, pure_code) && !file_in(file, "engine/native/") &&
	    !file_in(file, "sim/base/must.h"))
		ban(file, worldly, "one run knows nothing of the world");
}

Test(code, no_banned_calls)
{

	cr_assert_eq(apply(rule_calls), 0);
}

Test(code, banned_calls_are_seen)
{

	cr_expect_eq(bites(rule_calls, "tools/x.c", "\tstrcpy(a, b);\n"), 1);
	cr_expect_eq(bites(rule_calls, "tools/x.c", "\tmy_strcpy(a, b);\n"), 0);
	cr_expect_eq(bites(rule_calls, "tools/x.c", "\tt = time(NULL);\n"), 0);
	cr_expect_eq(bites(rule_calls, "sim/x.c", "\tt = time(NULL);\n"), 1);
	cr_expect_eq(bites(rule_calls, "sim/x.c", "\tt = d->time(0);\n"), 0);
	cr_expect_eq(bites(rule_calls, "sim/x.c", "\t/* time(NULL) */\n"), 0);
	cr_expect_eq(bites(rule_calls, "sim/x.c", "\ts = \"rand()\";\n"), 0);
	cr_expect_eq(bites(rule_calls, "engine/native/x.c", "\ttime(0);\n"), 0);
}

/* --- floating point ---------------------------------------------------------------- */

/*
 * Nothing that decides what happens inside a run rounds; what describes a run
 * afterwards (sim/metrics, sim/base/hist) may.
 */
static const char *const exact[] = { "engine/", "policies/", "sim/machine/",
    "sim/kern/", "sim/faults/", "sim/strategies/", "sim/workloads/",
    "sim/oracle/", "sim/checks/", "sim/lab", NULL };

static bool
real_literal(const char *p)
{

	/* 1.5, 1., .5 and 1e3; not 0x1e3, not x.5 of a structure. */
	if (!isdigit((unsigned char)p[0]))
		return (false);
	if (p[0] == '0' && (p[1] == 'x' || p[1] == 'X'))
		return (false);
	p += strspn(p, "0123456789");
	return (*p == '.' || *p == 'e' || *p == 'E');
}

static void
rule_exact(const struct file *file)
{
	static const char *const types[] = { "float", "double", NULL };
	const char *const *type;
	const char *p;

	/* Assembly has labels like 1f and directives like .size. */
	if (!in_one_of(file, exact) || strcmp(file->suffix, "S") == 0)
		return;
	for (type = types; *type != NULL; type++) {
		p = word_find(file->code, *type);
		if (p != NULL)
			complain(file, text_at(file, p), "floating point");
	}
	for (p = file->code; *p != '\0'; p++) {
		if ((p == file->code || (!isalnum((unsigned char)p[-1]) &&
		    p[-1] != '_' && p[-1] != '.')) && real_literal(p))
			complain(file, text_at(file, p), "floating point");
	}
}

Test(code, nothing_rounds_inside_a_run)
{

	cr_assert_eq(apply(rule_exact), 0);
}

Test(code, rounding_inside_a_run_is_seen)
{

	cr_expect_eq(bites(rule_exact, "engine/x.c", "double x;\n"), 1);
	cr_expect_eq(bites(rule_exact, "sim/faults/x.c", "x = 1.5;\n"), 1);
	cr_expect_eq(bites(rule_exact, "sim/faults/x.c", "x = 1e9;\n"), 1);
	cr_expect_eq(bites(rule_exact, "sim/faults/x.c", "x = 0x1e9;\n"), 0);
	cr_expect_eq(bites(rule_exact, "sim/faults/x.c", "/* 1.5 */ x1 = 15;\n"),
	    0);
	cr_expect_eq(bites(rule_exact, "sim/metrics/x.c", "double x;\n"), 0);
}

/* --- headers ------------------------------------------------------------------------ */

/* "sim/base/err.h" is guarded by SIM_BASE_ERR_H. */
static void
guard_of(const struct file *file, char *guard, size_t size)
{
	size_t i;

	for (i = 0; file->path[i] != '\0' && i + 1 < size; i++) {
		guard[i] = isalnum((unsigned char)file->path[i]) ?
		    (char)toupper((unsigned char)file->path[i]) : '_';
	}
	guard[i] = '\0';
}

/*
 * The first comment of a file begins "noun - the question it answers?".  What
 * tests share need not ask.
 */
static bool
asks(const struct file *file)
{
	const char *p, *end;
	size_t length;

	length = (size_t)(file->suffix - file->name) - 1;
	p = file->text;
	if (strncmp(p, "/*\n * ", 6) != 0)
		return (false);
	p += 6;
	if (strncmp(p, file->name, length) != 0 ||
	    strncmp(p + length, " - ", 3) != 0)
		return (false);
	if (file_in(file, "tests/"))
		return (true);
	/* The question may take more than one line. */
	end = strstr(p, "\n *\n");
	p = strchr(p, '?');
	return (p != NULL && (end == NULL || p < end));
}

static const char *
after_word(const char *guard)
{

	guard = strchr(guard, '_');
	return (guard == NULL ? NULL : guard + 1);
}

static void
rule_header(const struct file *file)
{
	char guard[128], lines[300];
	const char *tail;

	if (strcmp(file->suffix, "h") != 0)
		return;
	if (!asks(file)) {
		complain(file, file->text, "a header begins with a comment "
		    "\"%.*s - the question that it answers?\"",
		    (int)(file->suffix - file->name) - 1, file->name);
	}
	/* A test may include a body many times. */
	if (file_in(file, "tests/") && strstr(file->text, "#ifndef") == NULL)
		return;
	/* A port of the seam is guarded by its last part, as its sisters are. */
	guard_of(file, guard, sizeof(guard));
	for (tail = guard; tail != NULL; tail = after_word(tail)) {
		snprintf(lines, sizeof(lines), "\n#ifndef %s\n#define %s\n", tail,
		    tail);
		if (strstr(file->text, lines) != NULL && (tail == guard ||
		    strcmp(file->name, "kern_port.h") == 0))
			return;
	}
	complain(file, file->text, "the guard is not %s", guard);
}

Test(code, headers_say_what_they_answer)
{

	cr_assert_eq(apply(rule_header), 0);
}

Test(code, headers_that_do_not_are_seen)
{

	cr_expect_eq(bites(rule_header, "sim/x.h", "/*\n * x - why?\n */\n"
	    "#ifndef SIM_X_H\n#define SIM_X_H\n#endif\n"), 0);
	cr_expect_eq(bites(rule_header, "sim/x.h", "/*\n * x - because\n */\n"
	    "#ifndef SIM_X_H\n#define SIM_X_H\n#endif\n"), 1);
	cr_expect_eq(bites(rule_header, "sim/x.h", "/*\n * y - why?\n */\n"
	    "#ifndef SIM_X_H\n#define SIM_X_H\n#endif\n"), 1);
	cr_expect_eq(bites(rule_header, "sim/x.h", "/*\n * x - why?\n */\n"
	    "#ifndef X_H\n#define X_H\n#endif\n"), 1);
}

/* --- style -------------------------------------------------------------------------- */

static void
rule_return(const struct file *file)
{
	const char *p;

	for (p = word_find(file->code, "return"); p != NULL;
	    p = word_find(p + 1, "return")) {
		if (p[6] != ';' && strncmp(p + 6, " (", 2) != 0)
			complain(file, text_at(file, p), "return (value);");
	}
}

Test(code, return_has_its_parentheses)
{

	cr_assert_eq(apply(rule_return), 0);
}

Test(code, a_bare_return_value_is_seen)
{

	cr_expect_eq(bites(rule_return, "sim/x.c", "\treturn (1);\n"), 0);
	cr_expect_eq(bites(rule_return, "sim/x.c", "\treturn;\n"), 0);
	cr_expect_eq(bites(rule_return, "sim/x.c", "\treturn 1;\n"), 1);
}
