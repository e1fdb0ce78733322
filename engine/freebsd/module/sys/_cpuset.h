/*
 * _cpuset - which CPUs are in this set?
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef ENGINE_FREEBSD_MODULE_SYS__CPUSET_H
#define ENGINE_FREEBSD_MODULE_SYS__CPUSET_H

#include <sys/cpuset.h>

#endif
