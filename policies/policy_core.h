/*
 * policy_core - whose core stands under this policy?
 *
 * A policy that works with a GUS core exists once for each core that the
 * program was built with.  They are one policy to its users, who choose the
 * core by core.name; this is where the choice is made.
 *
 * FreeBSD's core is there only where the build was given a source tree.  Its
 * debug kernel's constants are compiled in, so core.profile chooses between two
 * copies; so does the machine, since the kernel's sections are one locked
 * instruction on amd64 and a store and a fence on everything else.
 *
 * Our own exists twice as well: with clock interrupts and tasks, where a knob
 * wants them, and without.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef POLICIES_POLICY_CORE_H
#define POLICIES_POLICY_CORE_H

#include <stdbool.h>

#include "policies/policy.h"

enum core_arch { CORE_ARCH_AMD64, CORE_ARCH_ARM64, CORE_ARCH_COUNT };

/*
 * The definition to run where `def` was asked for; `def` itself where it has
 * no GUS core, or where that is our own.  NULL where the program was built
 * without the core.
 */
const struct policy_def *policy_on_core(const struct policy_def *def,
    const struct core_config *core, const struct zone_config *zone,
    enum core_arch arch);

/* FreeBSD's core in this program: which, in a few words; NULL: none. */
const char *policy_core_freebsd(void);
/* Whether it has the lazy mode. */
bool policy_core_freebsd_lazy(void);

#endif
