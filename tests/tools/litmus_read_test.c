/*
 * litmus_read_test - what does each construct of a litmus test become?
 *
 * The programs are those that the reader puts down; see litmus_dump.h for how
 * they are written here.  Locations lie 64 bytes apart in the order in which
 * they are first named.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "sim/base/err.h"
#include "tests/tools/litmus_dump.h"

static void
same(const char *got, const char *want)
{

	cr_expect_str_eq(got, want, "\n  got  %s\n  want %s", got, want);
}

static struct litmus_test *
read_text(const char *text)
{
	struct litmus_test *test;
	struct err err;

	test = litmus_test_read("t", text, strlen(text), &err);
	cr_assert_not_null(test, "%s", test == NULL ? err.text : "");
	return (test);
}

#define C(body, want) same(litmus_dump_c(body), "0: " want)
#define X86(code, want) same(litmus_dump_x86("X86", "", code), "0: " want)
#define X86_64(init, code, want) \
	same(litmus_dump_x86("X86_64", init, code), "0: " want)

/* --- C --------------------------------------------------------------------------- */

Test(litmus_read, accesses_of_c)
{

	C("*p = 1; int r0 = *q;",
	    "store @128/4s 1 plain; load r0 @192/4s plain;");
	C("*x = 1; int r0 = *y;",
	    "store @0/4s 1 seq_cst; load r0 @64/4s seq_cst;");
	C("atomic_store_explicit(x, 2, memory_order_release); int r0;"
	    "r0 = atomic_load_explicit(y, memory_order_acquire);",
	    "store @0/4s 2 release; load r0 @64/4s acquire;");
	C("atomic_store(x, 1); int r0 = atomic_load(y);",
	    "store @0/4s 1 seq_cst; load r0 @64/4s seq_cst;");
	C("int r0 = *w; long r1 = *u;",
	    "load r0 @256/1 plain; load r1 @320/8 plain;");
	C("atomic_store((atomic_char *)u + 3, 1); int r0 = *(int *)u;",
	    "store @323/1s 1 seq_cst; load r0 @320/4s plain;");
	C("int *r = p; *r = 1; int s = r[0];",
	    "store @128/4s 1 plain; load r1 @128/4s plain;");
}

Test(litmus_read, changes_and_fences_of_c)
{

	C("int r0 = atomic_exchange_explicit(x, 1, memory_order_acq_rel);",
	    "exchange r0 @0/4s 1 acq_rel;");
	C("int r0 = atomic_fetch_xor(x, 3);",
	    "fetch r0 @0/4s ^ 3 seq_cst;");
	C("atomic_fetch_sub_explicit(x, 1, memory_order_relaxed);",
	    "fetch r0 @0/4s - 1 relaxed;");
	C("(*x)++; *x |= 2;",
	    "fetch r0 @0/4s + 1 seq_cst; fetch r0 @0/4s | 2 seq_cst; "
	    "compute r1 r0 | 2;");
	C("(*p)++;", "load r0 @128/4s plain; compute r1 r0 + 1; "
	    "store @128/4s r1 plain;");
	C("atomic_thread_fence(memory_order_seq_cst);"
	    "atomic_thread_fence(memory_order_relaxed);", "fence seq_cst;");
}

Test(litmus_read, compare_exchange_writes_what_it_found)
{

	C("int r0 = atomic_compare_exchange_strong(x, q, 5);",
	    "load r1 @192/4s plain; "
	    "compare r2,r3 @0/4s r1 5 seq_cst/seq_cst; "
	    "compute r4 r3 == 0; jump r4 to 5; store @192/4s r2 plain; "
	    "compute r0 r3;");
	C("int r0 = 3; int r1 = atomic_compare_exchange_weak_explicit(x, &r0, "
	    "5, memory_order_acq_rel, memory_order_acquire);",
	    "compute r0 3; compare r2,r3 @0/4s r0 5 acq_rel/acquire; "
	    "compute r4 r3 == 0; jump r4 to 5; compute r0 r2; "
	    "compute r1 r3;");
	C("int r0; atomic_compare_exchange_strong_explicit(x, &r0, 1, "
	    "memory_order_release, memory_order_relaxed);",
	    "compare r1,r2 @0/4s r0 1 release/relaxed; compute r3 r2 == 0; "
	    "jump r3 to 4; compute r0 r1;");
}

