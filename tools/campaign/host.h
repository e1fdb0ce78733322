/*
 * host - on which computer, and when?
 *
 * For provenance only: nothing of this reaches a run.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef TOOLS_CAMPAIGN_HOST_H
#define TOOLS_CAMPAIGN_HOST_H

#include <stddef.h>
#include <stdint.h>

enum { HOST_TEXT_SIZE = 400, HOST_TIME_SIZE = 32 };

/* "Intel(R) Xeon(R) ..., 2 cores, Linux 6.1.0 x86_64". */
void host_describe(char text[HOST_TEXT_SIZE]);

/* Now, in UTC: "2026-01-31T12:00:00Z". */
void host_time(char text[HOST_TIME_SIZE]);

/* Processors that this process may run on, at least 1. */
size_t host_processors(void);

/* A clock that only goes forward. */
uint64_t host_clock_ns(void);

/* Processor time of this process. */
uint64_t host_cpu_ns(void);

#endif
