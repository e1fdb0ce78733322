/* SPDX-License-Identifier: BSD-2-Clause */
#include "policies/policy.h"

#define POLICY(name) extern const struct policy_def policy_##name;
#include "policies/policies.def"
#undef POLICY

const struct policy_def *const policy_defs[] = {
#define POLICY(name) &policy_##name,
#include "policies/policies.def"
#undef POLICY
};

const size_t policy_def_count = sizeof(policy_defs) / sizeof(policy_defs[0]);
