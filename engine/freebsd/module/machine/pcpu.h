/*
 * pcpu - where is this CPU's copy?
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef ENGINE_FREEBSD_MODULE_MACHINE_PCPU_H
#define ENGINE_FREEBSD_MODULE_MACHINE_PCPU_H

#include <sys/pcpu.h>

#endif
