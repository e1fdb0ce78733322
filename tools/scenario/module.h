/*
 * module - which file is the kernel module of this run?
 *
 * A spec names a module by a path and by the digest of its content.  The path
 * is looked for in the folder of the scenario first, then in the current one;
 * what is found is read once in a process, becomes absolute in the spec, and
 * its content goes where every run of this process finds it (sim/kmod/kmod.h).
 *
 * Errors      a file that is not there, is no module, or has not the content
 *             that the spec wants.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef TOOLS_SCENARIO_MODULE_H
#define TOOLS_SCENARIO_MODULE_H

struct err;
struct run_spec;

/* The knob with the path, and the one with the digest. */
extern const char module_file[];
extern const char module_content[];

/*
 * Nothing to do where the spec has another workload, or names no file.
 * `beside` is the path of the scenario, or NULL.
 */
int module_read(struct run_spec *spec, const char *beside, struct err *err);

/* Any content will do: the path is about to change. */
void module_forget(struct run_spec *spec);

/* The same spec wherever the file lies: for digests of scenarios. */
void module_nowhere(struct run_spec *spec);

#endif
