/*
 * lost - what is known of a run that never answered?
 *
 * Its process died, or had to be ended.  Sweeps and hunts say so in the same
 * words, as a finding of the check `crash`.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef TOOLS_CAMPAIGN_LOST_H
#define TOOLS_CAMPAIGN_LOST_H

#include "sim/run.h"
#include "tools/campaign/pool.h"

/* `how` is of the outcome; POOL_ANSWERED: the answer made no sense. */
enum run_status lost_describe(enum pool_fate fate, const char *how,
    struct run_finding *finding);

#endif
