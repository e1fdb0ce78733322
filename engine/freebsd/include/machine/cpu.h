/*
 * cpu - how does kernel code pass the time?
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef ENGINE_FREEBSD_INCLUDE_MACHINE_CPU_H
#define ENGINE_FREEBSD_INCLUDE_MACHINE_CPU_H

#include "engine/kern.h"

#define cpu_spinwait()		kern_spin()

#endif
