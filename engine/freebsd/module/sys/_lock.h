/*
 * _lock - what is in every lock?
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef ENGINE_FREEBSD_MODULE_SYS__LOCK_H
#define ENGINE_FREEBSD_MODULE_SYS__LOCK_H

#include <sys/lock.h>

#endif
