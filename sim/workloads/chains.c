/*
 * The packet benchmark of the author of FreeBSD's smr(9), after its
 * description: one thread for each CPU, and one stack of packets.  A thread
 * allocates a chain of packets, pushes it onto some CPU's stack inside a
 * section, takes its own stack's chain inside another, and frees every packet
 * of it afterwards.  Sections make the push safe: the packet that was on top,
 * whose length is read, may be taken and freed at any time.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include "engine/kern.h"
#include "sim/lab.h"
#include "sim/workloads/cargo.h"

enum chains_target { CHAINS_RANDOM, CHAINS_LOCAL, CHAINS_REMOTE };

enum {
	CHAINS_TRIES = 16,	/* targets asked before the chain is given up */
};

struct chains_config {
	uint64_t length;
	uint64_t limit;
	uint64_t zero_bytes;
	uint64_t target;	/* enum chains_target */
};

static const char *const chains_targets[] = { "random", "local", "remote",
	NULL };

#define FIELD(name) offsetof(struct chains_config, name)
static const struct knob chains_knobs[] = {
	{ "length", KNOB_COUNT, FIELD(length), "1", "10000", "100", NULL,
	    "packets of a chain" },
	{ "limit", KNOB_COUNT, FIELD(limit), "1", "1000000", "16384", NULL,
	    "packets on a stack that refuses any more" },
	{ "zero", KNOB_SIZE, FIELD(zero_bytes), NULL, "64KiB", "64B", NULL,
	    "bytes of a packet that are set to zero after the header" },
	{ "target", KNOB_CHOICE, FIELD(target), NULL, NULL, "random",
	    chains_targets,
	    "whose stack is pushed to: any CPU's, one of the same memory "
	    "domain, or of the next" },
};
#undef FIELD

/* One item. */
struct chains_packet {
	struct chains_packet *next;
	uint64_t length;	/* packets from here to the bottom */
	uint64_t payload[];
};

struct chains_cpu {
	_Alignas(64) _Atomic(void *) top;
	_Alignas(64) _Atomic(uint32_t) domain;	/* and 1; 0: not yet known */
};

struct chains {
	const struct chains_config *config;
	uint64_t cpus;
	uint64_t zero_bytes;
	struct chains_cpu cpu[];
};

/* Allocates and zeroes; NULL when memory is exhausted. */
static struct chains_packet *
chains_packet_make(struct lab_thread *thread, uint64_t zero_bytes)
{
	struct chains_packet *packet;

	packet = lab_alloc(thread);
	if (packet != NULL)
		cargo_fill(packet->payload, zero_bytes / sizeof(uint64_t), 0);
	return (packet);
}

/* A chain of packets; *last gets its end.  NULL: nothing was kept. */
static struct chains_packet *
chains_make(struct lab_thread *thread, uint64_t count, uint64_t zero_bytes,
    struct chains_packet **last)
{
	struct chains_packet *first, *packet;

	first = NULL;
	for (; count > 0; count--) {
		packet = chains_packet_make(thread, zero_bytes);
		if (packet == NULL)
			break;
		packet->next = first;
		if (first == NULL)
			*last = packet;
		first = packet;
	}
	while (count > 0 && first != NULL) {
		packet = first;
		first = first->next;
		lab_discard(thread, packet);
	}
	return (first);
}

static bool
chains_push(struct lab_thread *thread, struct chains_cpu *target,
    uint64_t count, uint64_t limit, struct chains_packet *first,
    struct chains_packet *last)
{
	struct chains_packet *top;
	void *expected;
	bool pushed;

	pushed = false;
	lab_enter(thread);
	while (!pushed) {
		top = lab_load(thread, &target->top);
		if (top != NULL && top->length + count > limit)
			break;
		last->next = top;
		first->length = (top != NULL ? top->length : 0) + count;
		expected = top;
		pushed = atomic_compare_exchange_strong_explicit(&target->top,
		    &expected, first, memory_order_release,
		    memory_order_relaxed);
	}
	lab_exit(thread);
	return (pushed);
}

