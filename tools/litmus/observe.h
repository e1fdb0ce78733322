/*
 * observe - what of a final state is looked at?
 *
 * Reads "0:r0", "P0:r0", "x", "[x]" and "x[1]" and gives the index in
 * program.observed; each is there once.
 *
 * Errors      a register or location that is not there, or an array as a
 *             whole, is a complaint; the index is then 0.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef TOOLS_LITMUS_OBSERVE_H
#define TOOLS_LITMUS_OBSERVE_H

#include "tools/litmus/reader.h"

int observe_item(struct reader *reader);
int observe_location(struct reader *reader);

/* From the ':' on; the number of the thread has been read. */
int observe_register(struct reader *reader, const struct scan_token *first,
    int thread);

/*
 * Puts them in herd's order, also in the clauses: registers by thread and name,
 * then locations by name; those that are not shown come last.
 */
void observe_arrange(struct litmus_test *test, const bool *shown);

#endif
