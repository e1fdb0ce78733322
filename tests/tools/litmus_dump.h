/*
 * litmus_dump - what has the reader made of a litmus test?
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef TESTS_TOOLS_LITMUS_DUMP_H
#define TESTS_TOOLS_LITMUS_DUMP_H

#include "tools/litmus/test.h"

/*
 * A line for each instruction, as in
 *
 *	"0 load r1 <- 64/4s acquire plain\n"
 *
 * thread, what, where / how wide (s: with a sign), order.  Valid until the
 * next call.
 */
const char *litmus_dump(const struct litmus_test *test);

/* Reads a text and gives its dump, or the message of the refusal. */
const char *litmus_dump_of(const char *text);

/* The same of a C test of one thread with this body; x and y are atomic_int,
 * p and q int, w an unsigned char, u an unsigned long. */
const char *litmus_dump_c(const char *body);

/* Of an x86 test of one thread; each instruction ends in ';'. */
const char *litmus_dump_x86(const char *dialect, const char *init,
    const char *code);

#endif
