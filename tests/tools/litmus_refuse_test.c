/*
 * litmus_refuse_test - is what cannot be run refused at the right place?
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "sim/base/err.h"
#include "tools/litmus/test.h"

/* The message begins with place and says the word. */
static void
refused(const char *text, size_t length, const char *place, const char *word)
{
	struct litmus_test *test;
	struct err err;

	err.text[0] = '\0';
	test = litmus_test_read("t", text, length, &err);
	cr_assert_null(test, "taken: %.60s", text);
	cr_expect(strncmp(err.text, place, strlen(place)) == 0 &&
	    err.text[strlen(place)] == ':', "not at %s: %s", place, err.text);
	cr_expect_not_null(strstr(err.text, word), "no '%s' in: %s", word,
	    err.text);
	litmus_test_free(test);
}

struct row {
	const char *text, *place, *word;
};

#define ALL(rows) all(rows, sizeof(rows) / sizeof(*(rows)))

static void
all(const struct row *rows, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++)
		refused(rows[i].text, strlen(rows[i].text), rows[i].place,
		    rows[i].word);
}

#define P0 "C t\n{ x=0; }\nP0(atomic_int *x, int *y) {\n"
#define END "\n}\nexists x=1"
#define T86 "X86 t\n{ x=0; }\n P0 | P1 ;\n"
#define T64 "X86_64 t\n{ x=0; uint64_t y; }\n P0 ;\n"

Test(litmus_refuse, heads)
{
	static const struct row rows[] = {
		{ "", "t:1:1", "a dialect: C, X86 or X86_64" },
		{ "\n\n  AArch64 MP\n{}", "t:3:3", "the dialect 'AArch64'" },
		{ "ARM MP", "t:1:1", "gusim reads C, X86 and X86_64" },
		{ "C", "t:1:2", "name of the test" },
		{ "C \n{}", "t:1:3", "name of the test" },
		{ "C a!b\n{}", "t:1:3", "no name of a test" },
		{ "C t\n", "t:2:1", "the end of the file" },
		{ "C t\nP0(int *x) {}", "t:2:1", "expected '{'" },
		{ "C t\n\"never ends", "t:2:1", "does not end" },
		{ "C t (* never ends", "t:1:5", "does not end" },
		{ "C t\n{}", "t:2:3", "expected a thread" },
	};

	ALL(rows);
}

Test(litmus_refuse, initial_values)
{
	static const struct row rows[] = {
		{ "C t\n{ x=0;\n", "t:3:1", "the end of the file" },
		{ "C t\n{ x=y; }", "t:2:5", "the address of a location" },
		{ "C t\n{ int *p=&x; }", "t:2:3", "holds an address" },
		{ "C t\n{ x=0; x=1; }", "t:2:8", "given a value before" },
		{ "C t\n{ uint8_t x=256; }", "t:2:13", "does not fit" },
		{ "C t\n{ int8_t x=-129; }", "t:2:12", "does not fit" },
		{ "C t\n{ x=18446744073709551616; }", "t:2:5", "64 bits" },
		{ "C t\n{ x=010; }", "t:2:5", "octal" },
		{ "C t\n{ x=1u; }", "t:2:5", "is no number" },
		{ "C t\n{ x=1 y=2 }", "t:2:7", "';'" },
		{ "C t\n{ __int128 x; }", "t:2:3", "at most 8 bytes" },
		{ "C t\n{ unsigned signed x; }", "t:2:3", "a type such as" },
		{ "C t\n{ int t[0]; }", "t:2:9", "1 to 32" },
		{ "C t\n{ int t[99999999999]; }", "t:2:9", "1 to 32" },
		{ "C t\n{ int t[2]={1}; }", "t:2:14", "','" },
		{ "C t\n{ int t[32]; x; }", "t:2:14", "more than 32" },
		{ "C t\n{ 8:r0=1; }", "t:2:3", "at most 8 threads" },
		{ "C t\n{ 1:r0=1; }\nP0() {}\nexists true", "t:2:5",
		    "no P1" },
		{ "X86 t\n{ 0:r0=1; }", "t:2:5", "a register such as EAX" },
	};

	ALL(rows);
}

