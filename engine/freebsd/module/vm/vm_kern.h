/*
 * vm_kern - how much memory is left?
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef ENGINE_FREEBSD_MODULE_VM_VM_KERN_H
#define ENGINE_FREEBSD_MODULE_VM_VM_KERN_H

#include <sys/vmmeter.h>

#endif