Test(litmus_read, expressions_bind_as_in_c)
{

	C("int r0 = 1 + 2 * 3 << 1 | 4 & ~1 ^ 2 == 2;", "compute r0 15;");
	C("int r0 = -1 < 0 == 1;", "compute r0 1;");
	C("int r0 = *p; int r1 = r0 + 2 * *q;",
	    "load r0 @128/4s plain; load r2 @192/4s plain; "
	    "compute r3 2 * r2; compute r1 r0 + r3;");
	C("int r0 = *p && *q;",
	    "load r2 @128/4s plain; compute r1 r2 != 0; jump r1 to 5; "
	    "load r4 @192/4s plain; compute r1 r4 != 0; compute r0 r1;");
	C("int r0 = *p || *q;",
	    "load r2 @128/4s plain; compute r1 r2 != 0; "
	    "compute r4 r1 == 0; jump r4 to 6; load r5 @192/4s plain; "
	    "compute r1 r5 != 0; compute r0 r1;");
	C("int r0 = *p ? 3 : *q;",
	    "load r2 @128/4s plain; jump r2 to 4; compute r1 3; "
	    "jump 0 to 5; load r1 @192/4s plain; compute r0 r1;");
}

Test(litmus_read, widths_and_signs_are_those_of_c)
{

	C("unsigned char r0 = *p;",
	    "load r1 @128/4s plain; compute r0 r1 & 255;");
	C("unsigned r0 = *q; r0 = r0 + 1;",
	    "load r1 @192/4s plain; compute r0 r1 & 4294967295; "
	    "compute r1 r0 + 1; compute r0 r1 & 4294967295;");
	C("signed char r0 = *w;",
	    "load r1 @256/1 plain; compute r2 r1 & 255; "
	    "compute r3 r2 ^ 128; compute r0 r3 - 128;");
	C("int r0 = *u < 2;", "load r1 @320/8 plain; "
	    "compute r2 r1 ^ -9223372036854775808; "
	    "compute r0 r2 < -9223372036854775806;");
	C("int r0 = -8 >> 1; unsigned r1 = 4294967288u >> 1;",
	    "compute r0 -4; compute r1 2147483644;");
}

Test(litmus_read, statements_of_c)
{

	C("if (*p) *q = 1; else { *q = 2; }",
	    "load r0 @128/4s plain; jump r0 to 4; store @192/4s 1 plain; "
	    "jump 0 to 5; store @192/4s 2 plain;");
	C("while (atomic_load(x) == 0) {}",
	    "load r0 @0/4s seq_cst; compute r1 r0 == 0; jump r1 to 4; "
	    "jump 0 to 0;");
	C("do { *p = 1; continue; } while (*q);",
	    "store @128/4s 1 plain; jump 0 to 2; load r0 @192/4s plain; "
	    "compute r1 r0 == 0; jump r1 to 0;");
	C("for (int i = 0; i < 2; i++) { if (*p) break; }",
	    "compute r0 0; compute r1 r0 < 2; jump r1 to 9; "
	    "load r1 @128/4s plain; jump r1 to 6; jump 0 to 9; "
	    "compute r1 r0; compute r0 r1 + 1; jump 0 to 1;");
	C("return; *p = 1;", "jump 0 to 2; store @128/4s 1 plain;");
}

