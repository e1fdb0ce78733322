/*
 * lab_run - what is inside a lab: one policy, one workload, one run?
 *
 * Shared by sim/lab.c (what a workload calls), sim/run.c (which makes a lab)
 * and the checks and metrics (which read it).
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef SIM_LAB_RUN_H
#define SIM_LAB_RUN_H

#include "policies/policy.h"
#include "sim/base/rng.h"
#include "sim/lab.h"
#include "sim/machine/machine.h"
#include "sim/oracle/sections.h"
#include "sim/spec.h"

struct lab_thread {
	struct thread *thread;
	struct section section;
	struct rng rng;
	uint32_t index;
	lab_body *body;
	void *argument;
	uint64_t enter_cost_ps;	/* of the section that is open */
};

/* Its section has been opened or closed: the machine's thread says so too. */
static inline void
lab_section_changed(struct lab_thread *thread)
{

	thread->thread->opened_ps = thread->section.serial == 0 ?
	    MACHINE_NEVER : thread->section.opened_ps;
}

/* A kernel thread of the policy. */
struct lab_task {
	struct thread *thread;
	unsigned number;
	bool wanted;
};

struct lab {
	const struct run_spec *spec;
	const struct policy_def *policy_def;
	const struct workload_def *workload_def;
	void *policy;
	bool running;
	bool measured;		/* the window has been closed */
	uint64_t start_ps;
	uint64_t window_begin_ps;
	uint64_t window_end_ps;
	uint64_t operations;	/* lab_done() in the window */
	uint64_t steps;		/* signs of progress */
	uint64_t steps_seen;
	uint64_t accesses_seen;
	uint32_t overtimes;	/* looks at those who do not come to their end */
	struct lab_thread **threads;
	uint32_t thread_count;
	uint32_t thread_room;
	struct lab_thread boot;
	struct thread *housekeeper;
	struct thread *pages_keeper;	/* NULL: no period */
	unsigned housekeeping;	/* kernel threads that may hold items in their hands */
	uint32_t reclaim_wanted;	/* 1 + enum policy_reclaim; 0: none */
	uint64_t reclaimed_ps;
	unsigned task_count;
	bool tasks_started;
	bool timed_out;
	bool guest;		/* a kernel module: it says itself when it is done */
	/* The last: a new run leaves them as they were. */
	struct lab_task tasks[MACHINE_CPUS_MAX + POLICY_TASKS_MORE];
};

struct run_result;

extern struct lab lab;

/* The clock of the run starts: faults and whoever else waits for it. */
void run_started(uint64_t at_ps);

/* Prepares everything; the machine has been reset. */
void lab_begin(const struct run_spec *spec);
/* Set-up is over: the clock of the run starts, and so do the threads. */
void lab_go(void);
/* Gives back host memory kept between runs. */
void lab_fini(void);
/* Where the answer of this run goes. */
struct run_result *lab_result(void);
/* Puts the page allocator that zone.page_cache wants under all that follows. */
bool lab_house_pages(void);
/* The housekeeper and the policy's tasks: made, and begun. */
void lab_house_create(void);
void lab_house_start(uint64_t at_ps);
void lab_task_wake(unsigned number);
/* Low memory: the housekeeper calls the policy's reclaim. */
void lab_pressure(enum policy_reclaim how, uint64_t at_ps);
/* The last workload thread has ended. */
void lab_threads_gone(void);
/* Called at CPU 0's tick: livelock, too many accesses. */
void lab_watch(void);
/* The lab thread that runs on this CPU, or NULL. */
struct lab_thread *lab_current(const struct cpu *cpu);

#endif
