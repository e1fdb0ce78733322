/*
 * conf - which devices does a module have?
 *
 * None: there are no devices here.  For modules that include it out of habit.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef ENGINE_FREEBSD_MODULE_SYS_CONF_H
#define ENGINE_FREEBSD_MODULE_SYS_CONF_H

#include <sys/module.h>

#endif
