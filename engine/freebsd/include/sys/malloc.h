/*
 * malloc - may an allocation sleep?
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef ENGINE_FREEBSD_INCLUDE_SYS_MALLOC_H
#define ENGINE_FREEBSD_INCLUDE_SYS_MALLOC_H

#define M_NOWAIT	0x0001
#define M_WAITOK	0x0002
#define M_ZERO		0x0100

#endif
