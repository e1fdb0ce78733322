/*
 * uma_int - what is inside a zone?
 *
 * Nothing that a module may see.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef ENGINE_FREEBSD_MODULE_VM_UMA_INT_H
#define ENGINE_FREEBSD_MODULE_VM_UMA_INT_H

#include <vm/uma.h>

#endif
