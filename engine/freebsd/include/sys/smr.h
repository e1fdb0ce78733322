/*
 * smr - what does smr(9) look like to its users?
 *
 * The header of the tree that the core is from, where it has one; the one of
 * ../../own otherwise.  It has a structure with a member `ticks`, which is the
 * name of a macro here: see sys/kernel.h.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef ENGINE_FREEBSD_INCLUDE_SYS_SMR_H
#define ENGINE_FREEBSD_INCLUDE_SYS_SMR_H

#include <sys/systm.h>

#pragma push_macro("ticks")
#undef ticks
#define ticks ticks[1]
#include <smr_tree.h>
#undef ticks
#pragma pop_macro("ticks")

#endif
