/*
 * libgus.  The build defines GUS_MODE (one of enum smr_mode), GUS_NAME, and
 * GUS_CALL for the functions in place of the inline form.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include "bench/native.h"
#include "engine/smr.h"
#include "engine/smr_section.h"
#include "engine/zone.h"

/*
 * Half a block off, where no CPU's word lies in a domain's page: processors
 * take a load for one of what was just stored if the twelve lowest bits of
 * their addresses agree, and wait.
 */
static struct {
	_Alignas(KERN_BLOCK_SIZE) char apart[KERN_LINE_SIZE];
	struct smr *smr;
	struct zone *zone;
} gus;

static void
gus_setup(void)
{
	struct smr_config config;

	if (kern_native_attach() != 0)
		native_fail("kern_native_attach");
	smr_config_production(&config);
	config.mode = GUS_MODE;
	/* umaperf's DEFER_SMR. */
	config.deferral = GUS_MODE == SMR_DEFERRED ? 32 : 1;
	gus.smr = smr_create("bench", &config);
	if (gus.smr == NULL)
		native_fail("smr_create");
	gus.zone = native_zone(gus.smr);
}

static void
gus_teardown(void)
{

	if (zone_destroy(gus.zone) != 0)
		native_fail("zone_destroy: packets were lost");
	smr_destroy(gus.smr);
	kern_native_detach();
}

static void
gus_begin(void)
{

	if (kern_native_attach() != 0)
		native_fail("kern_native_attach");
}

/* Where main() is the thread, it stays attached: gus_teardown(). */
static double gus_advance_ns(void);
static double gus_poll_ns(void);
static double gus_scan_ns(bool reader);

#ifdef GUS_CALL
#define N_FORM "call"
#define GUS_FORM(eager, lazy) (GUS_MODE == SMR_LAZY ? lazy : eager)(gus.smr)
#define N_ENTER() GUS_FORM(smr_enter, smr_lazy_enter)
#define N_EXIT() GUS_FORM(smr_exit, smr_lazy_exit)
#else
#define N_FORM "inline"
#define N_ENTER()                                                              \
	(GUS_MODE == SMR_LAZY ? smr_section_lazy_enter(gus.smr) :              \
	    smr_section_enter(gus.smr))
#define N_EXIT()                                                               \
	(GUS_MODE == SMR_LAZY ? smr_section_lazy_exit(gus.smr) :               \
	    smr_section_exit(gus.smr))
#endif

#define N_SCHEME GUS_SCHEME
#define N_NAME GUS_NAME
#define N_FENCES (GUS_MODE != SMR_LAZY)
#define N_SETUP() gus_setup()
#define N_TEARDOWN() gus_teardown()
#define N_BEGIN() gus_begin()
#define N_END() ((void)0)
#define N_QUIET() ((void)0)
#define N_ALLOC() zone_alloc_smr(gus.zone)
#define N_RETIRE() ((void)0)
#define N_FREE(packet) zone_free_smr(gus.zone, packet)
#define N_SYNCHRONIZES (GUS_LAZY ? 20 : 1000)
#define N_SYNCHRONIZE() smr_synchronize(gus.smr)
#define N_ADVANCE gus_advance_ns
#define N_POLL gus_poll_ns
#define N_SCAN (GUS_MODE == SMR_EAGER ? gus_scan_ns : NULL)
#include "bench/native_body.h"

enum { GUS_ROUNDS = 100000, GUS_SCANS = 2000 };

static double
gus_advance_ns(void)
{
	uint64_t start, spent;
	unsigned i;

	N_SETUP();
	start = native_thread_ns();
	for (i = 0; i < GUS_ROUNDS; i++)
		(void)smr_advance(gus.smr);
	spent = native_thread_ns() - start;
	N_TEARDOWN();
	return ((double)spent / GUS_ROUNDS);
}

/* Of a goal that has been met, as most are. */
static double
gus_poll_ns(void)
{
	struct smr_seq goal;
	uint64_t start, spent;
	unsigned i;

	N_SETUP();
	goal = smr_advance(gus.smr);
	smr_synchronize(gus.smr);
	start = native_thread_ns();
	for (i = 0; i < GUS_ROUNDS; i++)
		if (!smr_poll(gus.smr, goal, false))
			native_fail("smr_poll: a goal was met, and is not");
	spent = native_thread_ns() - start;
	N_TEARDOWN();
	return ((double)spent / GUS_ROUNDS);
}

/* An advance and the poll that must scan for it. */
static double
gus_scan_ns(bool reader)
{

	N_SETUP();
	n_busy_begin(reader);
	N_MEDIAN_NS(GUS_SCANS,
	    (void)smr_poll(gus.smr, smr_advance(gus.smr), false));
	n_busy_end();
	N_TEARDOWN();
	return (native_median(n_parts, NATIVE_PARTS));
}
