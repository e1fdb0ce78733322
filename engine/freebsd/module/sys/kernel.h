/*
 * kernel - what is to be done when a module comes or goes?
 *
 * The order of subsystems is FreeBSD's; the numbers matter only among the
 * functions of one module.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef ENGINE_FREEBSD_MODULE_SYS_KERNEL_H
#define ENGINE_FREEBSD_MODULE_SYS_KERNEL_H

#include <sys/systm.h>
#include <sys/linker_set.h>

enum sysinit_sub_id {
	SI_SUB_DUMMY = 0x0000000,
	SI_SUB_TUNABLES = 0x0700000,
	SI_SUB_VM = 0x1000000,
	SI_SUB_KMEM = 0x1800000,
	SI_SUB_WITNESS = 0x1A80000,
	SI_SUB_LOCK = 0x1B00000,
	SI_SUB_EVENTHANDLER = 0x1C00000,
	SI_SUB_CPU = 0x2100000,
	SI_SUB_KLD = 0x2000000,
	SI_SUB_INTRINSIC = 0x2300000,
	SI_SUB_DRIVERS = 0x3100000,
	SI_SUB_CONFIGURE = 0x3800000,
	SI_SUB_SMP = 0xf000000,
	SI_SUB_RACCT = 0xf100000,
	SI_SUB_KTHREAD_INIT = 0xe000000,
	SI_SUB_PSEUDO = 0x7000000,
	SI_SUB_EXEC = 0x7400000,
	SI_SUB_LAST = 0xfffffff
};

enum sysinit_elem_order {
	SI_ORDER_FIRST = 0x0000000,
	SI_ORDER_SECOND = 0x0000001,
	SI_ORDER_THIRD = 0x0000002,
	SI_ORDER_FOURTH = 0x0000003,
	SI_ORDER_MIDDLE = 0x1000000,
	SI_ORDER_ANY = 0xfffffff
};

typedef void (*sysinit_nfunc_t)(void *);
typedef void (*sysinit_cfunc_t)(const void *);

struct sysinit {
	uint64_t subsystem;
	uint64_t order;
	sysinit_cfunc_t func;
	const void *udata;
};

#define C_SYSINIT(id, sub, ord, function, argument)			\
	static struct sysinit id##_sys_init = {				\
		(sub), (ord), (function), (argument)			\
	};								\
	DATA_SET(sysinit_set, id##_sys_init)
#define SYSINIT(id, sub, ord, function, argument)			\
	C_SYSINIT(id, sub, ord,						\
	    (sysinit_cfunc_t)(sysinit_nfunc_t)(function),		\
	    (const void *)(argument))
#define C_SYSUNINIT(id, sub, ord, function, argument)			\
	static struct sysinit id##_sys_uninit = {			\
		(sub), (ord), (function), (argument)			\
	};								\
	DATA_SET(sysuninit_set, id##_sys_uninit)
#define SYSUNINIT(id, sub, ord, function, argument)			\
	C_SYSUNINIT(id, sub, ord,					\
	    (sysinit_cfunc_t)(sysinit_nfunc_t)(function),		\
	    (const void *)(argument))

/* A variable that workload.kernel_module.tunables may set before all else. */
struct gusim_tunable {
	const char *path;
	void *variable;
	uint64_t bytes;		/* of it; 0: a string of `room` bytes */
	uint64_t room;
};
#define GUSIM_TUNABLE(id, path, variable, bytes, room)			\
	GUSIM_TUNABLE_(id, path, variable, bytes, room)
#define GUSIM_TUNABLE_(id, path, variable, bytes, room)			\
	static const struct gusim_tunable id##_tunable = {		\
		(path), (void *)(uintptr_t)(variable), (bytes), (room)	\
	};								\
	DATA_SET(gusim_tunables, id##_tunable)
#define GUSIM_TUNABLE_ID(line)	__CONCAT(gusim_tunable_at_, line)
#define TUNABLE_VARIABLE(path, variable)				\
	GUSIM_TUNABLE(GUSIM_TUNABLE_ID(__LINE__), path, variable,	\
	    sizeof(*(variable)), 0)
#define TUNABLE_INT(path, variable)	TUNABLE_VARIABLE(path, variable)
#define TUNABLE_LONG(path, variable)	TUNABLE_VARIABLE(path, variable)
#define TUNABLE_ULONG(path, variable)	TUNABLE_VARIABLE(path, variable)
#define TUNABLE_INT64(path, variable)	TUNABLE_VARIABLE(path, variable)
#define TUNABLE_UINT64(path, variable)	TUNABLE_VARIABLE(path, variable)
#define TUNABLE_QUAD(path, variable)	TUNABLE_VARIABLE(path, variable)
#define TUNABLE_BOOL(path, variable)	TUNABLE_VARIABLE(path, variable)
#define TUNABLE_STR(path, variable, room)				\
	GUSIM_TUNABLE(GUSIM_TUNABLE_ID(__LINE__), path, variable, 0, room)
#define TUNABLE_INT_FETCH(path, variable)	getenv_int((path), (variable))
#define TUNABLE_LONG_FETCH(path, variable)	getenv_long((path), (variable))
#define TUNABLE_ULONG_FETCH(path, variable)	getenv_ulong((path), (variable))
#define TUNABLE_INT64_FETCH(path, variable)	getenv_quad((path), (variable))
#define TUNABLE_UINT64_FETCH(path, variable)				\
	getenv_quad((path), (quad_t *)(variable))
#define TUNABLE_QUAD_FETCH(path, variable)	getenv_quad((path), (variable))
#define TUNABLE_BOOL_FETCH(path, variable)	getenv_bool((path), (variable))
#define TUNABLE_STR_FETCH(path, variable, room)				\
	getenv_string((path), (variable), (room))

#endif