Test(litmus_refuse, threads_of_c)
{
	static const struct row rows[] = {
		{ "C t\n{}\nP1(int *x) {}", "t:3:1", "expected P0" },
		{ "C t\n{}\nP0(int x) {}", "t:3:4", "expected one star" },
		{ "C t\n{}\nP0(int **x) {}", "t:3:4", "expected one star" },
		{ "C t\n{}\nP0(x) {}", "t:3:4", "a parameter such as" },
		{ "C t\n{ int x; }\nP0(long *x) {}", "t:3:10",
		    "read here as 8 bytes" },
		{ P0 "int r0 = atomic_load(z);" END, "t:4:22", "'z' is neither" },
		{ P0 "int r0 = x;" END, "t:4:10", "an address where" },
		{ P0 "x = 1;" END, "t:4:1", "cannot be assigned to" },
		{ P0 "*1 = 1;" END, "t:4:1", "a number as an address" },
		{ P0 "int r0 = 1 / 2;" END, "t:4:12", "division" },
		{ P0 "int r0 = y[1];" END, "t:4:12", "leads out of y" },
		{ P0 "int r0 = y[-1];" END, "t:4:12", "leads out of y" },
		{ P0 "int r0 = y[r0];" END, "t:4:12", "constant" },
		{ P0 "int *p; p = y;" END, "t:4:6", "not set where" },
		{ P0 "float f;" END, "t:4:1", "whole numbers" },
		{ P0 "int r0 = 1; long r0 = 2;" END, "t:4:18", "another type" },
		{ P0 "goto out;" END, "t:4:1", "found 'goto'" },
		{ P0 "break;" END, "t:4:1", "outside of a loop" },
		{ P0 "rcu_read_lock();" END, "t:4:1", "no function" },
		{ P0 "xchg_explicit(x, 1);" END, "t:4:1", "no function" },
		{ P0 "atomic_load_acquire(x);" END, "t:4:1", "no function" },
		{ P0 "atomic_load();" END, "t:4:13", "a value" },
		{ P0 "atomic_store(x);" END, "t:4:15", "one more argument" },
		{ P0 "atomic_store(*y, 1);" END, "t:4:14", "the address" },
		{ P0 "WRITE_ONCE(y, 1);" END, "t:4:12", "as in *x" },
		{ P0 "atomic_load_explicit(x, 5);" END, "t:4:25",
		    "memory_order_relaxed" },
		{ P0 "atomic_load_explicit(x, memory_order_release);" END,
		    "t:4:25", "no load with this order" },
		{ P0 "atomic_store_explicit(x,1,memory_order_acquire);" END,
		    "t:4:27", "no store with this order" },
		{ P0 "int r0 = atomic_store(x, 1);" END, "t:4:10",
		    "gives no value" },
		{ P0 "int r0 = 1", "t:4:11", "the end of the file" },
		{ P0 "if (1) { *y = 1;", "t:4:17", "the end of the file" },
		{ P0 "for (;;", "t:4:8", "the end of the file" },
	};

	ALL(rows);
}

