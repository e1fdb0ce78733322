/*
 * shape - how does a kernel module see its structures?
 *
 * The layouts of engine/freebsd/module/sys/ as the host writes and reads them.
 * Two names for one layout, since the module's headers and those of the host's
 * C library cannot be in one file; tests/kmod/shapes holds one against the
 * other.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef SIM_KMOD_SHAPE_H
#define SIM_KMOD_SHAPE_H

#include <stdint.h>

enum {
	SHAPE_NAME = 20,

	SHAPE_M_NOWAIT = 0x1,
	SHAPE_M_WAITOK = 0x2,
	SHAPE_M_ZERO = 0x100,

	SHAPE_EPERM = 1,
	SHAPE_ENOENT = 2,
	SHAPE_ENOMEM = 12,
	SHAPE_EBUSY = 16,
	SHAPE_EAGAIN = 35,
	SHAPE_EOPNOTSUPP = 45,

	SHAPE_LOAD = 0,
	SHAPE_UNLOAD = 1,
	SHAPE_QUIESCE = 3,

	SHAPE_PDROP = 0x200,
	SHAPE_STOPPED = 1 << 17,

	SHAPE_SMR_LAZY = 1,
	SHAPE_SMR_DEFERRED = 2,
};

/* sys/lock.h, sys/mutex.h, sys/sx.h */
struct shape_lock {
	const char *name;
	uint32_t flags;
};

struct shape_mtx {
	struct shape_lock object;
	_Atomic(uint32_t) word;
	uint32_t recurse;
	_Atomic(uintptr_t) owner;
	uint32_t kind;
};

struct shape_sx {
	struct shape_lock object;
	_Atomic(uint32_t) word;
	uint32_t recurse;
	_Atomic(uintptr_t) owner;
};

/* sys/proc.h */
struct shape_thread;

struct shape_proc {
	int32_t pid;
	char comm[SHAPE_NAME];
	struct shape_mtx mtx;
	struct shape_thread *threads;
};

struct shape_thread {
	struct shape_proc *proc;
	int32_t tid;
	uint32_t oncpu;
	volatile int flags;
	unsigned char priority;
	char name[SHAPE_NAME];
	void *record;
	struct {
		struct shape_thread *next;
		struct shape_thread **prev;
	} link;
};

/* sys/malloc.h */
struct shape_malloc_type {
	const char *name;
	const char *about;
};

/* sys/kernel.h, sys/module.h */
struct shape_sysinit {
	uint64_t subsystem;
	uint64_t order;
	void (*function)(const void *argument);
	const void *argument;
};

struct shape_tunable {
	const char *path;
	void *variable;
	uint64_t bytes;
	uint64_t room;
};

struct shape_moduledata {
	const char *name;
	int (*handler)(void *module, int event, void *argument);
	void *argument;
};

struct shape_module {
	const struct shape_moduledata *data;
	uint64_t subsystem;
	uint64_t order;
};

/* sys/time.h */
struct shape_timespec {
	int64_t seconds;
	int64_t fraction;	/* ns, us, or of 2^64 */
};

/* sys/cpuset.h */
struct shape_cpuset {
	uint64_t words[16];
};

#endif
