/*
 * probe - how does a test make one access that the machine sees?
 *
 * The tests of the machine are not instrumented themselves; what they want the
 * machine to see goes through these functions, which are.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef TESTS_SIM_MACHINE_PROBE_H
#define TESTS_SIM_MACHINE_PROBE_H

#include <stddef.h>
#include <stdint.h>

uint64_t probe_load(const uint64_t *at);
void probe_store(uint64_t *at, uint64_t value);
void probe_store_byte(unsigned char *at, unsigned char value);
uint64_t probe_add(uint64_t *at, uint64_t value);
void probe_store_seq_cst(uint64_t *at, uint64_t value);
void probe_fence(void);

#endif
