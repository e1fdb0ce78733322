/*
 * kern_scheme - what do schemes other than GUS need of their kernel?
 *
 * The core and the zone need none of this.  Cross calls are for those who
 * interrupt readers (pserialize), tasks for those who reclaim in a kernel
 * thread (epoch, RCU), the cycle counter for those who date (Parsec).
 *
 * The machine implements it in sim/kern/kern_scheme.c, for real threads there
 * is engine/native/kern_scheme.c.  Where the two differ:
 *
 *	cross calls	real threads have no interrupts of ours.  There, calls
 *			that are off are a lock of the CPU, and the caller
 *			takes it and runs the handler in the other's name.
 *	tasks, ticks	nobody runs them: kern_has_hooks() is false, and a
 *			scheme does that work where it frees.
 *	the oracle	only the machine has one.
 *
 * So whatever a handler shares with its CPU is atomic, or used with calls off.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef ENGINE_KERN_SCHEME_H
#define ENGINE_KERN_SCHEME_H

#include <stdbool.h>
#include <stdint.h>

/* --- cross calls ------------------------------------------------------------ */

typedef void kern_call(void *argument);

/*
 * Interrupts `cpu`, which runs call(argument) as soon as its calls are on.
 * Returns at once; on the caller's own CPU the call has been made by then, or
 * its calls are off.  What the caller did before happens before the call.
 * Handlers may not sleep, free or allocate.
 */
void kern_cross_call(unsigned cpu, kern_call *call, void *argument);

/* They nest; only in a critical section. */
void kern_calls_off(void);
void kern_calls_on(void);

/* --- tasks ------------------------------------------------------------------ */

/*
 * Whether the port runs the policy's tasks, and tells it of ticks (except where
 * time is counted in steps), switches and idle CPUs.
 */
bool kern_has_hooks(void);

/*
 * Has task `number` of the policy run soon, and once more if it is running
 * already.  From anywhere, interrupts included.
 */
void kern_task_wake(unsigned number);

/* --- the current thread and CPU ------------------------------------------------ */

/* One word of the thread's own; lost when the thread ends. */
uintptr_t kern_thread_word(void);
void kern_thread_set_word(uintptr_t word);

/*
 * The CPU's cycle counter.  All CPUs' counters are one clock, and who learns
 * of an event reads no less than was read before it.  Never 0.
 */
uint64_t kern_cycles(void);

/* --- the oracle ------------------------------------------------------------------ */

/* Whether the port has one. */
bool kern_has_oracle(void);
/* In truth, no section may still hold this retired item.  Costs nothing. */
bool kern_oracle_safe(const void *item);
/* All sections that were open when `ticket` was taken have ended. */
uint64_t kern_oracle_ticket(void);
bool kern_oracle_ended(uint64_t ticket);

#endif
