/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/cli/progress.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "tools/campaign/host.h"
#include "tools/cli/human.h"

const char *const progress_modes[] = { "auto", "always", "never", NULL };

enum {
	PROGRESS_TERMINAL_MS = 200,
	PROGRESS_PLAIN_MS = 5000,
	PROGRESS_SETTLE_MS = 2000,	/* before that a rate means nothing */
};

void
progress_begin(struct progress *progress, enum progress_mode mode,
    uint64_t total)
{

	memset(progress, 0, sizeof(*progress));
	progress->terminal = isatty(STDERR_FILENO) != 0;
	progress->shown = mode == PROGRESS_ALWAYS ||
	    (mode == PROGRESS_AUTO && progress->terminal);
	progress->total = total;
	progress->start_ns = host_clock_ns();
	progress->last_ns = progress->start_ns;
}

bool
progress_due(struct progress *progress)
{
	uint64_t now;

	if (!progress->shown)
		return (false);
	now = host_clock_ns();
	if (now - progress->last_ns < (progress->terminal ?
	    PROGRESS_TERMINAL_MS : PROGRESS_PLAIN_MS) * UINT64_C(1000000))
		return (false);
	progress->last_ns = now;
	return (true);
}

void
progress_draw(struct progress *progress, const char *text)
{

	if (progress->terminal)
		fprintf(stderr, "\r%s\033[K", text);
	else
		fprintf(stderr, "%s\n", text);
	fflush(stderr);
	progress->drawn = true;
}

void
progress_update(struct progress *progress, uint64_t done, uint64_t findings)
{
	char rate[HUMAN_PART_SIZE], unit[HUMAN_PART_SIZE];
	char wait[HUMAN_SIZE], text[300];
	uint64_t spent_ns;
	size_t used;

	if (!progress_due(progress))
		return;
	spent_ns = progress->last_ns - progress->start_ns;
	used = (size_t)snprintf(text, sizeof(text), "%llu of %llu runs (%.0f%%)",
	    (unsigned long long)done, (unsigned long long)progress->total,
	    progress->total == 0 ? 100.0 :
	    100.0 * (double)done / (double)progress->total);
	if (done > progress->first) {
		human_scale((double)(done - progress->first) /
		    ((double)spent_ns / 1e9), "1/s",
		    rate, unit);
		unit[strcspn(unit, "/")] = '\0';
		used += (size_t)snprintf(text + used, sizeof(text) - used,
		    ", %s%s runs/s", rate, unit);
	}
	if (done > progress->first && done < progress->total &&
	    spent_ns > PROGRESS_SETTLE_MS * UINT64_C(1000000)) {
		human_wait((uint64_t)((double)spent_ns /
		    (double)(done - progress->first) *
		    (double)(progress->total - done)), wait);
		used += (size_t)snprintf(text + used, sizeof(text) - used,
		    ", %s left", wait);
	}
	if (findings > 0) {
		snprintf(text + used, sizeof(text) - used, ", %llu finding%s",
		    (unsigned long long)findings, findings == 1 ? "" : "s");
	}
	progress_draw(progress, text);
}

void
progress_end(struct progress *progress)
{

	if (progress->drawn && progress->terminal)
		fputs("\r\033[K", stderr);
	progress->drawn = false;
}
