/* SPDX-License-Identifier: BSD-2-Clause */
#define _GNU_SOURCE	/* sched_getaffinity() */
#include "tools/campaign/host.h"

#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

static void
processor(char *text, size_t room)
{
	char line[256];
	char *value;
	FILE *in;

	snprintf(text, room, "unknown processor");
	in = fopen("/proc/cpuinfo", "r");
	if (in == NULL)
		return;
	while (fgets(line, sizeof(line), in) != NULL) {
		value = strchr(line, ':');
		if (value == NULL || strncmp(line, "model name", 10) != 0)
			continue;
		value += 1 + strspn(value + 1, " \t");
		value[strcspn(value, "\n")] = '\0';
		snprintf(text, room, "%s", value);
		break;
	}
	fclose(in);
}

void
host_describe(char text[HOST_TEXT_SIZE])
{
	struct utsname kernel;
	char name[120];
	long cores;

	processor(name, sizeof(name));
	cores = sysconf(_SC_NPROCESSORS_ONLN);
	if (uname(&kernel) != 0)
		memset(&kernel, 0, sizeof(kernel));
	snprintf(text, HOST_TEXT_SIZE, "%s, %ld cores, %s %s %s", name, cores,
	    kernel.sysname, kernel.release, kernel.machine);
}

void
host_time(char text[HOST_TIME_SIZE])
{
	struct tm utc;
	time_t now;

	now = time(NULL);
	gmtime_r(&now, &utc);
	strftime(text, HOST_TIME_SIZE, "%Y-%m-%dT%H:%M:%SZ", &utc);
}

size_t
host_processors(void)
{
	cpu_set_t set;
	int count;

	if (sched_getaffinity(0, sizeof(set), &set) == 0) {
		count = CPU_COUNT(&set);
		if (count > 0)
			return ((size_t)count);
	}
	return (1);
}

uint64_t
host_clock_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return ((uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec);
}

uint64_t
host_cpu_ns(void)
{
	struct timespec spent;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &spent);
	return ((uint64_t)spent.tv_sec * 1000000000 + (uint64_t)spent.tv_nsec);
}
