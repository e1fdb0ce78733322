/*
 * Code, but no module.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <sys/param.h>

int empty(int *at);

int
empty(int *at)
{

	return (*at);
}
