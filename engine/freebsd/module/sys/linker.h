/*
 * linker - which modules are there?
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef ENGINE_FREEBSD_MODULE_SYS_LINKER_H
#define ENGINE_FREEBSD_MODULE_SYS_LINKER_H

#include <sys/module.h>

#endif
