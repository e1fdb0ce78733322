/*
 * sysctl - by which name does the kernel show a value?
 *
 * Nothing is shown here, but a counter that has a name has a place.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef ENGINE_FREEBSD_INCLUDE_SYS_SYSCTL_H
#define ENGINE_FREEBSD_INCLUDE_SYS_SYSCTL_H

#include <sys/counter.h>

#define CTLFLAG_RD	0
#define CTLFLAG_RW	0
#define CTLFLAG_RWTUN	0
#define CTLFLAG_MPSAFE	0
#define OID_AUTO	(-1)

/* Gives the counter its name, and its place where it has none. */
void freebsd_counter_name(counter_u64_t *counter, const char *name);

/* Expands after `static`. */
#define SYSCTL_NODE(parent, number, name, access, handler, about) \
	const int freebsd_node##parent##_##name __unused = (number)
/* As a kernel does at boot: before main(), and so before any run. */
#define SYSCTL_COUNTER_U64(parent, number, name, access, counter, about) \
	static __attribute__((constructor)) void			\
	freebsd_name##parent##_##name(void)				\
	{								\
		freebsd_counter_name((counter), #name);			\
	}								\
	_Static_assert(sizeof(about) > 0, "takes the semicolon")

#endif
