/*
 * generate - which small programs has nobody thought of?
 *
 * A random litmus program of 2 to 4 threads with 1 to 4 operations each, on 2
 * or 3 locations: loads, stores, fences, exchanges, fetch-adds and compare-
 * exchanges of all orders, values passed on and branches.  Everything that a
 * thread reads is observed, and the last value of each location.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef TESTS_LITMUS_GENERATE_H
#define TESTS_LITMUS_GENERATE_H

#include <stdint.h>
#include <stdio.h>

#include "sim/litmus/program.h"

/* The program with this number: always the same. */
void generate(uint64_t number, struct litmus_program *program);

/* As text, for whoever has to find out why. */
void generate_print(const struct litmus_program *program, FILE *out);

#endif
