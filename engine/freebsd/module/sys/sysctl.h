/*
 * sysctl - by which name does a module show and take values?
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef ENGINE_FREEBSD_MODULE_SYS_SYSCTL_H
#define ENGINE_FREEBSD_MODULE_SYS_SYSCTL_H

#include <sys/kernel.h>

#define CTLFLAG_RD	0x80000000
#define CTLFLAG_WR	0x40000000
#define CTLFLAG_RW	(CTLFLAG_RD | CTLFLAG_WR)
#define CTLFLAG_TUN	0x00080000
#define CTLFLAG_RDTUN	(CTLFLAG_RD | CTLFLAG_TUN)
#define CTLFLAG_RWTUN	(CTLFLAG_RW | CTLFLAG_TUN)
#define CTLFLAG_NOFETCH	0x00200000
#define CTLFLAG_MPSAFE	0x00040000
#define CTLFLAG_NEEDGIANT	0x00000800
#define CTLFLAG_STATS	0x00002000
#define CTLFLAG_SKIP	0x01000000
#define CTLFLAG_ANYBODY	0x10000000
#define CTLTYPE_INT	2
#define CTLTYPE_STRING	3
#define CTLTYPE_S64	4
#define CTLTYPE_OPAQUE	5
#define CTLTYPE_UINT	6
#define CTLTYPE_LONG	7
#define CTLTYPE_ULONG	8
#define CTLTYPE_U64	9
#define CTLTYPE_U8	0xa
#define OID_AUTO	(-1)

struct sysctl_oid;
struct sysctl_req {
	void *oldptr;
	void *newptr;
};

struct sysctl_oid_list;
struct sysctl_ctx_list {
	int unused;
};

#define SYSCTL_HANDLER_ARGS						\
	struct sysctl_oid *oidp __unused, void *arg1 __unused,		\
	intmax_t arg2 __unused, struct sysctl_req *req __unused

/*
 * Nobody reads them here, but those of a module's variables can be set like
 * tunables, under the name PARENT.NAME; a handler is never called.
 */
#define SYSCTL_VALUE_(parent, name, variable)				\
	GUSIM_TUNABLE(sysctl_##parent##_##name, #parent "." #name,	\
	    (variable), sizeof(*(variable)), 0)
#define SYSCTL_DECL(name)	struct gusim_hack
#define SYSCTL_NODE(parent, number, name, access, handler, about)	\
	enum { sysctl_node_##parent##_##name = 1 }
#define SYSCTL_ROOT_NODE(number, name, access, handler, about)		\
	enum { sysctl_node_##name = 1 }
#define SYSCTL_INT(parent, number, name, access, variable, value, about) \
	SYSCTL_VALUE_(parent, name, (int *)(variable))
#define SYSCTL_UINT(parent, number, name, access, variable, value, about) \
	SYSCTL_VALUE_(parent, name, (u_int *)(variable))
#define SYSCTL_LONG(parent, number, name, access, variable, value, about) \
	SYSCTL_VALUE_(parent, name, (long *)(variable))
#define SYSCTL_ULONG(parent, number, name, access, variable, value, about) \
	SYSCTL_VALUE_(parent, name, (u_long *)(variable))
#define SYSCTL_QUAD(parent, number, name, access, variable, value, about) \
	SYSCTL_VALUE_(parent, name, (quad_t *)(variable))
#define SYSCTL_UQUAD(parent, number, name, access, variable, value, about) \
	SYSCTL_VALUE_(parent, name, (u_quad_t *)(variable))
#define SYSCTL_S64(parent, number, name, access, variable, value, about) \
	SYSCTL_VALUE_(parent, name, (int64_t *)(variable))
#define SYSCTL_U64(parent, number, name, access, variable, value, about) \
	SYSCTL_VALUE_(parent, name, (uint64_t *)(variable))
#define SYSCTL_U32(parent, number, name, access, variable, value, about) \
	SYSCTL_VALUE_(parent, name, (uint32_t *)(variable))
#define SYSCTL_BOOL(parent, number, name, access, variable, value, about) \
	SYSCTL_VALUE_(parent, name, (bool *)(variable))
#define SYSCTL_STRING(parent, number, name, access, variable, room, about) \
	GUSIM_TUNABLE(sysctl_##parent##_##name, #parent "." #name,	\
	    (variable), 0, (room))
#define SYSCTL_COUNTER_U64(parent, number, name, access, counter, about) \
	enum { sysctl_counter_##parent##_##name = 1 }
#define SYSCTL_PROC(parent, number, name, access, one, two, handler, format, \
    about)								\
	int (*const sysctl_handler_##parent##_##name)			\
	    (SYSCTL_HANDLER_ARGS) __unused = (handler)
#define SYSCTL_STATIC_CHILDREN(name)	NULL
#define SYSCTL_CHILDREN(oid)		NULL
#define sysctl_ctx_init(context)	((context)->unused = 0)
#define sysctl_ctx_free(context)	((context)->unused)

int sysctl_handle_int(SYSCTL_HANDLER_ARGS);
int sysctl_handle_long(SYSCTL_HANDLER_ARGS);
int sysctl_handle_64(SYSCTL_HANDLER_ARGS);
int sysctl_handle_string(SYSCTL_HANDLER_ARGS);

#endif
