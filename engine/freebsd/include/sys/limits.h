/*
 * limits - how large may an integer become?
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef ENGINE_FREEBSD_INCLUDE_SYS_LIMITS_H
#define ENGINE_FREEBSD_INCLUDE_SYS_LIMITS_H

#include <limits.h>

#endif
