/*
 * vm_page - how much memory is left?
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef ENGINE_FREEBSD_MODULE_VM_VM_PAGE_H
#define ENGINE_FREEBSD_MODULE_VM_VM_PAGE_H

#include <sys/vmmeter.h>

#endif
