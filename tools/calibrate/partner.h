/*
 * partner - who is at the other end of the line?
 *
 * A second thread, for what takes two CPUs, or one CPU and two threads.  It
 * does one job after the other and spins for a while in between, so that its
 * caches keep what the job has left there.
 *
 * Errors      partner_start() is false where there can be no second thread.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef TOOLS_CALIBRATE_PARTNER_H
#define TOOLS_CALIBRATE_PARTNER_H

#include <stdbool.h>

bool partner_start(void);
void partner_stop(void);

/* It runs on that CPU from now on. */
void partner_move(int cpu);

/* Begins the job; partner_wait() returns when it is done. */
void partner_begin(void (*job)(void *argument), void *argument);
void partner_wait(void);

/* Both. */
void partner_do(void (*job)(void *argument), void *argument);

#endif
