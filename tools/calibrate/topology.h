/*
 * topology - which CPUs may be used, and what do they share?
 *
 * What the system says in /sys, of the CPUs that this process may run on.  A
 * group is a set of CPUs with one last-level cache: what a machine preset
 * calls a socket.
 *
 * Errors      what the system does not say has a usual value, and known is
 *             false.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef TOOLS_CALIBRATE_TOPOLOGY_H
#define TOOLS_CALIBRATE_TOPOLOGY_H

#include <stdbool.h>
#include <stddef.h>

enum { TOPOLOGY_CPUS_MAX = 1024 };

/* How far apart two CPUs are. */
enum distance {
	DISTANCE_CORE,		/* threads of one core */
	DISTANCE_GROUP,		/* cores with one last-level cache */
	DISTANCE_REMOTE,
	DISTANCE_COUNT
};

struct topology_cpu {
	int number;		/* the system's */
	int core;		/* the first CPU of its core */
	int group;		/* the first CPU of its last-level cache */
	int node;		/* NUMA domain */
};

struct topology {
	struct topology_cpu cpus[TOPOLOGY_CPUS_MAX];
	size_t cpu_count;
	size_t groups;
	size_t nodes;
	size_t threads_per_core;
	size_t near_bytes;	/* second-level cache of a core */
	size_t hit_bytes;	/* first-level data cache */
	size_t shared_bytes;	/* last-level cache of a group */
	bool caches_known;
	bool guest;		/* under a hypervisor, as far as it says */
	char model[128];	/* of the processor */
};

void topology_look(struct topology *topology);

/*
 * Pair number i (modulo their number) of CPUs at that distance; false where
 * there is none.
 */
bool topology_pair(const struct topology *topology, enum distance distance,
    size_t i, int *one, int *other);

/* A CPU of another NUMA domain than the first CPU's; -1 where there is none. */
int topology_elsewhere(const struct topology *topology);

/* The calling thread runs there from now on; 0 or -1. */
int topology_pin(int cpu);

#endif
