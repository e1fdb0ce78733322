/*
 * plugin_trial - would the process live to tell the tale?
 *
 * The system's loader trusts the files that it is given: a bit in the wrong
 * place of a table, and it takes the process along.  So what it is about to do is
 * done in a process of its own first.
 *
 * Cost        a fork, well under a millisecond.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef TOOLS_PLUGIN_PLUGIN_TRIAL_H
#define TOOLS_PLUGIN_PLUGIN_TRIAL_H

#include <stdbool.h>

/*
 * Whether attempt(context) returns there, whatever it returns; true also where
 * the system has no process to spare.  What it prints is dropped.
 */
bool plugin_trial(int (*attempt)(void *context), void *context);

#endif
