/*
 * vm_param - how large is a page?
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef ENGINE_FREEBSD_MODULE_VM_VM_PARAM_H
#define ENGINE_FREEBSD_MODULE_VM_VM_PARAM_H

#include <machine/param.h>

#endif
