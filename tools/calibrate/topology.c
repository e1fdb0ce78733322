/* SPDX-License-Identifier: BSD-2-Clause */
#define _GNU_SOURCE	/* sched_setaffinity() */
#include "tools/calibrate/topology.h"

#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The first line of a file, without its end; false if there is none. */
static bool
line_of(const char *path, char *line, size_t room)
{
	FILE *file;
	bool got;

	file = fopen(path, "r");
	if (file == NULL)
		return (false);
	got = fgets(line, (int)room, file) != NULL;
	fclose(file);
	if (got)
		line[strcspn(line, "\n")] = '\0';
	return (got);
}

/* The first number in a file: a list of CPUs begins with the lowest. */
static int
number_of(const char *path, int preset)
{
	char line[256];
	char *end;
	long value;

	if (!line_of(path, line, sizeof(line)))
		return (preset);
	value = strtol(line, &end, 10);
	return (end == line || value < 0 || value > 1000000 ? preset :
	    (int)value);
}

static size_t
cache_bytes(int cpu, int index)
{
	char line[64], path[128];
	size_t value;
	char *end;

	snprintf(path, sizeof(path),
	    "/sys/devices/system/cpu/cpu%d/cache/index%d/size", cpu, index);
	if (!line_of(path, line, sizeof(line)))
		return (0);
	value = strtoul(line, &end, 10);
	return (*end == 'M' ? value << 20 : *end == 'K' ? value << 10 : value);
}

/* The group, and the sizes where `topology` is not NULL. */
static int
caches(int cpu, struct topology *topology)
{
	char path[128], type[32];
	int group, index, level, most;
	size_t bytes;

	group = -1;
	most = 0;
	for (index = 0; index < 8; index++) {
		snprintf(path, sizeof(path),
		    "/sys/devices/system/cpu/cpu%d/cache/index%d/type", cpu,
		    index);
		if (!line_of(path, type, sizeof(type)))
			break;
		if (strcmp(type, "Instruction") == 0)
			continue;
		snprintf(path, sizeof(path),
		    "/sys/devices/system/cpu/cpu%d/cache/index%d/level", cpu,
		    index);
		level = number_of(path, 0);
		bytes = cache_bytes(cpu, index);
		if (topology != NULL && level == 1)
			topology->hit_bytes = bytes;
		if (topology != NULL && level == 2)
			topology->near_bytes = bytes;
		if (topology != NULL && level >= 3 && level > most)
			topology->shared_bytes = bytes;
		if (level >= 3 && level > most) {
			snprintf(path, sizeof(path), "/sys/devices/system/cpu/"
			    "cpu%d/cache/index%d/shared_cpu_list", cpu, index);
			group = number_of(path, -1);
		}
		if (level > most)
			most = level;
	}
	return (group);
}

static int
node_of(int cpu)
{
	char path[128];
	int node;

	for (node = 0; node < 64; node++) {
		snprintf(path, sizeof(path),
		    "/sys/devices/system/cpu/cpu%d/node%d/cpulist", cpu, node);
		if (number_of(path, -1) >= 0)
			return (node);
	}
	return (0);
}

static void
look_at_cpu(struct topology_cpu *cpu, int number)
{
	char path[128];
	int package;

	cpu->number = number;
	snprintf(path, sizeof(path),
	    "/sys/devices/system/cpu/cpu%d/topology/thread_siblings_list",
	    number);
	cpu->core = number_of(path, number);
	snprintf(path, sizeof(path),
	    "/sys/devices/system/cpu/cpu%d/topology/package_cpus_list",
	    number);
	package = number_of(path, 0);
	cpu->group = caches(number, NULL);
	if (cpu->group < 0)
		cpu->group = package;
	cpu->node = node_of(number);
}

