/*
 * thread - how does one thread of a litmus test go on?
 *
 * An interpreter of litmus code, on a simulated CPU: each access is made as
 * instrumented code would make it.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef SIM_LITMUS_THREAD_H
#define SIM_LITMUS_THREAD_H

#include <stddef.h>
#include <stdint.h>

#include "sim/litmus/program.h"

enum litmus_end {
	LITMUS_FILTERED,	/* an assumption does not hold */
	LITMUS_ENDLESS,		/* a loop that waits for nothing */
};

/* Thread `number` will run the code that it has in `program`, again and again. */
void litmus_thread_prepare(size_t number,
    const struct litmus_program *program);
/* Thread `number` starts anew, with the origin of locations at `memory`. */
void litmus_thread_begin(size_t number, const struct litmus_thread *thread,
    unsigned char *memory);
/* The machine's thread, and what it wants as its argument. */
void litmus_thread_body(void *context);
void *litmus_thread_context(size_t number);

int64_t litmus_thread_register(size_t number, size_t reg);

/* A value of so many bytes as one of 64 bits. */
int64_t litmus_extend(uint64_t value, uint32_t size, bool sign);

/* This execution is at its end; see sim/litmus/litmus.c. */
void litmus_give_up(enum litmus_end end);

#endif
