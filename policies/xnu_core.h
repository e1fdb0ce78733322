/*
 * xnu_core - when has every reader of XNU's gone?
 *
 * The core of XNU's smr: 64-bit sequences, which never wrap, and goals that are
 * one step ahead of what has been written.  A goal is met once somebody has
 * committed it and all sections that began before have ended.
 *
 * Errors      creation returns NULL when memory is exhausted.
 * Source      apple-oss-distributions/xnu @ e3723e1f, osfmk/kern/smr.c
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef POLICIES_XNU_CORE_H
#define POLICIES_XNU_CORE_H

#include <stdbool.h>
#include <stdint.h>

#include "policies/policy.h"

struct xnu_core;

struct xnu_core *xnu_core_create(void);
void xnu_core_destroy(struct xnu_core *core);

/* Sections; they do not nest. */
void xnu_core_enter(struct xnu_core *core);
void xnu_core_exit(struct xnu_core *core);

/* The next value of the sequence, which nobody has written yet.  Never 0. */
uint64_t xnu_core_goal(struct xnu_core *core);
/* Takes the step to the goal, unless somebody has. */
void xnu_core_commit(struct xnu_core *core, uint64_t goal);
/*
 * Is the goal met?  Without `wait`, not before it is committed; with it, the
 * call commits it and returns when it is.  A goal of 0 always is.
 */
bool xnu_core_poll(struct xnu_core *core, uint64_t goal, bool wait);
void xnu_core_wait(struct xnu_core *core, uint64_t goal);

/* Cost no time. */
void xnu_core_counters(const struct xnu_core *core,
    struct policy_counters *counters);
const char *xnu_core_audit(const struct xnu_core *core);

#endif
