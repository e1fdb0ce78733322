/*
 * proc - which thread is this?
 *
 * The fields are those that modules look at; what they write there the machine
 * does not heed.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef ENGINE_FREEBSD_MODULE_SYS_PROC_H
#define ENGINE_FREEBSD_MODULE_SYS_PROC_H

#include <sys/systm.h>
#include <sys/lock.h>
#include <sys/mutex.h>
#include <sys/priority.h>
#include <sys/rtprio.h>
#include <sys/time.h>

struct ucred;

struct proc {
	pid_t p_pid;
	char p_comm[MAXCOMLEN + 1];
	struct mtx p_mtx;
	LIST_HEAD(, thread) p_threads;
};

struct thread {
	struct proc *td_proc;
	lwpid_t td_tid;
	u_int td_oncpu;		/* where it was started */
	volatile int td_flags;
	u_char td_priority;
	char td_name[MAXCOMLEN + 1];
	void *td_gusim;		/* the machine's own record */
	LIST_ENTRY(thread) td_plist;
};

#define TDP_KTHREAD	0x1
#define RFPROC		(1 << 4)
#define RFMEM		(1 << 5)
#define RFSTOPPED	(1 << 17)
#define RFHIGHPID	(1 << 18)

struct thread *gusim_curthread(void);
extern struct proc proc0;

#define curthread	(gusim_curthread())
#define curproc		(curthread->td_proc)

#define PROC_LOCK(p)	mtx_lock(&(p)->p_mtx)
#define PROC_UNLOCK(p)	mtx_unlock(&(p)->p_mtx)
#define PROC_LOCK_ASSERT(p, what)	mtx_assert(&(p)->p_mtx, (what))
#define FOREACH_THREAD_IN_PROC(p, td)					\
	LIST_FOREACH((td), &(p)->p_threads, td_plist)

/* The scheduler needs no lock here: a thread only ever changes itself. */
static inline void
thread_lock(struct thread *td)
{

	(void)td;
	critical_enter();
}

static inline void
thread_unlock(struct thread *td)
{

	(void)td;
	critical_exit();
}

void sched_bind(struct thread *td, int cpu);
void sched_unbind(struct thread *td);
int sched_is_bound(struct thread *td);
void sched_prio(struct thread *td, u_char priority);
void sched_add(struct thread *td, int flags);
void kern_yield(int priority);
void maybe_yield(void);
bool should_yield(void);
#define SRQ_BORING	0
#define sched_relinquish(td)	kern_yield(PRI_UNCHANGED)
#define sched_class(td, class)	((void)(td), (void)(class))
#define sched_user_prio(td, priority)	((void)(td), (void)(priority))
#define setrunnable(td, flags)	sched_add((td), (flags))
#define sched_pin()	critical_enter()
#define sched_unpin()	critical_exit()
#define td_get_sched(td)	(td)
#define TD_IS_RUNNING(td)	1

#endif
