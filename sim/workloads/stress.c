/*
 * One pointer that everybody fights for.  A reader takes a reference to the
 * current object inside a section, looks at its generation, drops the
 * reference and looks again; a writer replaces the object.  An allocation
 * first poisons the object, so a reader that meets an object which was handed
 * out too early sees the poison, another generation, or a count that does not
 * add up.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include "sim/lab.h"
#include "sim/workloads/cargo.h"
#include "sim/workloads/crew.h"

struct stress_config {
	struct crew_config crew;
	uint64_t objects;
	uint64_t write_share_ppm;
	struct dist hold_ps;
	struct dist think_ps;
};

#define FIELD(name) offsetof(struct stress_config, name)
static const struct knob stress_knobs[] = {
	CREW_KNOBS(struct stress_config),
	{ "objects", KNOB_COUNT, FIELD(objects), "1", "1024", "1", NULL,
	    "published objects; fewer make more conflicts" },
	{ "write_share", KNOB_SHARE, FIELD(write_share_ppm), NULL, "100%",
	    "50%", NULL, "share of operations that replace an object" },
	{ "hold", KNOB_TIME_DIST, FIELD(hold_ps), NULL, NULL,
	    "{uniform: [0ns, 100ns]}", NULL,
	    "time between taking a reference and dropping it" },
	{ "think", KNOB_TIME_DIST, FIELD(think_ps), NULL, NULL,
	    "{uniform: [0ns, 100ns]}", NULL, "time between two operations" },
};
#undef FIELD

static const uint64_t stress_poison = UINT64_MAX;

/* One item. */
struct stress_object {
	_Atomic(uint64_t) generation;
	_Atomic(uint32_t) references;
};

struct stress {
	const struct stress_config *config;
	_Atomic(void *) current[];
};

static void
stress_look(struct lab_thread *thread, struct stress_object *object,
    uint64_t expected)
{
	uint64_t generation;

	generation = atomic_load_explicit(&object->generation,
	    memory_order_relaxed);
	if (generation == stress_poison)
		lab_complain(thread, "a reader met an object that is being set "
		    "up");
	else if (generation != expected)
		lab_complain(thread, "an object changed inside a read section");
}

static void
stress_read(struct lab_thread *thread, const struct stress_config *config,
    _Atomic(void *) *slot)
{
	struct stress_object *object;
	uint64_t generation;

	lab_enter(thread);
	object = lab_load(thread, slot);
	if (object != NULL) {
		generation = atomic_load_explicit(&object->generation,
		    memory_order_relaxed);
		stress_look(thread, object, generation);
		atomic_fetch_add_explicit(&object->references, 1,
		    memory_order_relaxed);
		lab_compute(thread, lab_sample(thread, &config->hold_ps));
		stress_look(thread, object, generation);
		if (atomic_fetch_sub_explicit(&object->references, 1,
		    memory_order_relaxed) == 0)
			lab_complain(thread, "a reference was lost");
	}
	lab_exit(thread);
	lab_done(thread, 1);
}

static void
stress_write(struct lab_thread *thread, _Atomic(void *) *slot,
    uint64_t generation)
{
	struct stress_object *object;
	void *old;

	object = lab_alloc(thread);
	if (object == NULL) {
		cargo_wait_for_memory(thread);
		return;
	}
	atomic_store_explicit(&object->generation, stress_poison,
	    memory_order_relaxed);
	atomic_store_explicit(&object->references, 0, memory_order_relaxed);
	atomic_store_explicit(&object->generation, generation,
	    memory_order_relaxed);
	old = lab_swap(slot, object);
	if (old != NULL)
		lab_retire(thread, old, 0);
	lab_done(thread, 1);
}

static void
stress_body(struct lab_thread *thread, void *argument)
{
	struct stress *stress = argument;
	const struct stress_config *config = stress->config;
	_Atomic(void *) *slot;
	uint64_t generations;

	generations = 0;
	while (lab_running(thread)) {
		slot = &stress->current[lab_draw(thread, config->objects)];
		if (lab_draw(thread, 1000000) < config->write_share_ppm)
			stress_write(thread, slot,
			    cargo_stamp(thread, &generations));
		else
			stress_read(thread, config, slot);
		lab_compute(thread, lab_sample(thread, &config->think_ps));
	}
}

static void
stress_setup(struct lab_thread *thread, const void *argument)
{
	const struct stress_config *config = argument;
	struct stress *stress;

	stress = lab_memory(thread, sizeof(*stress) +
	    config->objects * sizeof(stress->current[0]));
	stress->config = config;
	crew_spawn(thread, &config->crew, lab_cpu_count(thread), "stress",
	    stress_body, stress);
}

const struct workload_def workload_stress = {
	.part = {
		.name = "stress",
		.about = "readers take references to an object that writers "
		    "replace: made to break things",
		.source = "after the idea of FreeBSD's smr stress test",
		.knobs = stress_knobs,
		.knob_count = sizeof(stress_knobs) / sizeof(stress_knobs[0]),
		.config_bytes = sizeof(struct stress_config),
	},
	.item_bytes_least = sizeof(struct stress_object),
	.setup = stress_setup,
};
