/*
 * _types - how wide is an integer?
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef ENGINE_FREEBSD_MODULE_MACHINE__TYPES_H
#define ENGINE_FREEBSD_MODULE_MACHINE__TYPES_H

#include <sys/types.h>

#endif
