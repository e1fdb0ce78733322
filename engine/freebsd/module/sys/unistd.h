/*
 * unistd - how is a process made?
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef ENGINE_FREEBSD_MODULE_SYS_UNISTD_H
#define ENGINE_FREEBSD_MODULE_SYS_UNISTD_H

#include <sys/proc.h>

#endif