Test(litmus_read, spellings_of_the_kernel)
{

	C("WRITE_ONCE(*p, 1); int r0 = READ_ONCE(*q); smp_store_release(p, 1);"
	    "int r1 = smp_load_acquire(q);",
	    "store @128/4s 1 relaxed; load r0 @192/4s relaxed; "
	    "store @128/4s 1 release; load r1 @192/4s acquire;");
	C("smp_store_mb(*p, 1); smp_mb(); smp_rmb(); smp_wmb(); barrier();",
	    "store @128/4s 1 relaxed; fence seq_cst; fence seq_cst; "
	    "fence acquire; fence release;");
	C("int r0 = xchg(p, 1); int r1 = cmpxchg_release(p, 0, 2);"
	    "int r2 = xchg_relaxed(p, 3);",
	    "exchange r0 @128/4s 1 locked; "
	    "compare r1 @128/4s 0 2 release/relaxed; "
	    "exchange r2 @128/4s 3 relaxed;");
	C("atomic_inc(p); int r0 = atomic_fetch_add(1, x);"
	    "int r1 = atomic_fetch_add(x, 1);"
	    "int r2 = atomic_fetch_add_acquire(1, x);",
	    "fetch @128/4s + 1 relaxed; fetch r0 @0/4s + 1 locked; "
	    "fetch r1 @0/4s + 1 seq_cst; fetch r2 @0/4s + 1 acquire;");
	C("spin_lock(p); spin_unlock(p);",
	    "load r0 @128/4s relaxed; compute r1 r0 == 0; jump r1 to 0; "
	    "compare,r2 @128/4s 0 1 acquire/relaxed; jump r2 to 0; "
	    "store @128/4s 0 release;");
}

/* What is not done must still be 0 where the clause looks at it. */
Test(litmus_read, a_variable_has_a_register_of_its_own)
{
	struct litmus_test *test;

	test = read_text("C t\n{}\nP0(int *x) { if (*x == 1) { int r1 = 2; } "
	    "int r2 = *x + *x; }\nexists (0:r1=0 /\\ 0:r2=0)");
	same(litmus_dump(test),
	    "0: load r2 @0/4s plain; compute r3 r2 == 1; jump r3 to 4; "
	    "compute r0 2; load r2 @0/4s plain; load r3 @0/4s plain; "
	    "compute r1 r2 + r3;");
	cr_expect_eq(test->program.threads[0].register_count, 5);
	litmus_test_free(test);
}

/* --- x86 -------------------------------------------------------------------------- */

Test(litmus_read, moves_of_x86)
{

	X86("MOV [x],$1; MOV EAX,[x]; MFENCE;",
	    "store @0/4 1 relaxed; load r0 @0/4 relaxed; fence seq_cst;");
	X86_64("uint64_t y=0;", "movq $-1,(y); movb $-1,(x); movl (x),%eax; "
	    "movq (y),%rbx;",
	    "store @0/8 -1 relaxed; store @64/1 -1 relaxed; "
	    "load r0 @64/4 relaxed; load r1 @0/8 relaxed;");
	X86_64("", "movw (x),%cx;",
	    "load r1 @0/2 relaxed; compute r2 r0 & -65536; "
	    "compute r0 r2 | r1;");
	X86_64("int64_t t[2]={1,2}; 0:rdi=t;",
	    "movq 8(%rdi),%rax; movl $1,4(%rdi); mov x(%rip),%ecx;",
	    "load r1 @8/8 relaxed; store @4/4 1 relaxed; "
	    "load r2 @64/4 relaxed;");
	X86_64("", "movsbq (x),%rbx;",
	    "load r1 @0/1 relaxed; compute r2 r1 & 255; "
	    "compute r3 r2 ^ 128; compute r0 r3 - 128;");
}

