/* SPDX-License-Identifier: BSD-2-Clause */
#include "bench/demands.h"

#include <stdio.h>
#include <string.h>

enum { DEMAND_RATE, DEMAND_SLOWDOWN, DEMAND_COST, DEMAND_LIMIT };

static const struct demand {
	const char *name;
	const char *about;
	int kind;
	const char *measured;
	const char *against;	/* NULL: nothing */
	double bound;
} demands[] = {
	{ "demand/rate/cpus=64", "accesses a second, all checks on",
	    DEMAND_RATE, "accesses_per_second/cpus=64", NULL, 40e6 },
	{ "demand/slowdown/cpus=256", "cost of an access, times that at 8",
	    DEMAND_SLOWDOWN, "accesses_per_second/cpus=256",
	    "accesses_per_second/cpus=8", 1.5 },
	{ "demand/slowdown/cpus=1024", "cost of an access, times that at 8",
	    DEMAND_SLOWDOWN, "accesses_per_second/cpus=1024",
	    "accesses_per_second/cpus=8", 2.5 },
	{ "demand/cost_of_listening/workload=hit",
	    "all checks and metrics, times none", DEMAND_COST,
	    "cost/all/workload=hit/cpus=64", NULL, 1.5 },
	{ "demand/cost_of_listening/workload=contended",
	    "all checks and metrics, times none", DEMAND_COST,
	    "cost/all/workload=contended/cpus=64", NULL, 1.5 },
	{ "demand/limit/cpus=64",
	    "an access, times empty hook, lookup and its share of a switch",
	    DEMAND_LIMIT, "accesses_per_second/workload=plain/memory=tso/cpus=64",
	    "accesses_per_switch/workload=plain/cpus=64", 2 },
};

static double
result(const struct demand *demand, double (*value)(const char *name))
{
	double measured, against;

	measured = value(demand->measured);
	against = demand->against == NULL ? 1 : value(demand->against);
	if (measured <= 0 || against <= 0)
		return (0);
	switch (demand->kind) {
	case DEMAND_SLOWDOWN:
		return (against / measured);
	case DEMAND_LIMIT:
		if (value("limit/hook_and_lookup_ns") <= 0 ||
		    value("limit/switch_ns") <= 0)
			return (0);
		return (1e9 / measured / (value("limit/hook_and_lookup_ns") +
		    value("limit/switch_ns") / against));
	default:
		return (measured);
	}
}

bool
demand_at(size_t i, double (*value)(const char *name),
    struct demand_verdict *verdict)
{
	const struct demand *demand;

	if (i >= sizeof(demands) / sizeof(demands[0]))
		return (false);
	demand = &demands[i];
	verdict->name = demand->name;
	verdict->unit = demand->kind == DEMAND_RATE ? "1/s" : "times";
	verdict->value = result(demand, value);
	verdict->bound = demand->bound;
	verdict->measured = verdict->value > 0;
	verdict->holds = demand->kind == DEMAND_RATE ?
	    verdict->value >= demand->bound : verdict->value <= demand->bound;
	verdict->at_least = demand->kind == DEMAND_RATE;
	verdict->about = demand->about;
	return (true);
}

bool
demand_needs(const char *name)
{
	size_t i;

	for (i = 0; i < sizeof(demands) / sizeof(demands[0]); i++)
		if (strcmp(demands[i].measured, name) == 0 ||
		    (demands[i].against != NULL &&
		    strcmp(demands[i].against, name) == 0))
			return (true);
	return (strcmp(name, "limit/hook_and_lookup_ns") == 0 ||
	    strcmp(name, "limit/switch_ns") == 0);
}

void
demands_table(double (*value)(const char *name))
{
	struct demand_verdict verdict;
	double scale;
	size_t i;

	for (i = 0; demand_at(i, value, &verdict); i++) {
		if (!verdict.measured)
			continue;
		scale = verdict.at_least ? 1e6 : 1;
		printf("%-45s %8.2f %-5s at %s %5.1f: %s (%s)\n",
		    verdict.name, verdict.value / scale,
		    verdict.at_least ? "M/s" : "times",
		    verdict.at_least ? "least" : "most",
		    verdict.bound / scale, verdict.holds ? "holds" :
		    "does not hold", verdict.about);
	}
}
