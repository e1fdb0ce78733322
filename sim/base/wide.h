/*
 * wide - what holds the product of two 64-bit numbers?
 *
 * ISO C has no name for a 128-bit integer; both compilers have one, and warn
 * where it is used without saying that this is meant.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef SIM_BASE_WIDE_H
#define SIM_BASE_WIDE_H

__extension__ typedef unsigned __int128 wide_uint;
__extension__ typedef __int128 wide_int;

#endif
