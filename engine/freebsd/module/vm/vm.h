/*
 * vm - what does virtual memory call its numbers?
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef ENGINE_FREEBSD_MODULE_VM_VM_H
#define ENGINE_FREEBSD_MODULE_VM_VM_H

#include <sys/types.h>

#endif
