/*
 * ctype - which kind of letter is it?
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef ENGINE_FREEBSD_MODULE_SYS_CTYPE_H
#define ENGINE_FREEBSD_MODULE_SYS_CTYPE_H

#include <sys/libkern.h>

#endif
