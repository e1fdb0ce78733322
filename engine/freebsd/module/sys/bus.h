/*
 * bus - which devices hang on which?
 *
 * None: there are no devices here.  For modules that include it out of habit.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef ENGINE_FREEBSD_MODULE_SYS_BUS_H
#define ENGINE_FREEBSD_MODULE_SYS_BUS_H

#include <sys/module.h>

#endif
