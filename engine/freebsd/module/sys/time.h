/*
 * time - how late is it, and how long is that?
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef ENGINE_FREEBSD_MODULE_SYS_TIME_H
#define ENGINE_FREEBSD_MODULE_SYS_TIME_H

#include <sys/types.h>

struct timespec {
	time_t tv_sec;
	long tv_nsec;
};

struct timeval {
	time_t tv_sec;
	suseconds_t tv_usec;
};

struct bintime {
	time_t sec;
	uint64_t frac;
};

/* Seconds in the upper 32 bits, fractions in the lower. */
#define SBT_1S		((sbintime_t)1 << 32)
#define SBT_1M		(SBT_1S * 60)
#define SBT_1MS		(SBT_1S / 1000)
#define SBT_1US		(SBT_1S / 1000000)
#define SBT_1NS		(SBT_1S / 1000000000)
#define SBT_MAX		0x7fffffffffffffffLL

/*
 * Simulated time since the machine was started: one clock, exact to the
 * nanosecond, whether a function has `get` in its name or not.
 */
sbintime_t sbinuptime(void);
void nanouptime(struct timespec *ts);
void microuptime(struct timeval *tv);
void binuptime(struct bintime *bt);
#define time_uptime		((time_t)(sbinuptime() >> 32))
#define time_second		time_uptime

#define getsbinuptime()		sbinuptime()
#define sbintime()		sbinuptime()
#define getsbintime()		sbinuptime()
#define getnanouptime(ts)	nanouptime(ts)
#define getmicrouptime(tv)	microuptime(tv)
#define getbinuptime(bt)	binuptime(bt)
#define nanotime(ts)		nanouptime(ts)
#define getnanotime(ts)		nanouptime(ts)
#define microtime(tv)		microuptime(tv)
#define getmicrotime(tv)	microuptime(tv)
#define bintime(bt)		binuptime(bt)

static inline sbintime_t
nstosbt(int64_t ns)
{

	return ((ns / 1000000000) * SBT_1S +
	    (((ns % 1000000000) << 32) + 999999999) / 1000000000);
}

static inline sbintime_t
ustosbt(int64_t us)
{

	return (nstosbt(us * 1000));
}

static inline sbintime_t
mstosbt(int64_t ms)
{

	return (nstosbt(ms * 1000000));
}

static inline int64_t
sbttons(sbintime_t sbt)
{

	return ((sbt >> 32) * 1000000000 +
	    (int64_t)(((uint64_t)(sbt & 0xffffffff) * 1000000000) >> 32));
}

static inline int64_t
sbttous(sbintime_t sbt)
{

	return (sbttons(sbt) / 1000);
}

static inline int64_t
sbttoms(sbintime_t sbt)
{

	return (sbttons(sbt) / 1000000);
}

static inline sbintime_t
tstosbt(struct timespec ts)
{

	return (((sbintime_t)ts.tv_sec << 32) + nstosbt(ts.tv_nsec));
}

static inline struct timespec
sbttots(sbintime_t sbt)
{
	struct timespec ts;

	ts.tv_sec = sbt >> 32;
	ts.tv_nsec = sbttons(sbt & 0xffffffff);
	return (ts);
}

static inline sbintime_t
tvtosbt(struct timeval tv)
{

	return (((sbintime_t)tv.tv_sec << 32) + nstosbt(tv.tv_usec * 1000));
}

#define timespecclear(t)	((t)->tv_sec = (t)->tv_nsec = 0)
#define timespecisset(t)	((t)->tv_sec != 0 || (t)->tv_nsec != 0)
#define timespeccmp(a, b, op)						\
	((a)->tv_sec == (b)->tv_sec ? (a)->tv_nsec op (b)->tv_nsec :	\
	    (a)->tv_sec op (b)->tv_sec)
#define timespecadd(a, b, sum) do {					\
	(sum)->tv_sec = (a)->tv_sec + (b)->tv_sec;			\
	(sum)->tv_nsec = (a)->tv_nsec + (b)->tv_nsec;			\
	if ((sum)->tv_nsec >= 1000000000L) {				\
		(sum)->tv_sec++;					\
		(sum)->tv_nsec -= 1000000000L;				\
	}								\
} while (0)
#define timespecsub(a, b, rest) do {					\
	(rest)->tv_sec = (a)->tv_sec - (b)->tv_sec;			\
	(rest)->tv_nsec = (a)->tv_nsec - (b)->tv_nsec;			\
	if ((rest)->tv_nsec < 0) {					\
		(rest)->tv_sec--;					\
		(rest)->tv_nsec += 1000000000L;				\
	}								\
} while (0)
#define timevalsub(a, b) do {						\
	(a)->tv_sec -= (b)->tv_sec;					\
	(a)->tv_usec -= (b)->tv_usec;					\
	if ((a)->tv_usec < 0) {						\
		(a)->tv_sec--;						\
		(a)->tv_usec += 1000000;				\
	}								\
} while (0)

#endif
