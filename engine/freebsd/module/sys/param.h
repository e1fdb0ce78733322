/*
 * param - what do all parts of a kernel agree on?
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef ENGINE_FREEBSD_MODULE_SYS_PARAM_H
#define ENGINE_FREEBSD_MODULE_SYS_PARAM_H

#include <sys/types.h>
#include <sys/errno.h>
#include <sys/priority.h>
#include <sys/time.h>
#include <machine/param.h>

/* The revision whose interfaces these headers have: 15. */
#define __FreeBSD_version	1500000
#define BSD			199506

#define nitems(array)		(sizeof(array) / sizeof((array)[0]))
#define howmany(x, y)		(((x) + ((y) - 1)) / (y))
#define rounddown(x, y)		(((x) / (y)) * (y))
#define rounddown2(x, y)	((x) & ~((__typeof(x))(y) - 1))
#define roundup(x, y)		((((x) + ((y) - 1)) / (y)) * (y))
#define roundup2(x, y)		(((x) + ((y) - 1)) & ~((__typeof(x))(y) - 1))
#define powerof2(x)		((((x) - 1) & (x)) == 0)
#define MIN(a, b)		((a) < (b) ? (a) : (b))
#define MAX(a, b)		((a) > (b) ? (a) : (b))
#define NBBY			8
#define setbit(map, bit) \
	(((unsigned char *)(map))[(bit) / NBBY] |= 1 << ((bit) % NBBY))
#define clrbit(map, bit) \
	(((unsigned char *)(map))[(bit) / NBBY] &= ~(1 << ((bit) % NBBY)))
#define isset(map, bit) \
	(((const unsigned char *)(map))[(bit) / NBBY] & 1 << ((bit) % NBBY))
#define isclr(map, bit)		(isset(map, bit) == 0)
#define MAXCOMLEN		19
#define MAXPATHLEN		1024
#define MAXHOSTNAMELEN		256

/* For tsleep(). */
#define PRIMASK			0x0ff
#define PCATCH			0x100
#define PDROP			0x200
#define PNOLOCK			0x400

/* Messages of assertions go with the assertion. */
#define __PAST_END(array, offset) (((__typeof__(*(array)) *)(array))[offset])

#endif
