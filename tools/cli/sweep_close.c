/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/cli/sweep_close.h"

#include <stdio.h>
#include <string.h>

#include "tools/campaign/sweep.h"
#include "tools/cli/human.h"
#include "tools/cli/verb.h"
#include "tools/store/store_audit.h"
#include "tools/store/store_experiment.h"
#include "tools/store/store_query.h"

typedef unsigned long long count_t;

/* What is not in the figures has a name and a number. */
static int
print_runs(struct store *store, int64_t experiment, struct err *err)
{
	struct store_fates fates;
	uint64_t done, left_out;

	if (store_experiment_fates_all(store, experiment, &fates, err) != 0)
		return (-1);
	done = fates.ok + fates.finding;
	left_out = fates.crashed + fates.timeout + fates.pending;
	if (left_out > 0)
		printf("runs    %llu in the figures, %llu not: %llu crashed, "
		    "%llu timed out, %llu pending\n", (count_t)done,
		    (count_t)left_out, (count_t)fates.crashed,
		    (count_t)fates.timeout, (count_t)fates.pending);
	return (0);
}

/* Of how many runs a figure is a bound: the truth is at or beyond it. */
static int
print_bounds(struct store *store, int64_t experiment, struct err *err)
{
	static const char suffix[] = "_is_bound";
	struct store_query *query;
	const char *stat;
	int more;

	query = store_query_begin(store, "SELECT m.name, m.stat, "
	    "total(m.value > 0), count(*) FROM point p "
	    "CROSS JOIN run r ON r.point_id = p.id "
	    "CROSS JOIN metric m ON m.run_id = r.id "
	    "WHERE p.experiment_id = ?1 AND r.status IN ('ok', 'finding') "
	    "AND (m.name, m.stat) IN (VALUES "
	    "('footprint_bytes', 'mean_is_bound'), "
	    "('footprint_bytes', 'peak_is_bound'), "
	    "('free_to_use_ns', 'p99_is_bound')) "
	    "GROUP BY m.name, m.stat HAVING total(m.value > 0) > 0", err);
	if (query == NULL)
		return (-1);
	store_query_bind_int(query, 1, experiment);
	while ((more = store_query_step(query, err)) > 0) {
		stat = store_query_text(query, 1);
		printf("bounds  %s %.*s is censored in %lld of %lld runs\n",
		    store_query_text(query, 0),
		    (int)(strlen(stat) - (sizeof(suffix) - 1)), stat,
		    (long long)store_query_int(query, 2),
		    (long long)store_query_int(query, 3));
	}
	store_query_end(query);
	return (more);
}

static int
print_stops(struct store *store, int64_t experiment, struct err *err)
{
	struct store_stops stops;

	if (store_stop_count(store, experiment, &stops, err) != 0)
		return (-1);
	if (stops.narrow > 0)
		printf("seeds   enough at %llu point%s, after %llu to %llu\n",
		    (count_t)stops.narrow, stops.narrow == 1 ? "" : "s",
		    (count_t)stops.narrow_least, (count_t)stops.narrow_most);
	if (stops.most > 0)
		printf("seeds   still too wide at %llu point%s, after the %llu "
		    "that are allowed\n", (count_t)stops.most,
		    stops.most == 1 ? "" : "s", (count_t)stops.most_seeds);
	return (0);
}

static int
print_audit(struct store *store, int64_t experiment, struct err *err)
{
	struct store_audits audits;
	uint64_t all;

	if (store_audit_count(store, experiment, &audits, err) != 0)
		return (-1);
	all = audits.count[STORE_SAME] + audits.count[STORE_DIFFERS] +
	    audits.count[STORE_TIMEOUT];
	if (all == 0)
		return (0);
	printf("audit   %llu run%s executed twice: %llu the same, %llu not",
	    (count_t)all, all == 1 ? "" : "s",
	    (count_t)audits.count[STORE_SAME],
	    (count_t)audits.count[STORE_DIFFERS]);
	if (audits.count[STORE_TIMEOUT] > 0)
		printf(", %llu timed out",
		    (count_t)audits.count[STORE_TIMEOUT]);
	printf("\n");
	return (0);
}

int
sweep_close(struct store *store, int64_t experiment, struct err *err)
{

	printf("\n");
	if (print_runs(store, experiment, err) != 0 ||
	    print_bounds(store, experiment, err) != 0 ||
	    print_stops(store, experiment, err) != 0)
		return (-1);
	return (print_audit(store, experiment, err));
}

void
sweep_close_times(const struct sweep *sweep, uint64_t wall_ns,
    uint64_t workers)
{
	const struct campaign *campaign = &sweep->campaign;
	struct pool_times times;
	char wall[HUMAN_SIZE];
	double cpu_ns;

	if (!campaign->progress.shown || campaign->done == 0)
		return;
	pool_times(campaign->pool, &times);
	cpu_ns = (double)(times.cpu_ns + campaign->cpu_ns);
	human_wait(wall_ns, wall);
	verb_note("%llu runs in %s with %llu workers, which waited %.2f%% of "
	    "their time", (count_t)campaign->done, wall, (count_t)workers,
	    100 * (double)times.idle_ns /
	    (double)(times.idle_ns + times.wall_ns + 1));
	verb_note("processor time %.3f s, %.2f%% of it in the database",
	    cpu_ns / 1e9,
	    100 * (double)campaign->store_cpu_ns / (cpu_ns + 1));
}
