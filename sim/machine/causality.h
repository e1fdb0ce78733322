/*
 * causality - in which order did the CPUs touch what they share?
 *
 * A digest of happens-before, as a partial order of accesses: two runs have the
 * same one if each CPU did the same accesses, and conflicting accesses of
 * different CPUs came in the same order, whatever the order of all others, and
 * whenever they were.  It tells a hunt whether a run was new.  Kept in guided
 * runs only.
 *
 * Memory is told apart by granules of 8 bytes, of which a table holds some
 * thousands; beyond those, several are taken for one, and the digest is finer
 * than the order.
 *
 * Cost        about 3 ns for an access.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef SIM_MACHINE_CAUSALITY_H
#define SIM_MACHINE_CAUSALITY_H

#include <stdbool.h>
#include <stdint.h>

void causality_begin(void);
/*
 * Runs from now on, until it is off again, teach what is shared; what was
 * learnt before is forgotten.  Runs after that change nothing, so that what a
 * strategy knows does not depend on which runs it has had.
 */
void causality_learn(bool on);

/* `forwarded`: from the CPU's own store buffer. */
void causality_read(uint32_t cpu, uint32_t offset, uint32_t size,
    bool forwarded);
/*
 * A store is two things: the CPU issues it, and it becomes visible, at once or
 * when it leaves the buffer, with the past that it had when it was issued.
 */
uint64_t causality_issue(uint32_t cpu, uint32_t offset);
void causality_write(uint32_t cpu, uint32_t offset, uint32_t size,
    uint64_t past);

/* The digest of everything since causality_begin(). */
uint64_t causality_digest(uint32_t cpus);

/* In a run that taught, two CPUs touched it, of which one wrote. */
bool causality_shared(uint32_t offset, uint32_t size);

#endif