Test(litmus_refuse, tables_of_x86)
{
	static const struct row rows[] = {
		{ "X86 t\n{}\n P0 | P2 ;\n", "t:3:7", "expected P1" },
		{ "X86 t\n{}\n P0\n MOV [x],$1 ;", "t:4:2", "'|'" },
		{ T86 " MOV [x],$1 ;\n", "t:4:13", "1 column, the test has 2" },
		{ T86 " NOP | NOP | NOP ;\n", "t:4:12", "more columns" },
		{ T86 " NOP | NOP \n exists x=1", "t:5:2", "';'" },
		{ T86 " MOVE [x],$1 | ;", "t:4:2", "'MOVE' is no instr" },
		{ T86 " MOV x,$1 | ;", "t:4:6", "'x' is no register" },
		{ T86 " MOV $1,[x] | ;", "t:4:6", "destination comes first" },
		{ T86 " MOV [x],[y] | ;", "t:4:6", "both operands" },
		{ T86 " MOV [EAX],$1 | ;", "t:4:7", "does not hold an addr" },
		{ T86 " MOV EAX,$4294967296 | ;", "t:4:10", "does not fit" },
		{ T86 " JMP L | L: ;\nexists x=1", "t:4:6", "no label 'L'" },
		{ T86 " L: | ;\n L: | ;\n", "t:5:2", "already" },
		{ T86 " JE L | ;", "t:4:2", "flags" },
		{ T86 " ADD EAX,$1 | ;\n JL L | ;", "t:5:2", "zero and sign" },
		{ T86 " LOCK MOV [x],$1 | ;", "t:4:7", "LOCK goes with" },
		{ T86 " LOCK INC EAX | ;", "t:4:11", "LOCK needs" },
		{ T86 " LOCK XADD EAX,EBX | ;", "t:4:12", "LOCK needs" },
		{ T86 " MFENCEL | ;", "t:4:2", "no instruction" },
		{ T64 " movl (x),$1 ;\n", "t:4:11", "destination comes last" },
		{ T64 " movq $1,(x) ;\n movq $1,8(y) ;", "t:5:10", "behind" },
		{ T64 " movl $1,2(y) ;", "t:4:10", "aligned" },
		{ "X86_64 t\n{ 0:rax=x; }\n P0 ;\n movl (%rax,%rbx,4),%ecx ;",
		    "t:4:12", "index" },
		{ T64 " movl (%rax),%ecx ;", "t:4:9", "does not hold an addr" },
		{ T64 " movl (%ah),%ecx ;", "t:4:9", "a register after '%'" },
		{ T64 " shl $32,%eax ;", "t:4:6", "from 0 to 31" },
		{ "X86_64 t\n{ int x; }\n P0 ;\n movq $1,(x) ;", "t:4:10",
		    "8 bytes wide" },
		{ "X86_64 t\n{ 0:rdi=x; }\n P0 ;\n movq $1,%rdi ;", "t:4:10",
		    "holds the address" },
	};

	ALL(rows);
}

Test(litmus_refuse, clauses)
{
	static const struct row rows[] = {
		{ T86 "nop|;\nexists", "t:5:7", "the end of the file" },
		{ T86 "nop|;\nexists (x=1", "t:5:12", "')'" },
		{ T86 "nop|;\nexists x=1)", "t:5:11", "the end of the file" },
		{ T86 "nop|;\nexists x", "t:5:9", "'='" },
		{ T86 "nop|;\nexists x=y", "t:5:10", "address as a value" },
		{ T86 "nop|;\nexists z=1", "t:5:8", "no location 'z'" },
		{ T86 "nop|;\nexists 2:EAX=1", "t:5:8", "no P2" },
		{ T86 "nop|;\nexists 99999999999:EAX=1", "t:5:8", "thread" },
		{ T86 "nop|;\nexists 0:r0=1", "t:5:10", "a register such" },
		{ T86 "nop|;\n~forall x=1", "t:5:2", "'exists' after" },
		{ T86 "nop|;\nobserved x=1", "t:5:1", "expected exists" },
		{ T86 "nop|;\nlocations x", "t:5:11", "'['" },
		{ T86 "nop|;\nexists fault(P0)", "t:5:8", "faults" },
		{ P0 "int r0 = 1;\n}\nexists (0:r1=1)", "t:6:11",
		    "P0 has no variable 'r1'" },
		{ "C t\n{ int t[2]; }\nP0() {}\nexists t=1", "t:4:8",
		    "is an array" },
		{ "C t\n{ int t[2]; }\nP0() {}\nexists t[2]=1", "t:4:10",
		    "has 2 elements" },
	};

	ALL(rows);
}

/* A text of `count` times `part` between two others. */
static char *
repeated(const char *before, const char *part, size_t count, const char *after)
{
	char *text;
	FILE *out;
	size_t size, i;

	out = open_memstream(&text, &size);
	cr_assert_not_null(out);
	fputs(before, out);
	for (i = 0; i < count; i++)
		fputs(part, out);
	fputs(after, out);
	fclose(out);
	return (text);
}

