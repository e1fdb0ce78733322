/*
 * kthread - who makes threads, and how do they end?
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef ENGINE_FREEBSD_MODULE_SYS_KTHREAD_H
#define ENGINE_FREEBSD_MODULE_SYS_KTHREAD_H

#include <sys/proc.h>

struct kproc_desc {
	const char *arg0;
	void (*func)(void);
	struct proc **global_procpp;
};

struct kthread_desc {
	const char *arg0;
	void (*func)(void);
	struct thread **global_threadpp;
};

/*
 * The thread may run on any CPU until it binds itself; from the set-up on CPU
 * 0 (MOD_LOAD) it starts when the set-up is over, or sleeps for the first time.
 */
int kthread_add(void (*function)(void *), void *argument, struct proc *proc,
    struct thread **tdp, int flags, int pages, const char *format, ...)
    __printflike(7, 8);
void kthread_exit(void) __dead2;
int kproc_create(void (*function)(void *), void *argument, struct proc **procp,
    int flags, int pages, const char *format, ...) __printflike(6, 7);
int kproc_kthread_add(void (*function)(void *), void *argument,
    struct proc **procp, struct thread **tdp, int flags, int pages,
    const char *process, const char *format, ...) __printflike(8, 9);
void kproc_exit(int code) __dead2;
void kthread_start(const void *description);
void kproc_start(const void *description);
int kthread_suspend_check_(void);
#define kthread_suspend_check()	((void)0)
#define kproc_suspend_loop(p)	((void)(p))

#endif
