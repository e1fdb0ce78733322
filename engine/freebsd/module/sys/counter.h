/*
 * counter - how often has this happened, on all CPUs together?
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef ENGINE_FREEBSD_MODULE_SYS_COUNTER_H
#define ENGINE_FREEBSD_MODULE_SYS_COUNTER_H

#include <sys/systm.h>

/* One word for each CPU, each in a pair of lines of its own. */
typedef uint64_t *counter_u64_t;

#define EARLY_COUNTER	NULL

counter_u64_t counter_u64_alloc(int flags);
void counter_u64_free(counter_u64_t counter);
void counter_u64_add(counter_u64_t counter, int64_t change);
uint64_t counter_u64_fetch(counter_u64_t counter);
void counter_u64_zero(counter_u64_t counter);

#define counter_u64_add_protected(counter, change)			\
	counter_u64_add((counter), (change))
#define counter_enter()		critical_enter()
#define counter_exit()		critical_exit()
#define COUNTER_U64_DEFINE_EARLY(name)					\
	counter_u64_t name;						\
	static void							\
	name##_counter_setup(void *unused __unused)			\
	{								\
									\
		name = counter_u64_alloc(0x0002);			\
	}								\
	SYSINIT(name##_counter, SI_SUB_CPU, SI_ORDER_ANY,		\
	    name##_counter_setup, NULL);				\
	static void							\
	name##_counter_leave(void *unused __unused)			\
	{								\
									\
		counter_u64_free(name);					\
	}								\
	SYSUNINIT(name##_counter, SI_SUB_CPU, SI_ORDER_ANY,		\
	    name##_counter_leave, NULL)

#endif