static void
too_much(const char *before, const char *part, size_t count, const char *after,
    const char *word)
{
	struct litmus_test *test;
	struct err err;
	char *text;

	text = repeated(before, part, count, after);
	err.text[0] = '\0';
	test = litmus_test_read("t", text, strlen(text), &err);
	cr_expect_null(test, "taken: %zu times %s", count, part);
	cr_expect_not_null(strstr(err.text, word), "no '%s' in: %s", word,
	    err.text);
	litmus_test_free(test);
	free(text);
}

Test(litmus_refuse, too_much_of_anything)
{

	too_much(P0 "int r0 = ", "(", 100000, "1" END, "nested more than 64");
	too_much(P0 "int r0 = ", "~ ", 100000, "1" END, "nested more than 64");
	too_much(P0 "*y = ", "*y = ", 1000, "1" END, "nested more than 64");
	too_much(P0, "{", 100000, END, "nested more than 64");
	too_much(P0, "if (1) ", 100000, ";" END, "nested more than 64");
	too_much(P0 "int r0 = ", "1 ? 2 : ", 100000, "1;" END,
	    "more than 32 registers");
	too_much(P0, "*y = 1;\n", 300, END, "more than 256 instructions");
	too_much(P0 "int r0 = ", "*y ^ ", 300, "1;" END,
	    "more than 32 registers");
	too_much(P0, "while (1) break;\n", 1000, END,
	    "more than 256 instructions");
	too_much(P0 "while (1) {", "break;", 40, "}" END, "more than 32 ways");
	too_much("C t\n{ ", "_Atomic(", 100000, "", "nested more than 64");
	too_much("C t\n{} P0(int ", "*", 1000, "x) {}", "fewer stars");
	too_much(T86 "nop|;\nexists ", "~ ", 100000, "x=1",
	    "nested more than 64");
	too_much(T86 "nop|;\nexists ", "x=1 => ", 100000, "x=1",
	    "nested more than 64");
	too_much(T86 "nop|;\nexists ", "x=1 /\\ ", 300, "x=1",
	    "more than 256 parts");
	too_much(T86, "L: ", 1000, "", "already");
	too_much(T86, "LOCK ", 1000, "", "LOCK goes with");
	too_much("X86 t\n{}\n P0 ", "| P1 ", 9, ";", "expected P2");
	too_much("C ", "t", 200, "\n{}", "a name of 200 letters");
	too_much("C t\n{ ", "x", 50, "=1; }", "a name has at most");
	too_much("C t\n{} ", " ", 1 << 20, "", "more than 1048576 bytes");
}

Test(litmus_refuse, bytes_that_are_no_text)
{
	static const char nul[] = "C t\n{ x=\0; }\nexists x=1";
	static const char high[] = "C t\n{ x=\xff; }";

	refused(nul, sizeof(nul) - 1, "t:2:5", "0x00");
	refused(high, sizeof(high) - 1, "t:2:5", "0xff");
	refused("\0", 1, "t:1:1", "0x00");
}

/* Wherever a good test is cut off, it is refused or is another good one. */
Test(litmus_refuse, truncation_anywhere)
{
	static const char text[] = "C MP\n\"text\"\n{ int x=1; y=0; }\n"
	    "P0(int *x, atomic_int *y) {\n\tif (*x == 1) {\n"
	    "\t\tatomic_store_explicit(y, 2, memory_order_release);\n\t}\n}\n"
	    "P1(atomic_int *y) { int r0 = atomic_load(y); }\n"
	    "locations [x;]\nexists (1:r0=2 /\\ ~(x=1))\n";
	struct litmus_test *test;
	struct err err;
	size_t length, taken;
	char *copy;

	taken = 0;
	for (length = 0; length < sizeof(text); length++) {
		/* Of just this size: a step too far is seen by sanitizers. */
		copy = malloc(length + 1);
		cr_assert_not_null(copy);
		memcpy(copy, text, length);
		err.text[0] = '\0';
		test = litmus_test_read("t", copy, length, &err);
		cr_expect((test == NULL) == (strncmp(err.text, "t:", 2) == 0),
		    "%zu: %s", length, err.text);
		taken += test != NULL;
		litmus_test_free(test);
		free(copy);
	}
	/* After P0 or P1, after the locations, and with the clause whole. */
	cr_expect(taken >= 3 && taken < 12, "taken %zu times", taken);
}
