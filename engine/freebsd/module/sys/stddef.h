/*
 * stddef - what does C itself call sizes?
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef ENGINE_FREEBSD_MODULE_SYS_STDDEF_H
#define ENGINE_FREEBSD_MODULE_SYS_STDDEF_H

#include <stddef.h>

#endif
