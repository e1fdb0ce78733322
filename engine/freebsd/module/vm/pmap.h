/*
 * pmap - where is this address?
 *
 * Nowhere: there is one address space, and it is flat.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef ENGINE_FREEBSD_MODULE_VM_PMAP_H
#define ENGINE_FREEBSD_MODULE_VM_PMAP_H

#include <vm/vm.h>

#endif
