/*
 * report_replay - what does one type to see a finding again?
 *
 * The line is complete: where the command that made the experiment loaded
 * plugins, the line loads the same, with the words as they were quoted then.
 * Paths are those of that command, so the line is for its folder.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef TOOLS_REPORT_REPORT_REPLAY_H
#define TOOLS_REPORT_REPORT_REPLAY_H

/*
 * "--plugin ./mine.so ", or "": what of a shell-quoted command line loads
 * plugins.  The caller frees it.
 */
char *report_plugins(const char *command);

/* "gusim replay --plugin ./mine.so TOKEN".  The caller frees it. */
char *report_replay(const char *command, const char *token);

#endif
