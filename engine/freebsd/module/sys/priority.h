/*
 * priority - who goes first?
 *
 * The simulated scheduler has no priorities: any number here is the same to it.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef ENGINE_FREEBSD_MODULE_SYS_PRIORITY_H
#define ENGINE_FREEBSD_MODULE_SYS_PRIORITY_H

#define PRI_MIN			0
#define PRI_MAX			255
#define PRI_MIN_ITHD		0
#define PI_REALTIME		0
#define PI_INTR			8
#define PI_AV			8
#define PI_NET			8
#define PI_DISK			8
#define PI_TTY			8
#define PI_DULL			8
#define PI_SOFT			16
#define PI_SWI(x)		(PI_SOFT + (x))
#define PRI_MIN_KERN		48
#define PSWP			(PRI_MIN_KERN + 0)
#define PVM			(PRI_MIN_KERN + 4)
#define PINOD			(PRI_MIN_KERN + 8)
#define PRIBIO			(PRI_MIN_KERN + 12)
#define PVFS			(PRI_MIN_KERN + 16)
#define PZERO			(PRI_MIN_KERN + 20)
#define PSOCK			(PRI_MIN_KERN + 24)
#define PWAIT			(PRI_MIN_KERN + 28)
#define PLOCK			(PRI_MIN_KERN + 32)
#define PPAUSE			(PRI_MIN_KERN + 36)
#define PUSER			120
#define PRI_UNCHANGED		(-1)
#define PRI_USER		(-2)
#define PRI_MIN_TIMESHARE	120
#define PRI_MAX_TIMESHARE	223
#define PRI_MIN_IDLE		224
#define PRI_MAX_IDLE		255
#define PRI_ITHD		1
#define PRI_REALTIME		2
#define PRI_TIMESHARE		3
#define PRI_IDLE		4

#endif
