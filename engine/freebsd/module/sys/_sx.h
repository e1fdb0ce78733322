/*
 * _sx - what is in an sx lock?
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef ENGINE_FREEBSD_MODULE_SYS__SX_H
#define ENGINE_FREEBSD_MODULE_SYS__SX_H

#include <sys/sx.h>

#endif
