/*
 * sched - who runs next, and where?
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef ENGINE_FREEBSD_MODULE_SYS_SCHED_H
#define ENGINE_FREEBSD_MODULE_SYS_SCHED_H

#include <sys/proc.h>

#endif
