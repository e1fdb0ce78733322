-- The database of gusim, version 1.  Times are nanoseconds unless the column
-- says otherwise; wall_ times are the host's, all others are simulated.
-- application_id 0x67757369 ("gusi"), user_version 1.
CREATE TABLE experiment (
	id              INTEGER PRIMARY KEY,
	name            TEXT NOT NULL,          -- the scenario's name
	scenario_text   TEXT NOT NULL,          -- the bytes of the file
	scenario_digest TEXT NOT NULL,          -- hex, of the canonical content after --set
	command         TEXT NOT NULL,          -- the command line, shell-quoted
	version         TEXT NOT NULL,          -- of gusim, and its commit
	build_id        TEXT NOT NULL,          -- hex; equal build, equal digests
	host            TEXT NOT NULL,          -- processor, cores, kernel
	started_at      TEXT NOT NULL,          -- UTC, ISO 8601
	finished_at     TEXT                    -- NULL while incomplete
) STRICT;
CREATE TABLE point (
	id            INTEGER PRIMARY KEY,
	experiment_id INTEGER NOT NULL REFERENCES experiment(id),
	policy        TEXT NOT NULL,            -- label of the policy
	ordinal       INTEGER NOT NULL,         -- place in the plan, from 0
	UNIQUE (experiment_id, ordinal)
) STRICT;
CREATE TABLE point_knob (
	point_id INTEGER NOT NULL REFERENCES point(id),
	knob     TEXT NOT NULL,                 -- dotted name
	value    TEXT NOT NULL,                 -- as written
	number   REAL,                          -- in base units (ps, bytes, 1)
	PRIMARY KEY (point_id, knob)
) STRICT, WITHOUT ROWID;
CREATE TABLE run (
	id       INTEGER PRIMARY KEY,
	point_id INTEGER NOT NULL REFERENCES point(id),
	seed     INTEGER NOT NULL,
	status   TEXT NOT NULL CHECK (status IN
	         ('pending', 'ok', 'finding', 'crashed', 'timeout')),
	digest   TEXT,                          -- hex, 128 bits; NULL until done
	sim_ns   INTEGER,                       -- simulated time, ns
	accesses INTEGER,                       -- simulated memory accesses, count
	wall_ns  INTEGER,                       -- host time of the run, ns
	UNIQUE (point_id, seed)
) STRICT;
CREATE TABLE metric (
	run_id INTEGER NOT NULL REFERENCES run(id),
	name   TEXT NOT NULL,
	stat   TEXT NOT NULL,
	unit   TEXT NOT NULL,
	value  REAL,                            -- in `unit`; NULL: nothing to measure
	PRIMARY KEY (run_id, name, stat)
) STRICT, WITHOUT ROWID;
CREATE TABLE histogram (
	run_id  INTEGER NOT NULL REFERENCES run(id),
	name    TEXT NOT NULL,
	unit    TEXT NOT NULL,
	buckets BLOB NOT NULL,                  -- docs/database.md, log-linear
	PRIMARY KEY (run_id, name)
) STRICT, WITHOUT ROWID;
CREATE TABLE series (
	run_id  INTEGER NOT NULL REFERENCES run(id),
	name    TEXT NOT NULL,                  -- footprint state
	unit    TEXT NOT NULL,
	step_ns REAL NOT NULL,                  -- simulated ns between points
	points  BLOB NOT NULL,                  -- docs/database.md, varints
	PRIMARY KEY (run_id, name)
) STRICT, WITHOUT ROWID;
CREATE TABLE coverage (
	run_id INTEGER NOT NULL REFERENCES run(id),
	name   TEXT NOT NULL,                   -- what could have happened
	hits   INTEGER NOT NULL,                -- how often it did, count
	PRIMARY KEY (run_id, name)
) STRICT, WITHOUT ROWID;
CREATE TABLE finding (
	id         INTEGER PRIMARY KEY,
	run_id     INTEGER NOT NULL REFERENCES run(id),
	check_name TEXT NOT NULL,
	summary    TEXT NOT NULL,
	token      TEXT NOT NULL
) STRICT;
CREATE INDEX finding_run ON finding(run_id);
CREATE INDEX point_experiment ON point(experiment_id);

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

-- The same over the seeds of a point: mean and its 95 % confidence interval by
-- Student's t with n - 1 degrees of freedom; NULL where n is 1.  n counts the
-- runs that had something to measure.  The 97.5 % points of t are a table up
-- to 30 degrees of freedom, and above it the Cornish-Fisher series in 1/f about
-- the normal quantile (Abramowitz and Stegun 26.7.5), good to six digits there.
CREATE VIEW summary (experiment, policy, point_id, knobs, metric, stat, unit, n,
    mean, ci95_low, ci95_high) AS
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
		SELECT experiment, policy, point_id, metric, stat, unit,
		    count(value) AS n, avg(value) AS mean
		FROM result
		GROUP BY point_id, metric, stat, unit, policy, experiment),
	grouped AS (
		SELECT a.*, (SELECT sum((m.value - a.mean) * (m.value - a.mean))
		    FROM run r JOIN metric m ON m.run_id = r.id
		    AND m.name = a.metric AND m.stat = a.stat
		    WHERE r.point_id = a.point_id
		    AND r.status IN ('ok', 'finding')) AS squares
		FROM average a),
	spread AS (
		SELECT g.*, sqrt(squares / (n - 1) / n) * coalesce(
		    (SELECT t FROM student WHERE freedom = n - 1),
		    1.959963984540
		    + 2.372271230 / (n - 1)
		    + 2.822499 / (n - 1) / (n - 1)
		    + 2.555850 / (n - 1) / (n - 1) / (n - 1)) AS half
		FROM grouped g)
	SELECT experiment, policy, point_id,
	    (SELECT json_group_object(knob, value) FROM point_knob k
	        WHERE k.point_id = spread.point_id),
	    metric, stat, unit, n, mean, mean - half, mean + half
	FROM spread
	WHERE n > 0;
