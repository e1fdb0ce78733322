/*
 * Address spaces that come and go, as in a build: each CPU takes pages one by
 * one as they are touched, keeps them for a while, and gives all of them back;
 * some are given back by another CPU than took them.  Nothing here has readers,
 * so the policy is idle: what is busy is whoever hands out pages.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include "engine/kern.h"
#include "sim/lab.h"

struct page_churn_config {
	struct dist pages;
	struct dist touch_ps;
	struct dist hold_ps;
	struct dist rest_ps;
	uint64_t remote_share_ppm;
};

#define FIELD(name) offsetof(struct page_churn_config, name)
static const struct knob page_churn_knobs[] = {
	{ "pages", KNOB_COUNT_DIST, FIELD(pages), NULL, "4096",
	    "{uniform: [1, 32]}", NULL, "pages of an address space" },
	{ "touch", KNOB_TIME_DIST, FIELD(touch_ps), NULL, NULL, "{exp: 1us}",
	    NULL, "time from one page to the next" },
	{ "hold", KNOB_TIME_DIST, FIELD(hold_ps), NULL, NULL, "{exp: 10us}",
	    NULL, "time from the last page until all are given back" },
	{ "rest", KNOB_TIME_DIST, FIELD(rest_ps), NULL, NULL, "0ns", NULL,
	    "time from there to the next address space" },
	{ "remote_share", KNOB_SHARE, FIELD(remote_share_ppm), NULL, "100%",
	    "25%", NULL, "share of address spaces that another CPU gives "
	    "back" },
};
#undef FIELD

/* What one CPU leaves to another one: a chain of pages. */
struct page_churn_door {
	_Atomic(void *) chain;
} __attribute__((aligned(KERN_BLOCK_SIZE)));

struct page_churn {
	const struct page_churn_config *config;
	uint64_t cpus;
	struct page_churn_door *doors;
};

/* A page begins with the link to the next one of its address space. */
struct page_churn_page {
	struct page_churn_page *next;
};

static struct page_churn_page *
page_churn_take(struct lab_thread *thread,
    const struct page_churn_config *config)
{
	struct page_churn_page *chain, *page;
	uint64_t wanted;

	chain = NULL;
	for (wanted = lab_sample(thread, &config->pages); wanted > 0;
	    wanted--) {
		page = kern_pages_alloc(1, kern_domain());
		if (page == NULL)
			break;		/* it does with what it has */
		page->next = chain;
		chain = page;
		lab_compute(thread, lab_sample(thread, &config->touch_ps));
	}
	return (chain);
}

static uint64_t
page_churn_give_back(struct page_churn_page *chain)
{
	struct page_churn_page *next;
	uint64_t count;

	count = 0;
	for (; chain != NULL; chain = next) {
		next = chain->next;
		kern_pages_free(chain, 1);
		count++;
	}
	return (count);
}

static void
page_churn_body(struct lab_thread *thread, void *argument)
{
	const struct page_churn *churn = argument;
	const struct page_churn_config *config = churn->config;
	struct page_churn_page *chain;

	while (lab_running(thread)) {
		chain = page_churn_take(thread, config);
		if (chain == NULL)
			lab_sleep_until(thread, lab_now_ps(thread) + 20000000);
		lab_compute(thread, lab_sample(thread, &config->hold_ps));
		if (lab_draw(thread, 1000000) < config->remote_share_ppm)
			chain = lab_swap(&churn->doors[lab_draw(thread,
			    churn->cpus)].chain, chain);
		lab_done(thread, page_churn_give_back(chain));
		lab_compute(thread, lab_sample(thread, &config->rest_ps));
	}
}

static void
page_churn_setup(struct lab_thread *thread, const void *argument)
{
	struct page_churn *churn;
	unsigned cpu, cpus;

	cpus = lab_cpu_count(thread);
	churn = lab_memory(thread, sizeof(*churn));
	churn->config = argument;
	churn->cpus = cpus;
	churn->doors = lab_memory(thread, cpus * sizeof(churn->doors[0]));
	for (cpu = 0; cpu < cpus; cpu++)
		lab_spawn(thread, "builder", (int)cpu, page_churn_body, churn);
}

const struct workload_def workload_page_churn = {
	.part = {
		.name = "page_churn",
		.about = "address spaces that take pages one by one and give "
		    "all of them back; no items and no readers",
		.source = "the parallel builds by which NetBSD's page "
		    "allocator was tuned",
		.knobs = page_churn_knobs,
		.knob_count = sizeof(page_churn_knobs) /
		    sizeof(page_churn_knobs[0]),
		.config_bytes = sizeof(struct page_churn_config),
	},
	.setup = page_churn_setup,
};
