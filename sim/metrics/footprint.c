/*
 * Memory over time, by state.  Between two changes the state is constant; each
 * stretch is weighted with its length.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <stdlib.h>
#include <string.h>

#include "sim/lab_run.h"
#include "sim/base/wide.h"
#include "sim/metrics/metrics.h"
#include "sim/oracle/items.h"

enum lane {
	LANE_LIVE,
	LANE_UNSTAMPED,
	LANE_STAMPED_UNSAFE,
	LANE_SAFE_UNKNOWN,
	LANE_READY,
	LANE_BUCKETS,
	LANE_SLABS,
	LANE_TOTAL,		/* what the contract calls footprint_bytes */
	LANE_CLAIRVOYANT,	/* what would do: in use, or a reader may hold it */
	LANE_PAGE_CACHES,	/* only where there is a page allocator */
	LANES
};

static const char *const lane_names[LANES] = {
	"live", "unstamped", "stamped_unsafe", "safe_unknown", "ready",
	"buckets", "slabs", "total", "clairvoyant", "page_caches",
};

enum { ZONES_MAX = 64 };

static struct footprint {
	uint64_t bytes[LANES];		/* in the stretch that is not booked */
	uint64_t slabs;			/* now */
	uint64_t buckets;
	uint64_t page_caches;
	wide_uint weight[LANES];	/* byte * ps */
	uint64_t peak[LANES];
	uint64_t since_ps;
	uint64_t version;
	bool dirty;
	bool open;
	uint64_t open_ps;
	uint64_t close_ps;
	uint64_t step_ps;
	uint64_t next_point_ps;
	/* Pages and bucket bytes, zone by zone. */
	struct {
		const void *zone;
		uint64_t pages;
		uint64_t buckets;
	} zones[ZONES_MAX];
	size_t zone_count;


} print;

static struct hist spread;	/* of the total, weighted by ps */

void
footprint_begin(void)
{

	memset(&print, 0, sizeof(print));
	if (spread.min == 0 && spread.count == 0)
		hist_init(&spread);
	hist_reset(&spread);
}

static size_t
footprint_zone(const void *zone)
{
	size_t i;

	for (i = 0; i < print.zone_count; i++)
		if (print.zones[i].zone == zone)
			return (i);
	if (print.zone_count == ZONES_MAX)
		return (ZONES_MAX - 1);
	print.zones[print.zone_count].zone = zone;
	return (print.zone_count++);
}

void
footprint_pages(const void *zone, uint64_t pages)
{
	size_t i;

	i = footprint_zone(zone);
	print.slabs += (pages - print.zones[i].pages) * ARENA_PAGE;
	print.zones[i].pages = pages;
	print.dirty = true;
}

void
footprint_buckets(const void *zone, uint64_t bytes)
{
	size_t i;

	i = footprint_zone(zone);
	print.buckets += bytes - print.zones[i].buckets;
	print.zones[i].buckets = bytes;
	print.dirty = true;
}

void
footprint_page_caches(uint64_t pages)
{

	print.page_caches = pages * ARENA_PAGE;
	print.dirty = true;
}

/* Whoever has no page allocator has no lane for it. */
static int
footprint_lanes(void)
{

	return (lab.spec->zone.page_cache == ZONE_PAGES_FLAT ?
	    LANE_PAGE_CACHES : LANES);
}

/* The lanes as they stand now. */
static void
footprint_read(void)
{
	static const enum item_place places[5] = {
		[LANE_LIVE] = PLACE_LIVE,
		[LANE_UNSTAMPED] = PLACE_UNSTAMPED,
		[LANE_STAMPED_UNSAFE] = PLACE_STAMPED_UNSAFE,
		[LANE_SAFE_UNKNOWN] = PLACE_SAFE_UNKNOWN,
		[LANE_READY] = PLACE_READY,
	};
	int lane;

	for (lane = LANE_LIVE; lane <= LANE_READY; lane++)
		print.bytes[lane] = items.bytes[places[lane]];
	print.bytes[LANE_BUCKETS] = print.buckets;
	print.bytes[LANE_SLABS] = print.slabs;
	print.bytes[LANE_PAGE_CACHES] = print.page_caches;
	print.bytes[LANE_TOTAL] = print.bytes[LANE_SLABS] +
	    print.bytes[LANE_BUCKETS] + print.bytes[LANE_PAGE_CACHES];
	print.bytes[LANE_CLAIRVOYANT] = items.bytes[PLACE_LIVE] +
	    items.bytes[PLACE_UNSAFE];
	print.version = items.version;
	print.dirty = false;
}

/* By pairs: a run of a hunt has more points than operations. */
static void
points_fill(uint64_t *at, size_t count, uint64_t value)
{

	for (; count >= 4; count -= 4, at += 4) {
		at[0] = at[1] = value;
		at[2] = at[3] = value;
	}
	for (; count > 0; count--)
		*at++ = value;
}

/* The points up to there have what holds now: nothing changed in between. */
static void
footprint_points(uint64_t until_ps)
{
	struct run_result *result;
	struct run_series *series;
	uint64_t points;
	size_t first, end;
	int lane, lanes;

	if (until_ps > print.close_ps)
		until_ps = print.close_ps;
	if (print.next_point_ps > until_ps)
		return;
	points = (until_ps - print.next_point_ps) / print.step_ps + 1;
	print.next_point_ps += points * print.step_ps;
	result = lab_result();
	lanes = footprint_lanes();
	for (lane = 0; lane < lanes; lane++) {
		series = &result->series[lane];
		first = series->point_count;
		end = points < RUN_SERIES_POINTS_MAX - first ?
		    first + (size_t)points : RUN_SERIES_POINTS_MAX;
		series->point_count = end;
		points_fill(series->points + first, end - first,
		    print.bytes[lane]);
	}
}

