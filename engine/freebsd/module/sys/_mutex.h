/*
 * _mutex - what is in a mutex?
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef ENGINE_FREEBSD_MODULE_SYS__MUTEX_H
#define ENGINE_FREEBSD_MODULE_SYS__MUTEX_H

#include <sys/mutex.h>

#endif
