/*
 * stdarg - which arguments came after the named ones?
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef ENGINE_FREEBSD_MODULE_SYS_STDARG_H
#define ENGINE_FREEBSD_MODULE_SYS_STDARG_H

#include <stdarg.h>

#endif
