/*
 * timetc - who counts the time?
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef ENGINE_FREEBSD_MODULE_SYS_TIMETC_H
#define ENGINE_FREEBSD_MODULE_SYS_TIMETC_H

#include <sys/time.h>

#endif
