/*
 * say - how does a test tell what it has counted?
 *
 * A line for people on standard error.  Criterion's own warnings would do, but
 * a program that has given one ends with a status of failure.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef TESTS_TOOLS_SAY_H
#define TESTS_TOOLS_SAY_H

#include <stdio.h>

#define say(...) \
	((void)fprintf(stderr, __VA_ARGS__), (void)fputc('\n', stderr))

#endif
