/* SPDX-License-Identifier: BSD-2-Clause */
#include "bench/load.h"

#include <stdio.h>
#include <stdlib.h>

#include "sim/base/err.h"
#include "sim/spec.h"

void
load_set(struct run_spec *spec, const char *knob, const char *value)
{
	struct err err;

	if (spec_set(spec, knob, value, &err) != 0) {
		fprintf(stderr, "bench: %s\n", err.text);
		exit(1);
	}
}

void
load_workload(struct run_spec *spec, const char *workload, uint64_t cpus,
    uint64_t model)
{
	static const char *const models[] = { "sc", "tso", "relaxed" };
	struct err err;
	char text[32];

	spec_init(spec);
	if (spec_set_workload(spec, workload, &err) != 0) {
		fprintf(stderr, "bench: %s\n", err.text);
		exit(1);
	}
	snprintf(text, sizeof(text), "%llu", (unsigned long long)cpus);
	load_set(spec, "machine.cpus", text);
	load_set(spec, "machine.memory", models[model]);
	load_set(spec, "zone.item_size", "144B");
	load_set(spec, "run.warmup", "0s");
}

/* All CPUs together replace an item for each five sections of one CPU. */
static void
load_shared_writes(struct run_spec *spec)
{
	char text[32];

	snprintf(text, sizeof(text), "%lluppm",
	    (unsigned long long)(200000 / spec->machine.cpus));
	load_set(spec, "workload.slot_churn.write_share", text);
	load_set(spec, "workload.slot_churn.reads", "4");
}

void
load_prepare(struct run_spec *spec, uint64_t which)
{

	load_workload(spec, "slot_churn", which & 0xffff, which >> 16 & 0xff);
	switch (which >> 24) {
	case LOAD_HIT:
		load_shared_writes(spec);
		load_set(spec, "workload.slot_churn.words", "16");
		load_set(spec, "workload.slot_churn.slots", "128");
		break;
	case LOAD_NEAR:
		load_shared_writes(spec);
		load_set(spec, "workload.slot_churn.words", "16");
		load_set(spec, "workload.slot_churn.slots", "512");
		break;
	case LOAD_MISS:
		load_shared_writes(spec);
		load_set(spec, "workload.slot_churn.words", "1");
		load_set(spec, "workload.slot_churn.slots", "20000");
		break;
	case LOAD_PLAIN:
		load_set(spec, "zone.item_size", "4KiB");
		load_set(spec, "workload.slot_churn.words", "512");
		load_set(spec, "workload.slot_churn.slots", "4");
		load_set(spec, "workload.slot_churn.write_share", "0%");
		load_set(spec, "workload.slot_churn.section", "0s");
		load_set(spec, "workload.slot_churn.think", "0s");
		break;
	default:
		break;
	}
}
