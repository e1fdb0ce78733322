/*
 * words - what does a choice mean to a person?
 *
 * One sentence without a full stop for each choice of a run: who is stopped,
 * goes on or sees what, for how long, before which line of the code.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef TOOLS_SHRINK_WORDS_H
#define TOOLS_SHRINK_WORDS_H

#include <stdint.h>

struct witness_scene;

enum { WORDS_SIZE = 1600 };

/* `cpus`: of the machine, since store buffers are counted after them. */
void words_scene(const struct witness_scene *scene, uint64_t cpus,
    char text[WORDS_SIZE]);

/* A length with two or three digits: "3.2 us", "150 ns". */
enum { WORDS_LENGTH_SIZE = 32 };
void words_length(uint64_t ps, char text[WORDS_LENGTH_SIZE]);

#endif
