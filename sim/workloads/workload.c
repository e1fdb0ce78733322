/* SPDX-License-Identifier: BSD-2-Clause */
#include "sim/lab.h"

#define WORKLOAD(name) extern const struct workload_def workload_##name;
#include "sim/workloads/workloads.def"
#undef WORKLOAD

#define WORKLOAD(name) &workload_##name,
const struct workload_def *const workload_defs[] = {
#include "sim/workloads/workloads.def"
};
#undef WORKLOAD

const size_t workload_def_count =
    sizeof(workload_defs) / sizeof(workload_defs[0]);
