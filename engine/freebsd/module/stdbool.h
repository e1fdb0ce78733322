/*
 * stdbool - is it so?
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef ENGINE_FREEBSD_MODULE_STDBOOL_H
#define ENGINE_FREEBSD_MODULE_STDBOOL_H

#define bool	_Bool
#define true	1
#define false	0

#endif
