/*
 * _stdint - how wide is an integer?
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef ENGINE_FREEBSD_MODULE_SYS__STDINT_H
#define ENGINE_FREEBSD_MODULE_SYS__STDINT_H

#include <stdint.h>

#endif
