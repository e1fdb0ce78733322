/*
 * limits - how large may an integer become?
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef ENGINE_FREEBSD_MODULE_SYS_LIMITS_H
#define ENGINE_FREEBSD_MODULE_SYS_LIMITS_H

#include <limits.h>

#define QUAD_MAX	LONG_MAX
#define UQUAD_MAX	ULONG_MAX

#endif
