/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/claims/claim.h"

#define PARTS(...) .parts = { __VA_ARGS__ }, \
	.part_count = sizeof((struct claim_part[]){ __VA_ARGS__ }) / \
	    sizeof(struct claim_part)

/* Where several of them are from. */
#define COVER_TEXT "review D22586, cover text"
#define CORE_COMMENTS \
	"FreeBSD sys/kern/subr_smr.c at d439598dd0d3, comments"

const struct claim claim_table[] = {
	{
		.id = "q01",
		.says = "GUS does three times the work of epoch(9) in a twentieth "
		    "of the memory",
		.published = "operations x 3, memory / 20",
		.source = "the author of smr(9), freebsd-arch, 25 January 2020; "
		    "FreeBSD commit r357314",
		PARTS(
		{ "operations, GUS over epoch", "ops_per_s, gus / epoch-*", "1",
		    claim_ops_per_s, "epoch-", "gus", CLAIM_BASE_OVER,
		    CLAIM_AT_LEAST, 3, 0, false },
		{ "memory, epoch over GUS", "footprint_bytes peak, epoch-* / gus",
		    "1", claim_footprint_peak_bytes, "epoch-", "gus",
		    CLAIM_OVER_BASE, CLAIM_AT_LEAST, 20, 0, false }),
		.recorded = CLAIM_NOT_AS_STATED,
		.reason =
		    "In this lab GUS is always ahead, mostly by 1.3 to 2 "
		    "times; three times needs epoch to starve and items so "
		    "large that the page pool becomes the bottleneck, since "
		    "every one is on a new page. The memory ratio is made by "
		    "how often the task of epoch gets its turn: 12 to 17 "
		    "times if it is always first, about 20 if it takes turns "
		    "of 1 ms with the workload, up to 114 if it starves. "
		    "Machine, CPUs and item size of the original were not "
		    "published.",
	},
	{
		.id = "q01b",
		.says = "A section of GUS costs less than half of one of epoch(9)",
		.published = "< 1/2",
		.source = "FreeBSD commit r357314, message",
		PARTS(
		{ "a section, eager GUS over epoch",
		    "enter_exit_ns mean, gus-eager / epoch-*", "1",
		    claim_section_ns, "epoch-", "gus-eager", CLAIM_BASE_OVER,
		    CLAIM_AT_MOST, 0.5, 0, false },
		{ "a section, lazy GUS over epoch",
		    "enter_exit_ns mean, gus-lazy / epoch-*", "1",
		    claim_section_ns, "epoch-", "gus-lazy", CLAIM_BASE_OVER,
		    CLAIM_SHOWN, 0, 0, false }),
		.recorded = CLAIM_CONTRADICTED,
		.reason =
		    "Both store and fence, and the machine charges for "
		    "memory accesses and fences only: calls, branches and "
		    "arithmetic, of which ck_epoch has more, are free here. "
		    "Lazy GUS, which has no fence, does cost less than half "
		    "of a preemptible section.",
	},
	{
		.id = "q02",
		.says = "Up to 50 000 frees go by before a scan is needed; most "
		    "polls are one load and a comparison",
		.published = "up to 50 000 frees for a scan",
		.source = COVER_TEXT,
		PARTS(
		{ "frees for a scan", "frees / poll_scan", "1",
		    claim_frees_per_scan, "gus", NULL, CLAIM_ALONE,
		    CLAIM_AT_LEAST, 50000, 0, true },
		{ "polls that scan", "poll_scan / poll, read: under half", "1",
		    claim_scan_share, "gus", NULL, CLAIM_ALONE, CLAIM_AT_MOST,
		    0.5, 0, false }),
		.recorded = CLAIM_NOT_AS_STATED,
		.reason =
		    "Most polls do not scan. How many frees share a scan is "
		    "the depth of the queue of full buckets, and that is "
		    "what the burst of the workload makes it: hundreds to "
		    "thousands here. 50 000 need about 200 queued buckets of "
		    "254 items, which no load of these builds up in "
		    "milliseconds.",
	},
	{
		.id = "q03",
		.says = "Synchronisation is invisible in the profile of a kernel "
		    "build",
		.published = "< 0.01 % of the CPUs' time",
		.source = COVER_TEXT,
		PARTS(
		{ "time in alloc and free beyond a zone that protects nobody",
		    "(alloc_ns + free_ns) / CPU time, gus - immediate", "1",
		    claim_zone_share, "gus", "immediate", CLAIM_LESS_BASE,
		    CLAIM_AT_MOST, 0.0001, 0, false }),
		.recorded = CLAIM_NOT_AS_STATED,
		.reason =
		    "It is a matter of the rate. Up to about a thousand "
		    "frees per second and CPU the share is under 0.01 %, at "
		    "ten thousand it is not, whatever the buckets. How many "
		    "a kernel build makes was not published.",
	},
	{
		.id = "q04",
		.says = "epoch(9) needs at least two clock ticks from a free to "
		    "the reclaim, more with unlucky timing",
		.published = ">= 2 ticks",
		.source = COVER_TEXT,
		PARTS(
		{ "shortest time from a free to the reuse",
		    "least of free_to_use_ns, in ticks", "ticks",
		    claim_use_least_ticks, "epoch-", NULL, CLAIM_ALONE,
		    CLAIM_AT_LEAST, 2, 0, false },
		{ "mean time from a free to the reuse",
		    "free_to_use_ns mean, in ticks", "ticks",
		    claim_use_mean_ticks, "epoch-", NULL, CLAIM_ALONE,
		    CLAIM_AT_LEAST, 2, 0, false }),
		.recorded = CLAIM_NOT_AS_STATED,
		.reason =
		    "The mean is mostly above two ticks, and grows with "
		    "unlucky timing. It is no lower bound: where a poll "
		    "meets no open section at all, everything is found safe "
		    "at once, and where ticks are spread over eight CPUs "
		    "that all read, the epoch moves up to eight times per "
		    "tick, so two steps of it take a quarter of one.",
	},
	{
		.id = "q05",
		.says = "With GUS the time from a free to the reuse is the "
		    "longest critical section",
		.published = "1 longest section",
		.source = COVER_TEXT,
		PARTS(
		{ "from a free to the reuse, in longest sections",
		    "free_to_use_ns p99 / free_to_safe_ns max", "1",
		    claim_use_p99_sections, "gus", NULL, CLAIM_ALONE,
		    CLAIM_ABOUT, 1, 2, false }),
		.recorded = CLAIM_NOT_AS_STATED,
		.reason =
		    "The section is the least that an item waits. To that "
		    "comes the time until its bucket is full and is its "
		    "turn, which does not depend on readers. So it holds "
		    "where sections are longer than a bucket takes to fill, "
		    "and not for short ones or large buckets.",
	},
	{
		.id = "q06",
		.says = "The fast path of a free is no slower than in a zone "
		    "without SMR",
		.published = "<= 1",
		.source = COVER_TEXT,
		PARTS(
		{ "the median free, with GUS over without",
		    "free_ns p50, gus / immediate", "1", claim_free_p50_ns,
		    "gus", "immediate", CLAIM_OVER_BASE, CLAIM_AT_MOST, 1, 1.02,
		    false },
		{ "the mean free, with GUS over without",
		    "free_ns mean, gus / immediate", "1", claim_free_mean_ns,
		    "gus", "immediate", CLAIM_OVER_BASE, CLAIM_SHOWN, 1, 0,
		    false }),
		.recorded = CLAIM_CONTRADICTED,
		.reason =
		    "One access more, to a line that is there: the assertion "
		    "that no section is open, which this zone always has and "
		    "FreeBSD's only with INVARIANTS. Without it both paths "
		    "make the same accesses. The mean adds what a full "
		    "bucket costs: the advance, and the zone's lock.",
	},
	{
		.id = "q07",
		.says = "The floor of the memory is a bucket for each CPU and "
		    "SMR zone",
		.published = "1 bucket for each CPU",
		.source = COVER_TEXT,
		PARTS(
		{ "items in caches, in buckets for each CPU",
		    "idle items / (bucket_size * cpus)", "buckets",
		    claim_idle_buckets_per_cpu, "gus", NULL, CLAIM_ALONE,
		    CLAIM_ABOUT, 1, 2, false }),
		.recorded = CLAIM_REPRODUCED,
		.reason =
		    "Between 1.1 and 1.6 buckets for each CPU, from the "
		    "bucket for frees and that for allocations, of which "
		    "each is half full on the mean, and a few queued ones "
		    "where buckets are small or CPUs few. Reclaiming does "
		    "not lower it, since it leaves the CPUs' buckets alone; "
		    "no set-up is below one.",
	},
	{
		.id = "q08",
		.says = "At the worst, one in N frees waits for readers (N items "
		    "in a bucket), and only where a bucket cannot be had",
		.published = "<= 1 wait for N frees",
		.source = COVER_TEXT,
		PARTS(
		{ "waits for each bucket of frees",
		    "wait_ns count / frees * bucket_size", "waits",
		    claim_waits_per_bucket, "gus", NULL, CLAIM_ALONE,
		    CLAIM_AT_MOST, 1, 0, false }),
		.recorded = CLAIM_NOT_AS_STATED,
		.reason =
		    "It holds as long as each CPU has a bucket to begin "
		    "with: then far fewer than one free in N waits, even "
		    "where for half of the time no bucket can be had. Where "
		    "none ever could be had, CPUs own no bucket at all and "
		    "every free waits.",
	},
	{
		.id = "q09",
		.says = "To synchronise at every free would be a massive "
		    "degradation",
		.published = "massive; read: half the operations or fewer",
		.source = COVER_TEXT,
		PARTS(
		{ "operations, as it is over waiting at each free",
		    "ops_per_s, gus / gus-waits", "1", claim_ops_per_s,
		    "gus-waits", "gus", CLAIM_BASE_OVER, CLAIM_AT_LEAST, 2, 0,
		    false }),
		.recorded = CLAIM_NOT_AS_STATED,
		.reason =
		    "With 16 CPUs of which half of the operations free, the "
		    "rest is a third to a fifth; with one free in ten "
		    "operations 10 to 30 % are lost, with one in a hundred 1 "
		    "to 3 %. Massive it is for those who free much.",
	},
	{
		.id = "q10",
		.says = "An advance may busy-loop when the readers are a thousand "
		    "million sequence numbers behind",
		.published = "1e9 numbers behind: waits; before: does not",
		.source = CORE_COMMENTS,
		PARTS(
		{ "longest wait with small numbers and a reader that stays 15 ms",
		    "wait_ns max, small-stalled; read: half of the stay", "ns",
		    claim_wait_max_ns, "small-stalled", NULL, CLAIM_ALONE,
		    CLAIM_AT_LEAST, 7500000, 0, false },
		{ "waits with the numbers of production",
		    "wait_ns count, production", "1", claim_waits, "production",
		    NULL, CLAIM_ALONE, CLAIM_AT_MOST, 0, 0, false },
		{ "longest wait with small numbers and no such reader",
		    "wait_ns max, small-unstalled", "ns", claim_wait_max_ns,
		    "small-unstalled", NULL, CLAIM_ALONE, CLAIM_SHOWN, 0, 0,
		    false },
		{ "how long a reader would have to stay in production",
		    "2^29 advances / pace of the run", "s", claim_limit_s,
		    "production", NULL, CLAIM_ALONE, CLAIM_SHOWN, 0, 0,
		    false }),
		.recorded = CLAIM_REPRODUCED,
		.reason =
		    "With small numbers the advance waits for as long as the "
		    "reader stays. With those of production a stay of 15 ms "
		    "is far too short; it would take minutes in a section, "
		    "with buckets of one item and four writers on eight "
		    "CPUs, and longer with larger buckets.",
	},
	{
		.id = "q11",
		.says = "The lazy clock wraps in 25 days at 1 kHz and in 60 hours "
		    "at 10 kHz",
		.published = "25 days; 60 hours",
		.source = CORE_COMMENTS,
		PARTS(
		{ "until the numbers come round at 1 kHz", "2^31 ticks", "h",
		    claim_wrap_hours, "early-1kHz", NULL, CLAIM_ALONE,
		    CLAIM_ABOUT, 600, 1.05, false },
		{ "until the numbers come round at 10 kHz", "2^31 ticks", "h",
		    claim_wrap_hours, "early-10kHz", NULL, CLAIM_ALONE,
		    CLAIM_ABOUT, 60, 1.05, false },
		{ "wraps in 1000 ticks, started 970 steps before one",
		    "coverage wrapped", "1", claim_wraps, "early-", NULL,
		    CLAIM_ALONE, CLAIM_AT_LEAST, 1, 0, false },
		{ "wraps in 1000 ticks, started 1030 steps before one",
		    "coverage wrapped", "1", claim_wraps, "late-", NULL,
		    CLAIM_ALONE, CLAIM_AT_MOST, 0, 0, false }),
		.recorded = CLAIM_REPRODUCED,
		.reason =
		    "Arithmetic: 2^32 numbers, two for each tick. The runs "
		    "confirm that it is one step for each tick, and go over "
		    "the wrap with all checks on. That readers may block for "
		    "half of it follows: comparisons of serial numbers reach "
		    "half of the space.",
	},
	{
		.id = "q12",
		.says = "The depth of the queue adapts to read latency times "
		    "consumption",
		.published = "1 (Little's law)",
		.source = COVER_TEXT,
		PARTS(
		{ "items that wait, over frees per second times a section",
		    "waiting_bytes / item_size / (frees / s * section)", "1",
		    claim_waiting_over_little, "gus", NULL, CLAIM_ALONE,
		    CLAIM_ABOUT, 1, 2, false }),
		.recorded = CLAIM_NOT_AS_STATED,
		.reason =
		    "Little's law holds for the wait that there is, and that "
		    "is the section only where it is longer than a bucket "
		    "takes to fill. Short sections with large buckets leave "
		    "many times as many waiting: the depth is that of the "
		    "buckets.",
	},
	{
		.id = "q13",
		.says = "Writes of the sequence become fewer as the zone gets "
		    "busier, because buckets grow",
		.published = "fewer; read: 10 % more frees for each",
		.source = CORE_COMMENTS,
		PARTS(
		{ "frees for each write, busy over quiet",
		    "frees / advance, busy / quiet", "1",
		    claim_frees_per_advance, "busy", "quiet", CLAIM_OVER_BASE,
		    CLAIM_AT_LEAST, 1.1, 0, false }),
		.recorded = CLAIM_REPRODUCED,
		.reason =
		    "Busy zones write four to nine times as rarely for each "
		    "free. Buckets grow where the lock of the zone is "
		    "contended, so it is contention and not the rate as "
		    "such: with 8 CPUs and more the busy buckets have grown "
		    "to the limit of 254, and with 16 even the quiet ones "
		    "have grown, which makes the ratio smaller.",
	},
	{
		.id = "q14",
		.says = "The reader/writer lock of connections took 51 % of the "
		    "samples, 3 % after the conversion to epoch",
		.published = "51 % before, 3 % after (64 netperf senders)",
		.source = "FreeBSD commit r335356",
		PARTS(
		{ "time to enter and leave, reader/writer lock",
		    "enter_exit_ns / CPU time, rwlock", "1",
		    claim_section_share, "rwlock", NULL, CLAIM_ALONE,
		    CLAIM_ABOUT, 0.51, 1.25, false },
		{ "time to enter and leave, epoch",
		    "enter_exit_ns / CPU time, epoch", "1", claim_section_share,
		    "epoch", NULL, CLAIM_ALONE, CLAIM_AT_MOST, 0.03, 0, false }),
		.recorded = CLAIM_NOT_AS_STATED,
		.reason =
		    "Sections of epoch take under 2 % in all set-ups, as "
		    "published. The share of the lock is that of a queue "
		    "near its limit: from under 1 % to over 95 % between 25 "
		    "us and 1 us of other work for each lookup. 51 % lies on "
		    "the steep part in between, and which work the senders "
		    "did was not published.",
	},
	{
		.id = "q15",
		.says = "104 workers do 151 instead of 2.17 million path lookups "
		    "per second without locks",
		.published = "x 69.6",
		.source = "FreeBSD commit r363519 (D25578)",
		PARTS(
		{ "lookups, GUS over one lock", "ops_per_s, gus / lock-*", "1",
		    claim_ops_per_s, "lock-", "gus", CLAIM_BASE_OVER,
		    CLAIM_ABOUT, 69.6, 2, false }),
		.recorded = CLAIM_NOT_AS_STATED,
		.reason =
		    "One lock for all against none: 9 to 17 times at 26 "
		    "CPUs, 70 to 140 times at 104. The 69.6 of the original "
		    "are of a whole path lookup with several locks and "
		    "reference counts, of which this lab has none; it shows "
		    "that one contended line suffices for such numbers at "
		    "that many CPUs.",
	},
	{
		.id = "q16",
		.says = "Deferral by count keeps 6.7 GB where 135 MB are in use; "
		    "518 MB with more frequent processing",
		.published = "x 49.6; x 3.84",
		.source = "python/cpython issue 132519, pull requests 132520, "
		    "135107, 135473",
		PARTS(
		{ "memory, deferral by hundreds over what is needed",
		    "footprint_bytes peak, rare-* / clairvoyant", "1",
		    claim_footprint_peak_bytes, "rare-", "clairvoyant",
		    CLAIM_OVER_BASE, CLAIM_ABOUT, 49.6, 1.25, false },
		{ "memory, deferral by tens over what is needed",
		    "footprint_bytes peak, often-* / clairvoyant", "1",
		    claim_footprint_peak_bytes, "often-", "clairvoyant",
		    CLAIM_OVER_BASE, CLAIM_ABOUT, 3.84, 1.25, false }),
		.recorded = CLAIM_NOT_AS_STATED,
		.reason =
		    "The memory is blocks times the depth of deferral. Our "
		    "qsbr asks for a goal when a batch is full and looks at "
		    "it when the next one is, so it holds two batches: 127 "
		    "and 5 here are 254 and 10 there, and hold; 254 is "
		    "nearly twice as much.",
	},
	{
		.id = "q17",
		.says = "In Parsec the cycle counter is 85 % of the cost of a "
		    "free (rdtsc 30 cycles, rdtscp 80)",
		.published = "the rest is 15 %",
		.source = "gwsystems/ps at 81eb50f, README and ps_smr.h",
		PARTS(
		{ "a free without the counter over one with it",
		    "free_ns mean, no-cost / rdtsc*", "1", claim_free_mean_ns,
		    "rdtsc", "no-cost", CLAIM_BASE_OVER, CLAIM_ABOUT, 0.15, 1.5,
		    false }),
		.recorded = CLAIM_CONTRADICTED,
		.reason =
		    "In this lab the counter is 20 to 45 % of a free, as the "
		    "rest has a list, a critical section and cache misses of "
		    "its own. For 85 % the rest would have to take 5 cycles "
		    "with rdtsc, or 14 with rdtscp: a handful of hits in the "
		    "first-level cache, as in a loop that frees without "
		    "readers or competitors.",
	},
	{
		.id = "vm17",
		.says = "Virtual CPUs that are preempted in readers of RCU "
		    "lengthen grace periods and raise the peak of memory",
		.published = "peak x 1.5, grace period x 2.18",
		.source = "Prasad, Gopinath, McKenney: The RCU-Reader Preemption "
		    "Problem in VMs, USENIX ATC 2017, abstract",
		PARTS(
		{ "peak of memory, preempted over undisturbed",
		    "footprint_bytes peak", "1", claim_footprint_peak_bytes,
		    "preempted", "undisturbed", CLAIM_OVER_BASE, CLAIM_ABOUT,
		    1.5, 1.25, false },
		{ "from a free until it is known safe, preempted over undisturbed",
		    "free_to_safe_ns + safe_to_known_ns mean", "1",
		    claim_known_ns, "preempted", "undisturbed", CLAIM_OVER_BASE,
		    CLAIM_ABOUT, 2.18, 1.25, false }),
		.recorded = CLAIM_NOT_AS_STATED,
		.reason =
		    "Both published numbers come out together in one set-up, "
		    "1.5 and 2: work that arrives at a rate, and virtual "
		    "CPUs that are stopped ten times a second for 10 ms on "
		    "the mean. With stalls of 2 ms there is nearly no "
		    "effect, and where threads do as much as they can "
		    "(write_rate 0) the peak falls, since a stopped CPU "
		    "frees nothing. The load of the host in the paper is not "
		    "in its abstract.",
	},
};
const size_t claim_count = sizeof(claim_table) / sizeof(claim_table[0]);
