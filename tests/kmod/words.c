/*
 * A module that panics in other words from run to run: more causes than a hunt
 * lists.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <sys/param.h>
#include <sys/errno.h>
#include <sys/kernel.h>
#include <sys/libkern.h>
#include <sys/module.h>
#include <sys/systm.h>

static int
words_event(module_t module, int what, void *context)
{
	unsigned word;

	(void)module;
	(void)context;
	if (what != MOD_LOAD)
		return (0);
	word = arc4random() % 1000;
	panic("word %c%c%c", 'a' + word % 10, 'a' + word / 10 % 10,
	    'a' + word / 100);
	return (0);
}

static moduledata_t words_data = { "words", words_event, NULL };
DECLARE_MODULE(words, words_data, SI_SUB_DRIVERS, SI_ORDER_ANY);
