/*
 * timespec - how long is a timespec?
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef ENGINE_FREEBSD_MODULE_SYS_TIMESPEC_H
#define ENGINE_FREEBSD_MODULE_SYS_TIMESPEC_H

#include <sys/time.h>

#endif
