/*
 * run_text - how does one run read to a person?
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef TOOLS_CLI_RUN_TEXT_H
#define TOOLS_CLI_RUN_TEXT_H

struct run_spec;
struct wire_result;

/* A head of a few lines, the metrics, the coverage, the findings. */
void run_text_print(const char *scenario, const char *policy,
    const struct run_spec *spec, const struct wire_result *result,
    const char *token);

#endif
