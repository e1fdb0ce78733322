/*
 * vmmeter - how much memory is left?
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef ENGINE_FREEBSD_MODULE_SYS_VMMETER_H
#define ENGINE_FREEBSD_MODULE_SYS_VMMETER_H

#include <sys/param.h>

bool vm_page_count_severe(void);
#define vm_page_count_min()	vm_page_count_severe()

#endif
