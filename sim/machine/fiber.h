/*
 * fiber - where does a simulated thread keep its stack?
 *
 * A fiber is a stack of its own and the point at which it was left.  Switching
 * saves the registers that the C calling convention preserves and nothing
 * else: kernel code uses no floating point, and a changed MXCSR costs sixty
 * nanoseconds to load.
 *
 * Invariant   exactly one fiber of a thread runs; fiber_switch() returns when
 *             somebody switches back.
 * Cost        a switch is about 3 ns on x86-64; creation of a stack is mmap().
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef SIM_MACHINE_FIBER_H
#define SIM_MACHINE_FIBER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#if defined(__SANITIZE_ADDRESS__)
#define FIBER_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define FIBER_ASAN 1
#endif
#endif
#ifndef FIBER_ASAN
#define FIBER_ASAN 0
#endif

struct fiber {
	void *stack_pointer;	/* of the saved registers */
	unsigned char *stack;	/* lowest usable byte; NULL: the host's own */
	size_t stack_bytes;
	void *fake_stack;	/* AddressSanitizer's */
	void (*body)(void *);
	void *argument;
};

enum { FIBER_STACK_BYTES = 64 * 1024 };

/* Maps a stack with a guard page below it; false when there is no memory. */
bool fiber_map(struct fiber *fiber, unsigned colour);
void fiber_unmap(struct fiber *fiber);

/* `body(argument)` starts at the first switch to it; it must not return. */
void fiber_prepare(struct fiber *fiber, void (*body)(void *), void *argument);

/* Whoever is entered for the first time; and the switch itself. */
extern struct fiber *fiber_starting;
void fiber_jump(void **save, void *load);

/* AddressSanitizer must be told which stack is whose. */
void fiber_switch_told(struct fiber *from, struct fiber *to);

/*
 * Leaves `from` here and goes on with `to`.  Inline: a processor guesses that a
 * function returns to where the last one was called, so after a switch each
 * return is a wrong guess that the two stacks do not have in common.
 */
static inline __attribute__((always_inline)) void
fiber_switch(struct fiber *from, struct fiber *to)
{

#if FIBER_ASAN
	fiber_switch_told(from, to);
#else
	fiber_starting = to;
	fiber_jump(&from->stack_pointer, to->stack_pointer);
#endif
}

/* The same, and `from` is never entered again. */
void fiber_abandon(struct fiber *from, struct fiber *to);

#endif
