/*
 * Must not link: the machine has no atomic access of 16 bytes, and says so
 * here and not in a result.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
__extension__ typedef __int128 wide;

wide atomic16_word;

int
main(void)
{

	return ((int)__atomic_load_n(&atomic16_word, __ATOMIC_SEQ_CST) +
	    (int)__atomic_fetch_add(&atomic16_word, 1, __ATOMIC_RELAXED));
}
