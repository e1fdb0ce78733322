/*
 * shrink_text - how does a shrunk run read to a person, and to a machine?
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef TOOLS_CLI_SHRINK_TEXT_H
#define TOOLS_CLI_SHRINK_TEXT_H

struct shrink;

void shrink_text_print(const struct shrink *shrink);

/* The document of `shrink --json`; docs/commands.md says what is in it. */
void shrink_text_json(const struct shrink *shrink);

#endif
