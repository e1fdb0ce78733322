/*
 * lock - what is in every lock?
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef ENGINE_FREEBSD_MODULE_SYS_LOCK_H
#define ENGINE_FREEBSD_MODULE_SYS_LOCK_H

#include <sys/systm.h>

struct lock_object {
	const char *lo_name;
	u_int lo_flags;
};

/* For lock assertions; enforced with INVARIANTS. */
#define LA_UNLOCKED	0x00000000
#define LA_LOCKED	0x00000001
#define LA_SLOCKED	0x00000002
#define LA_XLOCKED	0x00000004
#define LA_RECURSED	0x00000008
#define LA_NOTRECURSED	0x00000010

#define LOCK_CLASS(lock)	0
#define WITNESS_CHECK		0

#endif
