/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/cli/sweep_watch.h"

#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "sim/base/err.h"
#include "tools/campaign/host.h"
#include "tools/cli/human.h"
#include "tools/cli/verb.h"
#include "tools/cluster/folder.h"
#include "tools/cluster/gather.h"
#include "tools/cluster/slurm.h"
#include "tools/scenario/plan.h"

#define WATCH_SECOND_NS	UINT64_C(1000000000)

enum {
	WATCH_LEAST_MS = 1000,
	WATCH_MOST_MS = 15000,	/* a controller has others to answer, too */
	WATCH_SILENCE_S = 600,	/* one that is restarted answers again by then */
};

static volatile sig_atomic_t watch_signal;

static void
note_signal(int number)
{

	watch_signal = number;
}

struct watch {
	const struct folder *folder;
	const struct plan *plan;
	struct progress progress;
	struct slurm_states states;
	uint64_t first;		/* runs that were done when the wait began */
	bool counted;
};

static void
show(struct watch *watch)
{
	uint64_t done, findings, spent_ns, total;
	char left[HUMAN_SIZE], text[300];
	size_t used;

	if (!progress_due(&watch->progress))
		return;
	gather_progress(watch->folder, watch->plan, &done, &findings, &total);
	if (!watch->counted)
		watch->first = done;
	watch->counted = true;
	used = (size_t)snprintf(text, sizeof(text), "%" PRIu64 " of %" PRIu64
	    " runs (%.0f%%), %u at work, %u waiting", done, total,
	    total == 0 ? 100.0 : 100.0 * (double)done / (double)total,
	    watch->states.working, watch->states.waiting);
	spent_ns = watch->progress.last_ns - watch->progress.start_ns;
	if (done > watch->first && done < total) {
		human_wait((uint64_t)((double)spent_ns /
		    (double)(done - watch->first) * (double)(total - done)),
		    left);
		used += (size_t)snprintf(text + used, sizeof(text) - used,
		    ", %s left", left);
	}
	if (findings > 0)
		snprintf(text + used, sizeof(text) - used, ", %" PRIu64
		    " finding%s", findings, findings == 1 ? "" : "s");
	progress_draw(&watch->progress, text);
}

static void
pause_for(uint64_t ms)
{
	const struct timespec span = { (time_t)(ms / 1000),
		(long)(ms % 1000) * 1000000 };

	/* A signal ends it early, which is what is wanted. */
	(void)nanosleep(&span, NULL);
}

static int
watch_until(struct watch *watch, struct err *err)
{
	uint64_t answered_ns, begun_ns, now_ns, ms;

	begun_ns = answered_ns = host_clock_ns();
	while (watch_signal == 0) {
		now_ns = host_clock_ns();
		if (slurm_look(watch->folder, &watch->states, err) == 0) {
			answered_ns = now_ns;
			if (watch->states.waiting + watch->states.working == 0)
				return (0);
		} else if (watch_signal == 0 && now_ns - answered_ns >
		    WATCH_SILENCE_S * WATCH_SECOND_NS)
			return (-1);
		show(watch);
		/* A twentieth of the time that it has taken so far. */
		ms = (now_ns - begun_ns) / 20000000;
		pause_for(ms < WATCH_LEAST_MS ? WATCH_LEAST_MS :
		    ms > WATCH_MOST_MS ? WATCH_MOST_MS : ms);
	}
	return (watch_signal);
}

int
sweep_watch(const struct folder *folder, const struct plan *plan,
    enum progress_mode mode, struct err *err)
{
	struct sigaction action, interrupt, terminate;
	struct watch watch;
	int end;

	memset(&watch, 0, sizeof(watch));
	watch.folder = folder;
	watch.plan = plan;
	watch_signal = 0;
	memset(&action, 0, sizeof(action));
	action.sa_handler = note_signal;
	sigemptyset(&action.sa_mask);
	sigaction(SIGINT, &action, &interrupt);
	sigaction(SIGTERM, &action, &terminate);
	progress_begin(&watch.progress, mode, 0);
	end = watch_until(&watch, err);
	progress_end(&watch.progress);
	sigaction(SIGINT, &interrupt, NULL);
	sigaction(SIGTERM, &terminate, NULL);
	return (end);
}