Test(litmus_read, only_locked_changes_are_in_one_step)
{

	X86("XCHG [x],EAX; XCHG EAX,[x]; LOCK INC [x]; LOCK ; ADD [x],EBX;",
	    "exchange r0 @0/4 r0 locked; exchange r0 @0/4 r0 locked; "
	    "fetch @0/4 + 1 locked; fetch @0/4 + r1 locked;");
	X86("INC [x]; OR [x],$4;",
	    "load r0 @0/4 relaxed; compute r1 r0 + 1; store @0/4 r1 relaxed; "
	    "load r0 @0/4 relaxed; compute r1 r0 | 4; store @0/4 r1 relaxed;");
	X86("LOCK XADD [x],EAX; LOCK CMPXCHG [x],EBX;",
	    "fetch r0 @0/4 + r0 locked; "
	    "compare r2,r3 @0/4 r0 r1 locked/locked; compute r4 r3 == 0; "
	    "compute r0 r2;");
	X86("UXCH [x],EAX;", "load r1 @0/4 relaxed; store @0/4 r0 relaxed; "
	    "compute r0 r1 & 4294967295;");
}

Test(litmus_read, jumps_of_x86)
{

	X86("L: MOV EAX,[x]; CMP EAX,$1; JNE L;",
	    "load r0 @0/4 relaxed; compute r3 r0 & 4294967295; "
	    "compute r4 r3 ^ 2147483648; compute r5 r4 - 2147483648; "
	    "compute r1 r5; compute r2 1; compute r3 r1 == r2; "
	    "jump r3 to 0;");
	X86("JMP L; MOV [x],$1; L:;", "jump 0 to 2; store @0/4 1 relaxed;");
}

/* --- the sections around the program ---------------------------------------------- */

Test(litmus_read, locations_have_types_and_values)
{
	struct litmus_test *test;

	test = read_text("C t\n\"a text\"\nKey=value { of no meaning\n"
	    "(* a remark (* in one *) *)\n"
	    "{ x=-1; [y]=0x10; uint8_t z=200; int64_t t[2]={3,-4}; "
	    "_Atomic(short) s = ATOMIC_INIT(7); unsigned long long l; }\n"
	    "P0(int *x, int *y) {}\nlocations [t[1]; z; s]\nexists y=16");
	cr_assert_eq(test->program.location_count, 7);
	cr_expect_eq(test->program.locations[0].value, -1);
	cr_expect_eq(test->program.locations[1].value, 16);
	cr_expect_eq(test->program.locations[2].value, 200);
	cr_expect_eq(test->program.locations[2].size, 1);
	cr_expect_eq(test->program.locations[4].value, -4);
	cr_expect_eq(test->program.locations[4].offset,
	    test->program.locations[3].offset + 8);
	cr_expect_eq(test->program.locations[5].size, 2);
	cr_expect_eq(test->program.locations[5].value, 7);
	cr_expect_eq(test->program.locations[6].size, 8);
	cr_assert_eq(test->shown_count, 4);
	cr_expect_str_eq(test->observed[0], "[s]");
	cr_expect_str_eq(test->observed[1], "[y]");
	cr_expect_str_eq(test->observed[2], "[z]");
	cr_expect_str_eq(test->observed[3], "t[1]");
	cr_expect(!test->program.observed[2].sign);
	litmus_test_free(test);
}

Test(litmus_read, registers_begin_with_their_values)
{
	struct litmus_test *test;

	test = read_text("X86_64 t\n{ 0:rax=5; 1:%ecx=-1; int64_t 0:rbx=-2; }\n"
	    " P0 | P1 ;\n nop | nop ;\nexists (0:eax=5 /\\ P1:rcx=-1)");
	cr_expect_eq(test->program.threads[0].registers[0], 5);
	cr_expect_eq(test->program.threads[0].registers[1], -2);
	cr_expect_eq(test->program.threads[1].registers[0], 0xffffffff);
	cr_expect_str_eq(test->observed[1], "1:rcx");
	cr_expect_eq(test->program.observed[1].size, 4);
	litmus_test_free(test);
}

