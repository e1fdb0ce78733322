/*
 * rc11 - what does the axiomatic model allow?
 *
 * The definition of RC11 without operations: all ways for loads to read from
 * stores and all modification orders, and the axioms of Lahav, Vafeiadis, Kang,
 * Hur, Dreyer: Repairing sequential consistency in C/C++11, PLDI 2017, section
 * 3, figure 3 and definition 1, with sb and rf acyclic.  rc11.cat of herd says
 * the same.  It knows no compare-exchange and no plain stores.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef TESTS_SIM_MEMORY_RC11_H
#define TESTS_SIM_MEMORY_RC11_H

#include "tests/sim/memory/relaxed_program.h"

void rc11_run_all(const struct program *program, struct outcomes *outcomes);

#endif
