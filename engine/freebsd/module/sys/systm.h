/*
 * systm - what does all kernel code take for granted?
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef ENGINE_FREEBSD_MODULE_SYS_SYSTM_H
#define ENGINE_FREEBSD_MODULE_SYS_SYSTM_H

#include <sys/param.h>
#include <sys/kassert.h>
#include <sys/libkern.h>
#include <sys/pcpu.h>
#include <sys/queue.h>
#include <machine/atomic.h>
#include <machine/cpu.h>
#include <machine/cpufunc.h>

struct lock_object;
struct mtx;
struct sx;
struct thread;

extern int bootverbose;
extern volatile int ticks;
extern int hz;
extern int tick;
extern int cold;
extern int rebooting;
#define SCHEDULER_STOPPED()	0
#define KERNEL_PANICKED()	0

/* What modules say is formatted, and heard by nobody who was not asked to. */
int printf(const char *format, ...) __printflike(1, 2);
int vprintf(const char *format, va_list args) __printflike(1, 0);
int uprintf(const char *format, ...) __printflike(1, 2);
void log(int level, const char *format, ...) __printflike(2, 3);
int sprintf(char *text, const char *format, ...) __printflike(2, 3);
int snprintf(char *text, size_t room, const char *format, ...)
    __printflike(3, 4);
int vsprintf(char *text, const char *format, va_list args)
    __printflike(2, 0);
int vsnprintf(char *text, size_t room, const char *format, va_list args)
    __printflike(3, 0);

/* Nests; a preemption that was put off happens at the end. */
void critical_enter(void);
void critical_exit(void);

/* Busy for so many microseconds of simulated time, on this CPU. */
void DELAY(int us);

/* Off the CPU.  Whoever sleeps in a section or critical section is accused. */
int pause(const char *why, int timeout);
#define pause_sig(why, timeout)	pause((why), (timeout))
int pause_sbt(const char *why, sbintime_t sbt, sbintime_t precision, int flags);
int tsleep(const void *channel, int priority, const char *why, int timeout);
int tsleep_sbt(const void *channel, int priority, const char *why,
    sbintime_t sbt, sbintime_t precision, int flags);
int mtx_sleep_(const void *channel, struct mtx *mtx, int priority,
    const char *why, sbintime_t sbt);
int sx_sleep_(const void *channel, struct sx *sx, int priority,
    const char *why, sbintime_t sbt);
void wakeup(const void *channel);
void wakeup_one(const void *channel);
#define wakeup_any(channel)	wakeup_one(channel)

/* Any kind of lock that is not NULL is a mutex or an sx lock. */
#define msleep(channel, mtx, priority, why, timeout)			\
	mtx_sleep_((channel), (mtx), (priority), (why),			\
	    (sbintime_t)(timeout) * tick_sbt)
#define msleep_sbt(channel, mtx, priority, why, sbt, precision, flags)	\
	mtx_sleep_((channel), (mtx), (priority), (why), (sbt))
#define msleep_spin(channel, mtx, why, timeout)				\
	mtx_sleep_((channel), (mtx), 0, (why), (sbintime_t)(timeout) * tick_sbt)
extern sbintime_t tick_sbt;

#define C_HARDCLOCK	0
#define C_PREL(x)	0
#define C_ABSOLUTE	0x200

/* Parameters are set by workload.kernel_module.tunables. */
int getenv_int(const char *name, int *value);
int getenv_uint(const char *name, u_int *value);
int getenv_long(const char *name, long *value);
int getenv_ulong(const char *name, u_long *value);
int getenv_quad(const char *name, quad_t *value);
int getenv_bool(const char *name, bool *value);
int getenv_string(const char *name, char *value, int room);

#define suser(td)		0
#define gusim_nothing()		do { } while (0)
#define WITNESS_WARN(flags, lock, ...)	gusim_nothing()
#define GIANT_REQUIRED		gusim_nothing()
#define DROP_GIANT()		do {
#define PICKUP_GIANT()		} while (0)

#endif
