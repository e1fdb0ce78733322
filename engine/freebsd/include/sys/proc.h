/*
 * proc - which thread is this, and may it be preempted?
 *
 * A thread of the simulated machine has nothing that kernel code may keep: it
 * is asked anew, and is a copy.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef ENGINE_FREEBSD_INCLUDE_SYS_PROC_H
#define ENGINE_FREEBSD_INCLUDE_SYS_PROC_H

#include <sys/types.h>

struct thread {
	int td_critnest;	/* how many critical sections it is in */
	u_int td_oncpu;
};

struct thread *freebsd_curthread(void);

#define curthread		(freebsd_curthread())

#endif