/* "model name : ..." of x86, and whether there is a hypervisor. */
static void
look_at_model(struct topology *topology)
{
	char line[4096];
	const char *value;
	FILE *file;

	snprintf(topology->model, sizeof(topology->model), "unnamed processor");
	file = fopen("/proc/cpuinfo", "r");
	if (file == NULL)
		return;
	while (fgets(line, sizeof(line), file) != NULL) {
		value = strchr(line, ':');
		if (value == NULL)
			continue;
		if (strncmp(line, "model name", 10) == 0 && value[1] == ' ')
			snprintf(topology->model, sizeof(topology->model),
			    "%.*s", (int)strcspn(value + 2, "\n"), value + 2);
		if (strncmp(line, "flags", 5) == 0)
			topology->guest = strstr(line, " hypervisor") != NULL;
	}
	fclose(file);
}

static size_t
distinct(const struct topology *topology, size_t offset)
{
	size_t count, i, j;
	int value;

#define FIELD(i) (*(const int *)((const char *)&topology->cpus[i] + offset))
	count = 0;
	for (i = 0; i < topology->cpu_count; i++) {
		value = FIELD(i);
		for (j = 0; j < i && FIELD(j) != value; j++)
			;
		count += j == i;
	}
#undef FIELD
	return (count == 0 ? 1 : count);
}

void
topology_look(struct topology *topology)
{
	cpu_set_t set;
	size_t cores;
	int cpu;

	memset(topology, 0, sizeof(*topology));
	CPU_ZERO(&set);
	if (sched_getaffinity(0, sizeof(set), &set) != 0)
		CPU_SET(0, &set);
	for (cpu = 0; cpu < CPU_SETSIZE &&
	    topology->cpu_count < TOPOLOGY_CPUS_MAX; cpu++) {
		if (CPU_ISSET(cpu, &set))
			look_at_cpu(&topology->cpus[topology->cpu_count++],
			    cpu);
	}
	topology->groups = distinct(topology,
	    offsetof(struct topology_cpu, group));
	topology->nodes = distinct(topology,
	    offsetof(struct topology_cpu, node));
	cores = distinct(topology, offsetof(struct topology_cpu, core));
	topology->threads_per_core = (topology->cpu_count + cores - 1) / cores;
	caches(topology->cpus[0].number, topology);
	topology->caches_known = topology->hit_bytes != 0 &&
	    topology->near_bytes != 0 && topology->shared_bytes != 0;
	if (topology->hit_bytes == 0)
		topology->hit_bytes = 32 << 10;
	if (topology->near_bytes == 0)
		topology->near_bytes = 1 << 20;
	/* Two levels: the second one is the shared one. */
	if (topology->shared_bytes == 0)
		topology->shared_bytes = 16 << 20;
	look_at_model(topology);
}

static enum distance
distance_of(const struct topology_cpu *one, const struct topology_cpu *other)
{

	if (one->core == other->core)
		return (DISTANCE_CORE);
	return (one->group == other->group ? DISTANCE_GROUP : DISTANCE_REMOTE);
}

bool
topology_pair(const struct topology *topology, enum distance distance,
    size_t number, int *one, int *other)
{
	const struct topology_cpu *cpus = topology->cpus;
	size_t count, found, i, j, pass;

	/* Once to count them, once to stop at the one that is asked for. */
	count = 0;
	for (pass = 0; pass < 2; pass++) {
		found = 0;
		for (i = 0; i < topology->cpu_count; i++) {
			for (j = 0; j < i; j++) {
				if (distance_of(&cpus[i], &cpus[j]) != distance)
					continue;
				if (pass == 1 && found == number % count) {
					*one = cpus[j].number;
					*other = cpus[i].number;
					return (true);
				}
				found++;
			}
		}
		if (found == 0)
			return (false);
		count = found;
	}
	return (false);
}

int
topology_elsewhere(const struct topology *topology)
{
	size_t i;

	for (i = 1; i < topology->cpu_count; i++)
		if (topology->cpus[i].node != topology->cpus[0].node)
			return (topology->cpus[i].number);
	return (-1);
}

int
topology_pin(int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	return (sched_setaffinity(0, sizeof(set), &set));
}