/* Books the stretch that ends at `at_ps` with what held in it. */
static void
footprint_book(uint64_t at_ps)
{
	uint64_t length, peak, total;
	size_t bucket;
	int lane;

	if (at_ps <= print.since_ps)
		return;
	footprint_points(at_ps - 1);
	length = at_ps - print.since_ps;
	for (lane = 0; lane < LANES; lane++) {
		print.weight[lane] +=
		    (wide_uint)print.bytes[lane] * length;
		peak = print.peak[lane];
		print.peak[lane] = print.bytes[lane] > peak ?
		    print.bytes[lane] : peak;
	}
	total = print.bytes[LANE_TOTAL];
	bucket = hist_index(total);
	spread.bucket[bucket] += length;
	spread.count += length;
	if (total < spread.min)
		spread.min = total;
	if (total > spread.max)
		spread.max = total;
	print.since_ps = at_ps;
}

/* Called after each event: where something changed, book what was. */
void
footprint_settle(uint64_t at_ps)
{

	if (!print.open || (print.version == items.version && !print.dirty))
		return;
	footprint_book(at_ps);
	footprint_read();
}

void
footprint_window_open(uint64_t at_ps)
{
	struct run_result *result;
	uint64_t points;
	int lane;

	footprint_read();
	print.open = true;
	print.open_ps = print.since_ps = at_ps;
	print.close_ps = at_ps + lab.spec->run.duration_ps;
	points = lab.spec->run.series_points;
	if (points > RUN_SERIES_POINTS_MAX)
		points = RUN_SERIES_POINTS_MAX;
	print.step_ps = points == 0 ? 0 : lab.spec->run.duration_ps / points;
	print.next_point_ps = print.step_ps == 0 ? MACHINE_NEVER : at_ps;
	result = lab_result();
	for (lane = 0; lane < LANES; lane++) {
		result->series[lane].name = lane_names[lane];
		result->series[lane].unit = "bytes";
		result->series[lane].step_ps = print.step_ps;
		result->series[lane].point_count = 0;
	}
	result->series_count = print.step_ps == 0 ? 0 :
	    (size_t)footprint_lanes();
}

void
footprint_window_close(uint64_t at_ps)
{

	footprint_book(at_ps);
	print.open = false;
}

/*
 * Growing without bound: the mean of the waiting memory (all but what is in
 * use) rises from each quarter of the window to the next, and the last quarter
 * holds more than one and a half times the second.
 */
static bool
footprint_unstable(const struct run_result *result)
{
	const struct run_series *slabs;
	double quarter[4];
	size_t i, q;

	slabs = &result->series[LANE_SLABS];
	if (result->series_count == 0 || slabs->point_count < 16)
		return (false);
	for (q = 0; q < 4; q++) {
		quarter[q] = 0;
		for (i = q * slabs->point_count / 4;
		    i < (q + 1) * slabs->point_count / 4; i++)
			quarter[q] += (double)slabs->points[i];
	}
	return (quarter[1] > quarter[0] && quarter[2] > quarter[1] &&
	    quarter[3] > quarter[2] && quarter[3] > 1.5 * quarter[1]);
}

static double
footprint_mean(enum lane lane, uint64_t length_ps)
{

	if (length_ps == 0)
		return (0);
	return ((double)(print.weight[lane] / length_ps) +
	    (double)(uint64_t)(print.weight[lane] % length_ps) /
	    (double)length_ps);
}

void
footprint_report(struct run_result *result)
{
	uint64_t length;
	int lane;

	length = print.since_ps - print.open_ps;
	if (!lab.measured || length == 0)
		return;
	metric_put(result, "footprint_bytes", "mean", "bytes",
	    footprint_mean(LANE_TOTAL, length));
	metric_put(result, "footprint_bytes", "p50", "bytes",
	    (double)hist_quantile(&spread, 500000));
	metric_put(result, "footprint_bytes", "p99", "bytes",
	    (double)hist_quantile(&spread, 990000));
	metric_put(result, "footprint_bytes", "peak", "bytes",
	    (double)print.peak[LANE_TOTAL]);
	metric_put(result, "footprint_bytes", "clairvoyant_mean", "bytes",
	    footprint_mean(LANE_CLAIRVOYANT, length));
	metric_put(result, "footprint_bytes", "clairvoyant_peak", "bytes",
	    (double)print.peak[LANE_CLAIRVOYANT]);
	metric_put(result, "footprint_bytes", "unstable", "1",
	    footprint_unstable(result) ? 1 : 0);
	for (lane = LANE_LIVE; lane <= LANE_SLABS; lane++) {
		metric_put(result, "footprint_state_bytes", lane_names[lane],
		    "bytes", footprint_mean((enum lane)lane, length));
	}
	if (footprint_lanes() == LANES)
		metric_put(result, "footprint_state_bytes",
		    lane_names[LANE_PAGE_CACHES], "bytes",
		    footprint_mean(LANE_PAGE_CACHES, length));
	metric_put(result, "waiting_bytes", "mean", "bytes",
	    footprint_mean(LANE_UNSTAMPED, length) +
	    footprint_mean(LANE_STAMPED_UNSAFE, length) +
	    footprint_mean(LANE_SAFE_UNKNOWN, length));
}
