/* SPDX-License-Identifier: BSD-2-Clause */
#include "sim/machine/fiber.h"

#include <string.h>
#include <sys/mman.h>

#if FIBER_ASAN
void __sanitizer_start_switch_fiber(void **fake_stack_save, const void *bottom,
    size_t size);
void __sanitizer_finish_switch_fiber(void *fake_stack_save,
    const void **bottom_old, size_t *size_old);
void __asan_unpoison_memory_region(void const volatile *addr, size_t size);
#endif

struct fiber *fiber_starting;

enum { GUARD_BYTES = 4096 };

#if FIBER_ASAN
/* The fiber that was left last: it learns its stack's bounds on arrival. */
static struct fiber *fiber_left;
#endif

bool
fiber_map(struct fiber *fiber, unsigned colour)
{
	unsigned char *memory;
	size_t bytes, shift;

	bytes = FIBER_STACK_BYTES + GUARD_BYTES;
	memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (memory == MAP_FAILED)
		return (false);
	mprotect(memory, GUARD_BYTES, PROT_NONE);
	/* Tops at different offsets, or all stacks fight for the same sets. */
	shift = (size_t)(colour % 32) * 64;
	fiber->stack = memory + GUARD_BYTES;
	fiber->stack_bytes = FIBER_STACK_BYTES - shift;
	return (true);
}

void
fiber_unmap(struct fiber *fiber)
{

	if (fiber->stack == NULL)
		return;
	munmap(fiber->stack - GUARD_BYTES, FIBER_STACK_BYTES + GUARD_BYTES);
	fiber->stack = NULL;
}

static void
fiber_arrive(struct fiber *self)
{
#if FIBER_ASAN
	const void *bottom;
	size_t bytes;

	__sanitizer_finish_switch_fiber(self->fake_stack, &bottom, &bytes);
	if (fiber_left != NULL && fiber_left->stack == NULL) {
		/* The host's own stack: learnt the first time it is left. */
		fiber_left->stack_bytes = bytes;
		fiber_left->argument = (void *)(uintptr_t)bottom;
	}
#else
	(void)self;
#endif
}

__attribute__((noreturn)) static void
fiber_entry(void)
{
	struct fiber *self;

	self = fiber_starting;
	fiber_arrive(self);
	self->body(self->argument);
	__builtin_trap();
}

void
fiber_prepare(struct fiber *fiber, void (*body)(void *), void *argument)
{
	void **top;

	fiber->body = body;
	fiber->argument = argument;
	fiber->fake_stack = NULL;
#if FIBER_ASAN
	__asan_unpoison_memory_region(fiber->stack, fiber->stack_bytes);
#endif
	top = (void **)(void *)(fiber->stack + fiber->stack_bytes);
#if defined(__x86_64__)
	/* A zero return address ends backtraces; entry is aligned as by a call. */
	top -= 1;
	top[0] = NULL;
	*--top = (void *)(uintptr_t)fiber_entry;
	top -= 6;
	memset(top, 0, 6 * sizeof(*top));
#elif defined(__aarch64__)
	top -= 20;
	memset(top, 0, 20 * sizeof(*top));
	top[11] = (void *)(uintptr_t)fiber_entry;
#endif
	fiber->stack_pointer = top;
}

static inline void
fiber_go(struct fiber *from, struct fiber *to, void **fake_stack_save)
{

	fiber_starting = to;
#if FIBER_ASAN
	fiber_left = from;
	__sanitizer_start_switch_fiber(fake_stack_save,
	    to->stack != NULL ? to->stack : to->argument, to->stack_bytes);
#else
	(void)fake_stack_save;
#endif
	fiber_jump(&from->stack_pointer, to->stack_pointer);
}

void
fiber_switch_told(struct fiber *from, struct fiber *to)
{

	fiber_go(from, to, &from->fake_stack);
	fiber_arrive(from);
}

void
fiber_abandon(struct fiber *from, struct fiber *to)
{

	fiber_go(from, to, NULL);
	__builtin_unreachable();
}