static void
chains_consume(struct lab_thread *thread, struct chains_cpu *self)
{
	struct chains_packet *next, *packet;

	lab_enter(thread);
	packet = lab_swap(&self->top, NULL);
	lab_exit(thread);
	/* What was pushed before the exchange happened before what follows. */
	atomic_thread_fence(memory_order_acquire);
	for (; packet != NULL; packet = next) {
		next = packet->next;
		lab_retire(thread, packet, 0);
		lab_done(thread, 1);
	}
}

/* Some CPU of the wanted domain that has started; or the own one. */
static struct chains_cpu *
chains_choose(struct lab_thread *thread, struct chains *chains,
    uint64_t target, unsigned domain)
{
	struct chains_cpu *cpu;
	uint32_t wanted;
	unsigned tries;

	if (target == CHAINS_RANDOM)
		return (&chains->cpu[lab_draw(thread, chains->cpus)]);
	wanted = 1 + (target == CHAINS_LOCAL ? domain :
	    (domain + 1) % kern_domain_count());
	for (tries = 0; tries < CHAINS_TRIES; tries++) {
		cpu = &chains->cpu[lab_draw(thread, chains->cpus)];
		if (atomic_load_explicit(&cpu->domain,
		    memory_order_relaxed) == wanted)
			return (cpu);
	}
	return (&chains->cpu[lab_cpu(thread)]);
}

static void
chains_body(struct lab_thread *thread, void *argument)
{
	struct chains *chains = argument;
	const struct chains_config *config = chains->config;
	struct chains_packet *first, *last, *next;
	unsigned domain, tries;
	uint64_t zero_bytes;
	bool pushed;

	zero_bytes = chains->zero_bytes;
	domain = kern_domain();
	atomic_store_explicit(&chains->cpu[lab_cpu(thread)].domain, domain + 1,
	    memory_order_relaxed);
	while (lab_running(thread)) {
		last = NULL;
		first = chains_make(thread, config->length, zero_bytes, &last);
		pushed = false;
		for (tries = 0; first != NULL && !pushed &&
		    tries < CHAINS_TRIES; tries++)
			pushed = chains_push(thread, chains_choose(thread,
			    chains, config->target, domain), config->length,
			    config->limit, first, last);
		if (first == NULL)
			cargo_wait_for_memory(thread);
		else if (!pushed) {
			last->next = NULL;
			for (; first != NULL; first = next) {
				next = first->next;
				lab_discard(thread, first);
			}
		}
		chains_consume(thread, &chains->cpu[lab_cpu(thread)]);
	}
}

static void
chains_setup(struct lab_thread *thread, const void *argument)
{
	const struct chains_config *config = argument;
	struct chains *chains;
	unsigned cpu, cpus;

	cpus = lab_cpu_count(thread);
	chains = lab_memory(thread,
	    sizeof(*chains) + cpus * sizeof(chains->cpu[0]));
	chains->config = config;
	chains->cpus = cpus;
	chains->zero_bytes = sizeof(uint64_t) * cargo_words(thread,
	    sizeof(struct chains_packet),
	    config->zero_bytes / sizeof(uint64_t));
	for (cpu = 0; cpu < cpus; cpu++)
		lab_spawn(thread, "forwarder", (int)cpu, chains_body, chains);
}

const struct workload_def workload_chains = {
	.part = {
		.name = "chains",
		.about = "chains of packets pushed onto the stacks of other "
		    "CPUs and freed there",
		.source = "the umaperf module of the author of FreeBSD's "
		    "smr(9)",
		.knobs = chains_knobs,
		.knob_count = sizeof(chains_knobs) / sizeof(chains_knobs[0]),
		.config_bytes = sizeof(struct chains_config),
	},
	.item_bytes_least = sizeof(struct chains_packet),
	.setup = chains_setup,
};
