/*
 * json_out - how does an answer read to a machine?
 *
 * Errors      printing cannot fail here; main() looks at standard output.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef TOOLS_CLI_JSON_OUT_H
#define TOOLS_CLI_JSON_OUT_H

struct hunt;
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

/*
 * The document of `hunt --json`: runs, wall_ns, findings and what else
 * docs/commands.md names.
 */
void json_out_hunt(const struct hunt *hunt);

#endif