static void
clause_is(const char *clause, enum litmus_quantifier quantifier,
    const char *want)
{
	struct litmus_test *test;
	char text[512], *got;

	snprintf(text, sizeof(text), "X86 t\n{ x=0; y=0; }\n P0 ;\n NOP ;\n%s",
	    clause);
	test = read_text(text);
	got = clause_text(test, &test->clause);
	cr_expect_str_eq(got, want, "%s: %s, not %s", clause, got, want);
	cr_expect_eq(test->quantifier, quantifier);
	free(got);
	litmus_test_free(test);
}

Test(litmus_read, clauses_are_written_as_herd_does)
{

	clause_is("exists x=1", LITMUS_EXISTS, "[x]=1");
	clause_is("exists ([x]=0x1f /\\ y=-1 /\\ 0:EAX=2)", LITMUS_EXISTS,
	    "[x]=31 /\\ [y]=-1 /\\ 0:EAX=2");
	clause_is("~exists x=1 \\/ y=1 /\\ x=2", LITMUS_NOT_EXISTS,
	    "[x]=1 \\/ [y]=1 /\\ [x]=2");
	clause_is("not exists (x=1 \\/ y=1) /\\ x=2", LITMUS_NOT_EXISTS,
	    "([x]=1 \\/ [y]=1) /\\ [x]=2");
	clause_is("forall not (x=1) /\\ ~y=2", LITMUS_FORALL,
	    "not ([x]=1) /\\ not ([y]=2)");
	clause_is("forall x=1 => y=1 /\\ x<>3;", LITMUS_FORALL,
	    "([x]=1 => [y]=1) /\\ not ([x]=3)");
	clause_is("final x=[y] /\\ true", LITMUS_EXISTS, "[x]=[y] /\\ true");
	clause_is("", LITMUS_FORALL, "true");
}

Test(litmus_read, clauses_are_judged)
{
	static const struct {
		const char *clause;
		bool holds;		/* of EAX = 1, x = -1, y = 2 */
	} rows[] = {
		{ "0:EAX=1 /\\ x=-1 /\\ y=2", true },
		{ "x=0xffffffff", true },
		{ "x=4294967296", false },
		{ "x<>4294967296", true },
		{ "x=-4294967297", false },
		{ "y=1 \\/ y=2 /\\ x=0", false },
		{ "~(y=1) /\\ y=2", true },
		{ "y=1 => x=0", true },
		{ "y=2 => x=0", false },
		{ "y=1 /\\ y=1 => x=0", false },
		{ "x=[y] \\/ 0:EAX=[y]", false },
		{ "true", true },
		{ "false \\/ false", false },
	};
	const int64_t values[LITMUS_OBSERVED_MAX] = { 1, -1, 2 };
	struct litmus_test *test;
	char text[256];
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		snprintf(text, sizeof(text), "X86 t\n{ x; y; }\n P0 ;\n NOP ;\n"
		    "locations [0:EAX; x; y;]\nexists %s", rows[i].clause);
		test = read_text(text);
		cr_expect_eq(clause_holds(&test->clause, values),
		    rows[i].holds, "%s", rows[i].clause);
		litmus_test_free(test);
	}
}

Test(litmus_read, what_only_the_filter_looks_at_is_not_shown)
{
	struct litmus_test *test;
	const int64_t kept[LITMUS_OBSERVED_MAX] = { 7, 1 };
	const int64_t dropped[LITMUS_OBSERVED_MAX] = { 7, 0 };

	test = read_text("X86 t\n{ a=0; x=0; }\n P0 ;\n NOP ;\n"
	    "filter (a=1)\nexists x=7");
	cr_expect_eq(test->shown_count, 1);
	cr_expect_str_eq(test->observed[0], "[x]");
	cr_expect_str_eq(test->observed[1], "[a]");
	cr_expect(clause_holds(&test->filter, kept));
	cr_expect(!clause_holds(&test->filter, dropped));
	cr_expect(clause_holds(&test->clause, kept));
	litmus_test_free(test);
}
