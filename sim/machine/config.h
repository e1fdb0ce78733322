/*
 * config - which computer is simulated?
 *
 * The knobs machine.* of a scenario.  A preset file of scenarios/machines/
 * gives the costs of a real machine with the source of each; what it does not
 * say has the defaults of sim/spec.c.
 *
 * Units       _ps picoseconds, _ppm parts per million.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef SIM_MACHINE_CONFIG_H
#define SIM_MACHINE_CONFIG_H

#include <stdint.h>

/* In the order of sim/memory/memories.def. */
enum machine_memory {
	MACHINE_SC,
	MACHINE_TSO,
	MACHINE_RELAXED,
	MACHINE_MEMORY_COUNT
};
/* Whose of two versions kernel code shows that has one for each machine. */
enum machine_arch {
	MACHINE_ARCH_AUTO,	/* amd64 under sc and tso, arm64 under relaxed */
	MACHINE_ARCH_AMD64,
	MACHINE_ARCH_ARM64,
};
enum machine_phase {
	MACHINE_PHASE_SPREAD,
	MACHINE_PHASE_ALIGNED,
	MACHINE_PHASE_RANDOM,
};

/* Who moves the global tick counter. */
enum machine_ticks {
	MACHINE_TICKS_FIRST,	/* CPU 0 alone, as in NetBSD */
	MACHINE_TICKS_ANY,	/* whoever is ahead of it, as in FreeBSD */
};

struct machine_config {
	uint64_t cpus;			/* 1 to 1024 */
	uint64_t sockets;
	uint64_t threads_per_core;
	uint64_t domains;		/* NUMA domains; 0: one per socket */
	uint64_t memory;		/* enum machine_memory */
	uint64_t arch;			/* enum machine_arch */
	uint64_t hz;			/* clock interrupts per second and CPU */
	uint64_t tick_phase;		/* enum machine_phase */
	uint64_t tick_mover;		/* enum machine_ticks */
	uint64_t pages;			/* page pool, bytes */
	uint64_t pages_severe_ppm;	/* free share below which memory is severe */

	uint64_t hit_ps;		/* line in this CPU's own first-level cache */
	uint64_t near_ps;		/* own second-level cache */
	uint64_t shared_ps;		/* clean in the socket's shared cache */
	uint64_t dram_ps;		/* in no cache, own domain */
	uint64_t dram_remote_ps;	/* in no cache, other domain */
	uint64_t transfer_core_ps;	/* dirty in the sibling thread's core */
	uint64_t transfer_socket_ps;	/* dirty in another core of the socket */
	uint64_t transfer_remote_ps;	/* dirty in another socket */
	uint64_t invalidate_ps;		/* to make a shared line exclusive */
	uint64_t handover;		/* flag: a load takes over a changed line */
	uint64_t atomic_ps;		/* added by a locked read-modify-write */
	uint64_t fence_ps;		/* a full fence with an empty store buffer */
	uint64_t store_buffer;		/* entries */
	uint64_t near_hold_ps;		/* an untouched line leaves the private caches */
	uint64_t shared_hold_ps;	/* ... and the shared cache: it is cold */
	uint64_t pause_ps;		/* one spin-wait hint */
	uint64_t switch_ps;		/* context switch */
	uint64_t tick_ps;		/* clock interrupt handler */
	uint64_t page_ps;		/* one page from the page pool, or back */
	uint64_t slice_ps;		/* time slice where threads share a CPU */
	uint64_t preemptible;		/* flag: a thread is its CPU, stopped anywhere */
	uint64_t ipi_send_ps;		/* to send one interprocessor interrupt */
	uint64_t ipi_ps;		/* its way to the other CPU */
	uint64_t ipi_handle_ps;		/* to take it, besides what it is for */
	uint64_t cycles_ps;		/* to read the cycle counter */
};

#endif
