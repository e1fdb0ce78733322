-- What the tables say: the views `result` and `summary`.  Laid out after
-- schema.sql, and again where a database of version 1 becomes one of version 2:
-- everything here can be done over, and nothing of it is a measurement.
-- SPDX-License-Identifier: BSD-2-Clause
DROP VIEW IF EXISTS summary;
DROP VIEW IF EXISTS summary_live;
DROP VIEW IF EXISTS result;

-- Every metric of every run that came to its end, with what it is of.  Runs
-- that are pending, crashed or timed out are not in it: half a run's numbers
-- look like a whole run's.
CREATE VIEW result (experiment, policy, point_id, seed, metric, stat, unit, value) AS
	SELECT e.name, p.policy, p.id, r.seed, m.name, m.stat, m.unit, m.value
	FROM metric m
	JOIN run r ON r.id = m.run_id
	JOIN point p ON p.id = r.point_id
	JOIN experiment e ON e.id = p.experiment_id
	WHERE r.status IN ('ok', 'finding');

-- The sums of finished experiments are kept, since adding up a million values
-- for each question takes seconds.  A point whose sums are right is in
-- summary_point; whatever changes one of its runs takes it out again.
CREATE TABLE IF NOT EXISTS summary_point (
	point_id INTEGER PRIMARY KEY
) STRICT;
CREATE TABLE IF NOT EXISTS summary_kept (
	point_id  INTEGER NOT NULL,
	name      TEXT NOT NULL,
	stat      TEXT NOT NULL,
	unit      TEXT NOT NULL,
	n         INTEGER NOT NULL,             -- runs with a value, count
	mean      REAL,                         -- in `unit`; NULL: not a number
	ci95_low  REAL,                         -- in `unit`; NULL where n is 1
	ci95_high REAL,                         -- in `unit`; NULL where n is 1
	PRIMARY KEY (point_id, name, stat, unit)
) STRICT, WITHOUT ROWID;

-- Mean over the seeds of a point and its 95 % confidence interval by Student's
-- t with n - 1 degrees of freedom, of all points that are not in summary_point.
-- n counts the runs that had something to measure.  The 97.5 % points of t are a
-- table up to 30 degrees of freedom, and above it the Cornish-Fisher series in
-- 1/f about the normal quantile (Abramowitz and Stegun 26.7.5), good to six
-- digits there.  CROSS JOIN: from the point to its runs, by seed, to their
-- metrics; so one metric of all points, and one point, are found at once, and
-- values are added up in the order of their seeds, however they came in.
CREATE VIEW summary_live (experiment_id, point_id, metric, stat, unit, n, mean,
    ci95_low, ci95_high) AS
	WITH student (freedom, t) AS (VALUES
		(1, 12.7062047364), (2, 4.3026527297), (3, 3.1824463053),
		(4, 2.7764451052), (5, 2.5705818356), (6, 2.4469118511),
		(7, 2.3646242516), (8, 2.3060041352), (9, 2.2621571628),
		(10, 2.2281388520), (11, 2.2009851601), (12, 2.1788128297),
		(13, 2.1603686565), (14, 2.1447866879), (15, 2.1314495456),
		(16, 2.1199052992), (17, 2.1098155778), (18, 2.1009220402),
		(19, 2.0930240544), (20, 2.0859634473), (21, 2.0796138447),
		(22, 2.0738730679), (23, 2.0686576104), (24, 2.0638985616),
		(25, 2.0595385528), (26, 2.0555294386), (27, 2.0518305165),
		(28, 2.0484071418), (29, 2.0452296421), (30, 2.0422724563)),
	average AS (
		SELECT p.experiment_id, p.id AS point_id, m.name AS metric,
		    m.stat AS stat, m.unit AS unit, count(m.value) AS n,
		    avg(m.value) AS mean
		FROM point p
		CROSS JOIN run r ON r.point_id = p.id
		CROSS JOIN metric m ON m.run_id = r.id
		WHERE r.status IN ('ok', 'finding')
		AND p.id NOT IN (SELECT point_id FROM summary_point)
		GROUP BY p.id, m.name, m.stat, m.unit),
	grouped AS (
		SELECT a.*, (SELECT sum((m.value - a.mean) * (m.value - a.mean))
		    FROM run r CROSS JOIN metric m ON m.run_id = r.id
		    AND m.name = a.metric AND m.stat = a.stat
		    WHERE r.point_id = a.point_id AND m.unit = a.unit
		    AND r.status IN ('ok', 'finding')) AS squares
		FROM average a
		WHERE n > 0),
	spread AS (
		SELECT g.*, sqrt(squares / (n - 1) / n) * coalesce(
		    (SELECT t FROM student WHERE freedom = n - 1),
		    1.959963984540
		    + 2.372271230 / (n - 1)
		    + 2.822499 / (n - 1) / (n - 1)
		    + 2.555850 / (n - 1) / (n - 1) / (n - 1)) AS half
		FROM grouped g)
	SELECT experiment_id, point_id, metric, stat, unit, n, mean,
	    mean - half, mean + half
	FROM spread;

