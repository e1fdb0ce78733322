-- What the tables of docs/defaults.md are made from: one row of JSON for each
-- fact, out of the database of a study and the answers of its tunes. Seeds 1 to
-- 5 are those that every candidate met; differences are of pairs under one seed,
-- in percent of today's default, with 95 % intervals (Student's t, 4 degrees of
-- freedom: 2.7764). The row of a candidate that lacks one of them says so (n).
-- SPDX-License-Identifier: BSD-2-Clause

CREATE TEMP VIEW labelled AS
SELECT p.id, p.ordinal, p.experiment_id,
    coalesce(max(CASE knob WHEN 'zone.bucket_size' THEN value END), '0')
	AS size,
    coalesce(max(CASE knob WHEN 'zone.bucket_growth' THEN value END), 'true')
	AS growth,
    coalesce(max(CASE knob WHEN 'zone.bucket_size_max' THEN value END), '254')
	AS most,
    coalesce(max(CASE knob WHEN 'core.mode' THEN value END), 'eager') AS mode,
    max(CASE knob WHEN 'core.deferral' THEN value END) AS deferral,
    max(CASE knob WHEN 'core.lazy_grace' THEN value END) AS grace
FROM point p LEFT JOIN point_knob k ON k.point_id = p.id GROUP BY p.id;

CREATE TEMP VIEW candidate AS
SELECT id, experiment_id, ordinal,
    CASE mode WHEN 'eager' THEN 'eager' WHEN 'deferred' THEN
	'deferred ' || deferral ELSE 'lazy ' || grace END AS clock,
    CASE size WHEN '0' THEN 'by item size' ELSE size END ||
	CASE growth WHEN 'true' THEN ', grows to ' || most ELSE '' END AS bucket,
    CASE size WHEN '0' THEN 0 ELSE CAST(size AS INTEGER) END AS size
FROM labelled;

-- Tables, since each is asked more than once.
CREATE TEMP TABLE scene AS
SELECT e.id, e.name AS scene, t.question FROM experiment e
JOIN (SELECT id, command, substr(command, instr(command, '/tune/') + 6,
    instr(command, '.yaml') - instr(command, '/tune/') - 6) AS question
    FROM experiment) t ON t.id = e.id;

CREATE TEMP TABLE measured AS
SELECT s.question, s.scene, c.ordinal, c.clock, c.bucket, c.size, r.seed,
    max(CASE WHEN m.name = 'footprint_bytes' AND m.stat = 'mean'
	THEN m.value END) AS footprint,
    max(CASE WHEN m.name = 'footprint_bytes' AND m.stat = 'clairvoyant_mean'
	THEN m.value END) AS bound,
    max(CASE WHEN m.name = 'footprint_bytes' AND m.stat = 'unstable'
	THEN m.value END) AS grows,
    max(CASE WHEN m.name = 'ops_per_s' THEN m.value END) AS ops,
    max(CASE WHEN m.name = 'free_to_use_ns' AND m.stat = 'p99'
	THEN m.value END) AS use_p99,
    max(CASE WHEN m.name = 'free_to_use_ns' AND m.stat = 'p99_is_bound'
	THEN m.value END) AS use_bound
FROM run r JOIN candidate c ON c.id = r.point_id
JOIN scene s ON s.id = c.experiment_id
JOIN metric m ON m.run_id = r.id
WHERE r.seed BETWEEN 1 AND 5 AND r.status = 'ok'
    AND s.scene NOT LIKE '%+robust-%'
    AND m.name IN ('footprint_bytes', 'ops_per_s', 'free_to_use_ns')
GROUP BY r.id;

CREATE TEMP TABLE paired AS
SELECT m.*, 100 * (m.footprint / d.footprint - 1) AS more,
    100 * (m.ops / d.ops - 1) AS faster
FROM measured m JOIN measured d ON d.question = m.question
    AND d.scene = m.scene AND d.seed = m.seed AND d.ordinal = 0;

CREATE TEMP TABLE fact AS
SELECT 0 AS kind, 0 AS place, json_object('fact', 'study',
    'runs', (SELECT count(*) FROM run),
    'failed', (SELECT count(*) FROM run WHERE status <> 'ok'),
    'worker_s', (SELECT round(sum(wall_ns) / 1e9) FROM run)) AS text
UNION ALL
SELECT 1, min(rowid), json_object('fact', 'point', 'question', question,
    'scene', scene, 'ordinal', ordinal, 'clock', clock, 'bucket', bucket,
    'size', size, 'n', count(*), 'footprint', round(avg(footprint)),
    'bound', round(avg(bound)), 'grows', sum(grows),
    'ops', round(avg(ops)), 'use_p99', round(avg(use_p99)),
    'use_bound', sum(use_bound),
    'more', round(avg(more), 2), 'more_pm', round(2.7764 * sqrt(max(0,
	avg(more * more) - avg(more) * avg(more)) / 4), 2),
    'faster', round(avg(faster), 3), 'faster_pm', round(2.7764 * sqrt(max(0,
	avg(faster * faster) - avg(faster) * avg(faster)) / 4), 3))
FROM paired GROUP BY question, scene, ordinal;
