/*
 * eventhandler - who is told?
 *
 * Nobody: a module's events are those of sys/module.h.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef ENGINE_FREEBSD_MODULE_SYS_EVENTHANDLER_H
#define ENGINE_FREEBSD_MODULE_SYS_EVENTHANDLER_H

#include <sys/queue.h>

typedef void *eventhandler_tag;

#endif