CREATE VIEW summary (experiment, policy, point_id, knobs, metric, stat, unit, n,
    mean, ci95_low, ci95_high) AS
	SELECT e.name, p.policy, p.id,
	    (SELECT json_group_object(knob, value) FROM point_knob
	        WHERE point_id = p.id),
	    k.name, k.stat, k.unit, k.n, k.mean, k.ci95_low, k.ci95_high
	FROM summary_point s
	CROSS JOIN point p ON p.id = s.point_id
	CROSS JOIN experiment e ON e.id = p.experiment_id
	CROSS JOIN summary_kept k ON k.point_id = p.id
	UNION ALL
	SELECT e.name, p.policy, p.id,
	    (SELECT json_group_object(knob, value) FROM point_knob
	        WHERE point_id = p.id),
	    l.metric, l.stat, l.unit, l.n, l.mean, l.ci95_low, l.ci95_high
	FROM summary_live l
	JOIN point p ON p.id = l.point_id
	JOIN experiment e ON e.id = p.experiment_id;

-- Whoever says that an experiment is finished has its sums kept, also by saying
-- it again.
DROP TRIGGER IF EXISTS summary_keep;
CREATE TRIGGER summary_keep AFTER UPDATE OF finished_at ON experiment
WHEN NEW.finished_at IS NOT NULL BEGIN
	DELETE FROM summary_kept WHERE point_id IN (SELECT id FROM point
	    WHERE experiment_id = NEW.id
	    AND id NOT IN (SELECT point_id FROM summary_point));
	INSERT INTO summary_kept SELECT point_id, metric, stat, unit, n, mean,
	    ci95_low, ci95_high FROM summary_live
	    WHERE experiment_id = NEW.id;
	INSERT OR IGNORE INTO summary_point SELECT id FROM point
	    WHERE experiment_id = NEW.id;
END;

DROP TRIGGER IF EXISTS summary_run_new;
CREATE TRIGGER summary_run_new AFTER INSERT ON run BEGIN
	DELETE FROM summary_point WHERE point_id = NEW.point_id;
END;
DROP TRIGGER IF EXISTS summary_run_changed;
CREATE TRIGGER summary_run_changed AFTER UPDATE ON run BEGIN
	DELETE FROM summary_point
	    WHERE point_id IN (OLD.point_id, NEW.point_id);
END;
DROP TRIGGER IF EXISTS summary_run_gone;
CREATE TRIGGER summary_run_gone AFTER DELETE ON run BEGIN
	DELETE FROM summary_point WHERE point_id = OLD.point_id;
END;
-- Metrics come with the end of their run, which is a change of its row; a
-- trigger for each of them would be a fifth of what a run costs to write.
DROP TRIGGER IF EXISTS summary_metric_new;
DROP TRIGGER IF EXISTS summary_metric_changed;
CREATE TRIGGER summary_metric_changed AFTER UPDATE ON metric BEGIN
	DELETE FROM summary_point WHERE point_id IN (SELECT point_id FROM run
	    WHERE id IN (OLD.run_id, NEW.run_id));
END;
DROP TRIGGER IF EXISTS summary_metric_gone;
CREATE TRIGGER summary_metric_gone AFTER DELETE ON metric BEGIN
	DELETE FROM summary_point WHERE point_id =
	    (SELECT point_id FROM run WHERE id = OLD.run_id);
END;

-- For a database that was there before.
UPDATE experiment SET finished_at = finished_at WHERE finished_at IS NOT NULL;
