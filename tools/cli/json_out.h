/*
 * json_out - how does a run read to a machine?
 *
 * Errors      printing cannot fail here; main() looks at standard output.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef TOOLS_CLI_JSON_OUT_H
#define TOOLS_CLI_JSON_OUT_H

struct run_spec;
struct wire_result;

/*
 * The document of `run --json` and `replay --json`: scenario, policy, seed,
 * status, digest, token, metrics, findings.  `scenario` NULL, a digest that
 * there is not and a value that was not measured are null.
 */
void json_out_run(const char *scenario, const char *policy,
    const struct run_spec *spec, const struct wire_result *result,
    const char *token);

#endif
