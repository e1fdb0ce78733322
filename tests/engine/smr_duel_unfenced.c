/*
 * The linker's --wrap puts this in place of the port's function.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
void __wrap_kern_native_barrier(void);

void
__wrap_kern_native_barrier(void)
{
}
