-- A database of a million metric rows out of a small one of real runs: 2,520
-- points (three policies, five knobs) of eight seeds, fifty metrics of each run.
-- Histograms and series are those of the real runs; numbers move with the knobs
-- and a little with the seed, so that there is something to find in them.
-- To be read by sqlite3 with a copy of the small database attached as `base`.
-- SPDX-License-Identifier: BSD-2-Clause
PRAGMA synchronous=OFF;
BEGIN;
CREATE TEMP TABLE bucket AS SELECT value AS v, key AS k FROM
    json_each('[4,8,16,30,62,126,254]');
CREATE TEMP TABLE deferral AS SELECT value AS v, key AS k FROM
    json_each('[1,2,4,8,16]');
CREATE TEMP TABLE cpus AS SELECT value AS v, key AS k FROM
    json_each('[4,8,16,32]');
CREATE TEMP TABLE grace AS SELECT value AS v, key AS k FROM
    json_each('[2,3,5]');
CREATE TEMP TABLE size AS SELECT value AS v, key AS k FROM
    json_each('[128,512]');
CREATE TEMP TABLE policy AS SELECT value AS v, key AS k FROM
    json_each('["gus","epoch","rcu"]');
INSERT INTO experiment SELECT 1, 'million', scenario_text, scenario_digest,
    command, version, build_id, host, started_at, finished_at
    FROM base.experiment;

CREATE TEMP TABLE made AS SELECT row_number() OVER (ORDER BY policy.k, bucket.k,
    deferral.k, cpus.k, grace.k, size.k) AS id, policy.v AS policy,
    bucket.v AS bucket, deferral.v AS deferral, cpus.v AS cpus,
    grace.v AS grace, size.v AS size
    FROM policy, bucket, deferral, cpus, grace, size;
INSERT INTO point SELECT id, 1, policy, id - 1 FROM made;
INSERT INTO point_knob
	SELECT id, 'zone.bucket_size', bucket, bucket FROM made UNION ALL
	SELECT id, 'core.deferral', deferral, deferral FROM made UNION ALL
	SELECT id, 'machine.cpus', cpus, cpus FROM made UNION ALL
	SELECT id, 'core.lazy_grace', grace, grace FROM made UNION ALL
	SELECT id, 'zone.item_size', size || 'B', size FROM made;

-- As a sweep goes: the seeds outside, so the runs of a point lie far apart.
CREATE TEMP TABLE of AS SELECT (seed.value - 1) * (SELECT max(id) FROM made)
    + made.id AS id, made.id AS point, seed.value AS seed,
    1 + 0.003 * ((made.id * 7919 + seed.value * 104729) % 101 - 50) / 50.0
    AS noise,
    (bucket + 20) * (deferral + 6) * (cpus + 8) * size / 200000.0 AS bytes,
    (bucket + 60) * (deferral + 2) * (grace + 8) / 1000.0 / sqrt(cpus) AS slow,
    (SELECT r.id FROM base.run r JOIN base.point p ON p.id = r.point_id
	WHERE p.policy = made.policy AND r.seed = 1 + seed.value % 4
	AND p.ordinal % 2 = (made.bucket >= 20)) AS real
    FROM made, json_each('[1,2,3,4,5,6,7,8]') AS seed;
INSERT INTO run SELECT of.id, of.point, of.seed, 'ok', r.digest, r.sim_ns,
    r.accesses, r.wall_ns FROM of JOIN base.run r ON r.id = of.real
    ORDER BY of.id;
INSERT INTO metric SELECT of.id, m.name, m.stat, m.unit, m.value * of.noise *
    CASE m.unit WHEN 'bytes' THEN of.bytes WHEN 'ns' THEN of.slow ELSE 1 END
    FROM of JOIN (SELECT *, dense_rank() OVER (ORDER BY name IN
	('footprint_bytes', 'free_to_use_ns', 'free_to_safe_ns', 'ops_per_s',
	'latency_split_ns', 'censored_items') DESC, name, stat) AS place
	FROM base.metric) AS m ON m.run_id = of.real
    WHERE m.place <= 55 ORDER BY of.id, m.name, m.stat;
INSERT INTO histogram SELECT of.id, h.name, h.unit, h.buckets
    FROM of JOIN base.histogram h ON h.run_id = of.real
    ORDER BY of.id, h.name;
INSERT INTO series SELECT of.id, s.name, s.unit, s.step_ns, s.points
    FROM of JOIN base.series s ON s.run_id = of.real ORDER BY of.id, s.name;
COMMIT;
