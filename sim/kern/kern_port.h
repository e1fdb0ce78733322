/*
 * kern_port - how does the simulated machine give the engine its kernel?
 *
 * engine/kern.h includes this file where code is built for the simulator; all
 * services are ordinary calls into sim/kern/kern_port.c.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef KERN_PORT_H
#define KERN_PORT_H

/* Threads can be moved to a CPU: kern_bind(). */
#define KERN_PORT_BINDS

/* The word of kern_ticks(), for code that reads it as a variable. */
_Atomic(int) *kern_ticks_at(void);

/* Some bytes for whatever stands above the port, all zero as a run begins. */
enum { KERN_NOTES_BYTES = 64 };
void *kern_notes(void);

#endif
