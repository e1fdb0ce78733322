/*
 * guest - what does the kernel know of the module that runs in it?
 *
 * The inside of sim/kmod/: one module, its threads, zones and domains, in one
 * run.  All tables are the host's and cost no simulated time.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef SIM_KMOD_GUEST_H
#define SIM_KMOD_GUEST_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "policies/policy_engine.h"
#include "sim/kmod/kmod.h"
#include "sim/kmod/object.h"
#include "sim/kmod/shape.h"
#include "sim/lab_run.h"

/* A domain that the module made. */
struct guest_domain {
	struct smr *smr;	/* NULL: destroyed */
	uint32_t number;	/* of sim/oracle/sections.h */
	bool lazy;
	bool owned;		/* by a zone, which destroys it */
	char name[40];
};

/* A zone that it made, or one behind malloc(). */
struct guest_zone {
	struct zone *zone;	/* NULL: destroyed */
	struct guest_domain *domain;	/* NULL: a plain zone */
	struct zone_setup setup;
	uint32_t size;		/* as asked for */
	uint32_t flags;
	bool memory;		/* behind malloc() */
	bool dead;		/* destroyed */
	uint64_t live;		/* items that the module has */
	uint64_t limit;
	int (*ctor)(void *item, int size, void *argument, int flags);
	void (*dtor)(void *item, int size, void *argument);
	int (*init)(void *item, int size, int flags);
	void (*fini)(void *item, int size);
	char name[40];
};

/* One thread of the machine that has anything to do with the module. */
struct guest_thread {
	struct thread *thread;	/* NULL: not started yet */
	struct lab_thread *lab;
	struct shape_thread *shape;
	struct section *sections;	/* nested ones, kept from run to run */
	struct rng rng;
	bool drawn;		/* the stream has begun */
	bool bound;		/* before it has started: */
	int bound_to;
	uint32_t busy;		/* inside the allocator, which may touch items */
	void (*function)(void *argument);
	void *argument;
	const void *channel;	/* sleeps on; NULL: on nothing */
	bool woken;
	uint64_t asleep;	/* order among sleepers */
	uint64_t enter_ps;	/* cost of entering the innermost section */
	bool ended;
	char name[SHAPE_NAME];
};

struct guest_item {
	struct guest_zone *zone;	/* NULL: no item of the module */
	const struct shape_malloc_type *type;
	uint32_t pages;		/* of a large allocation, which has no zone */
};

struct guest {
	const struct kmod_config *config;
	const struct object *object;
	const char *file_name;	/* without folders */
	const struct policy_engine *engine;
	unsigned char *block;	/* in the arena; NULL: no module is loaded */
	bool setting_up;
	bool loaded;
	bool keeping_house;	/* a thread of the kernel is in the zones */
	bool unloaded;
	struct guest_domain **domains;
	size_t domain_count;
	struct guest_zone **zones;
	size_t zone_count;
	struct guest_zone *sizes[16];	/* behind malloc(), by power of two */
	struct guest_thread **threads;	/* in the order in which they came */
	size_t thread_count;
	size_t thread_room;
	struct guest_item *items;	/* by number of the oracle */
	size_t item_room;
	uint8_t *pages;		/* 1: an item of the module is in it */
	size_t page_room;
	unsigned char *spare;	/* arena memory for structures of threads */
	size_t spare_bytes;
	uint64_t large_live;	/* large allocations */
	uint64_t sleeps;
	const struct thread *unloader;
	uint64_t accesses_at_end;
	struct smr_counters gone;	/* counters of domains that are no more */
};

extern struct guest guest;

/* The head of a function of kpi.def: its prototype, and its definition. */
#define KPI(type, name, ...)						\
	type kmod_##name(__VA_ARGS__);					\
	type								\
	kmod_##name(__VA_ARGS__)

/* The C library's own: the others are accesses of the program. */
void *__real_memcpy(void *to, const void *from, size_t bytes);
void *__real_memset(void *to, int byte, size_t bytes);

/* The record of the thread that runs. */
struct guest_thread *guest_self(void);
/* Memory of the arena for the kernel's own structures; never given back. */
void *guest_memory(size_t bytes);
/* Copies text, cut to fit. */
void guest_name(char *to, size_t room, const char *from);

/* A finding; the run does not go on. */
void guest_fail(const char *check, const void *where, const char *format, ...)
    __attribute__((format(printf, 3, 4), noreturn));
/* A finding; the run goes on. */
void guest_report(const char *check, const void *where, const char *format,
    ...) __attribute__((format(printf, 3, 4)));

/* thread.c */
void threads_begin(void);
/* The thread may be about to sleep: set-up ends here at the latest. */
void guest_may_sleep(const void *where, const char *what);
void guest_sleep_ticks(uint64_t ticks, const void *where);
size_t guest_threads_alive(void);

/* sleep.c */
void sleep_begin(void);
void guest_meet_all(void);
void guest_wake(const void *channel, bool one, const void *where);

/* item.c: handed out (NULL: none was to be had), looked up, given back. */
void guest_item_out(void *item, uint32_t bytes, struct guest_zone *zone,
    const struct shape_malloc_type *type, uint32_t pages, uint64_t start,
    const void *where);
uint32_t guest_item_of(const void *item, const char *what, const void *where);
void guest_item_back(uint32_t number, bool published, const void *where);

/* zone.c */
enum { GUEST_ZONE_NOFREE = 0x20 };	/* UMA_ZONE_NOFREE */
struct guest_zone *guest_zone_new(const char *name, size_t size,
    unsigned align, uint32_t flags);
void guest_zone_make(struct guest_zone *zone, const void *where);
void *guest_zone_take(struct guest_zone *zone, bool smr, void *argument,
    int flags, const char *what, const void *where);
void guest_zone_give(struct guest_zone *zone, void *item, bool smr,
    void *argument, const char *what, const void *where);

/* memory.c */
void memory_begin(void);
/* The zones behind malloc(). */
void memory_sizes(void);
void memory_end(void);

/* policy.c */
extern const struct policy_def guest_policy;

/* domain.c */
/* The innermost open section of the thread in that domain, or NULL. */
struct section *guest_section(struct guest_thread *self, uint32_t domain);
struct guest_domain *guest_domain_find(const struct smr *smr);
struct guest_domain *guest_domain_make(const char *name, int limit, int flags,
    const void *where);
void guest_domain_end(struct guest_domain *domain, const void *where);

/* format.c */
int guest_format(char *text, size_t room, const char *format, va_list args);
/* tunable.c: sets what the scenario gives. */
void tunables_apply(void);

#endif
