/*
 * Asks the kernel for what it does not have.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <sys/param.h>
#include <sys/module.h>

void epoch_wait(void);
void no_such_function(void);

static int
handler(module_t module __unused, int what __unused, void *argument)
{

	epoch_wait();
	no_such_function();
	*(int *)argument = what;
	return (0);
}
DEV_MODULE(strange, handler, NULL);
