/*
 * source_module - where in a kernel module's debug information is this place?
 *
 * A module is a relocatable object: its sections have no addresses until
 * somebody gives them some.  libdwfl does, and relocates the debug information to
 * match; what is asked for here is the address that it gave.
 *
 * Errors      NULL, and no debug information, where the file has none.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef TOOLS_SOURCE_SOURCE_MODULE_H
#define TOOLS_SOURCE_SOURCE_MODULE_H

#include <elfutils/libdw.h>
#include <stdint.h>

struct kmod_place;
struct source_module;

/* Stays open until the program ends, as `*dwarf` does. */
struct source_module *source_module_open(const struct kmod_place *place,
    Dwarf **dwarf);

/* The address of the place in that debug information. */
Dwarf_Addr source_module_address(const struct source_module *module,
    const struct kmod_place *place);

#endif
