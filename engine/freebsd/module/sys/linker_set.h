/*
 * linker_set - who has put himself on this list?
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef ENGINE_FREEBSD_MODULE_SYS_LINKER_SET_H
#define ENGINE_FREEBSD_MODULE_SYS_LINKER_SET_H

#include <sys/cdefs.h>

/* The loader finds sections called set_NAME and reads the pointers in them. */
#define __MAKE_SET(set, symbol)						\
	static void const *const __set_##set##_sym_##symbol		\
	    __section("set_" #set) __used = &(symbol)
#define __MAKE_SET_QV(set, symbol, qualifier)	__MAKE_SET(set, symbol)
#define TEXT_SET(set, symbol)	__MAKE_SET(set, symbol)
#define DATA_SET(set, symbol)	__MAKE_SET_X(set, symbol)
#define __MAKE_SET_X(set, symbol)	__MAKE_SET(set, symbol)
#define DATA_WSET(set, symbol)	__MAKE_SET(set, symbol)
#define BSS_SET(set, symbol)	__MAKE_SET(set, symbol)

#endif
