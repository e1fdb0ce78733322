/*
 * gdb - how does a debugger get to the access before the fatal one?
 *
 * gdb is started in the place of this process, on gusim itself, which executes
 * the run of a token with --in-process.  All that gdb has to know of the
 * simulated machine is in gusim-gdb.py: it lets the run go to its finding,
 * notes at which access of which CPU that came, starts again, and has the
 * machine tell when that access is next (`machine_halt`, sim/machine/hook.h).
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef TOOLS_GDB_GDB_H
#define TOOLS_GDB_GDB_H

struct err;

/*
 * Becomes gdb, and returns only where that fails, with err set.  Where standard
 * input is no terminal gdb takes its commands from there and ends after the
 * last, or at the first that it cannot carry out.
 */
void gdb_become(const char *token, struct err *err);

#endif
