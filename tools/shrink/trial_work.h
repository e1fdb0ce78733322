/*
 * trial_work - how does a worker try a run?
 *
 * The question is in the memory that the parent shares (tools/shrink/trial.h),
 * and the choices of the run go there; all else is in the answer.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef TOOLS_SHRINK_TRIAL_WORK_H
#define TOOLS_SHRINK_TRIAL_WORK_H

struct pool_job;
struct wire_buffer;

/* For struct pool_settings; `context` is the struct trial. */
void trial_work_execute(void *context, const struct pool_job *job,
    struct wire_buffer *answer);

#endif
