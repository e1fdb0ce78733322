-- The database of gusim, version 2.  Times are nanoseconds unless the column
-- says otherwise; wall_ times are the host's, all others are simulated.
-- application_id 0x67757369 ("gusi"), user_version 2.
-- Laid out anew, and over a database of version 1, which lacks some of it.
CREATE TABLE IF NOT EXISTS experiment (
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
CREATE TABLE IF NOT EXISTS point (
	id            INTEGER PRIMARY KEY,
	experiment_id INTEGER NOT NULL REFERENCES experiment(id),
	policy        TEXT NOT NULL,            -- label of the policy
	ordinal       INTEGER NOT NULL,         -- place in the plan, from 0
	UNIQUE (experiment_id, ordinal)
) STRICT;
CREATE TABLE IF NOT EXISTS point_knob (
	point_id INTEGER NOT NULL REFERENCES point(id),
	knob     TEXT NOT NULL,                 -- dotted name
	value    TEXT NOT NULL,                 -- as written
	number   REAL,                          -- in base units (ps, bytes, 1)
	PRIMARY KEY (point_id, knob)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS run (
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
CREATE TABLE IF NOT EXISTS metric (
	run_id INTEGER NOT NULL REFERENCES run(id),
	name   TEXT NOT NULL,
	stat   TEXT NOT NULL,
	unit   TEXT NOT NULL,
	value  REAL,                            -- in `unit`; NULL: nothing to measure
	PRIMARY KEY (run_id, name, stat)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS histogram (
	run_id  INTEGER NOT NULL REFERENCES run(id),
	name    TEXT NOT NULL,
	unit    TEXT NOT NULL,
	buckets BLOB NOT NULL,                  -- docs/database.md, log-linear
	PRIMARY KEY (run_id, name)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS series (
	run_id  INTEGER NOT NULL REFERENCES run(id),
	name    TEXT NOT NULL,                  -- footprint state
	unit    TEXT NOT NULL,
	step_ns REAL NOT NULL,                  -- simulated ns between points
	points  BLOB NOT NULL,                  -- docs/database.md, varints
	PRIMARY KEY (run_id, name)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS coverage (
	run_id INTEGER NOT NULL REFERENCES run(id),
	name   TEXT NOT NULL,                   -- what could have happened
	hits   INTEGER NOT NULL,                -- how often it did, count
	PRIMARY KEY (run_id, name)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS finding (
	id         INTEGER PRIMARY KEY,
	run_id     INTEGER NOT NULL REFERENCES run(id),
	check_name TEXT NOT NULL,
	summary    TEXT NOT NULL,
	token      TEXT NOT NULL
) STRICT;
-- Of version 2.  One run in a hundred is executed once more, in another process.
CREATE TABLE IF NOT EXISTS audit (
	run_id  INTEGER PRIMARY KEY REFERENCES run(id),
	digest  TEXT NOT NULL,                  -- hex, as in run
	again   TEXT,                           -- hex, of the second time; NULL: it did not end
	verdict TEXT NOT NULL CHECK (verdict IN ('same', 'differs', 'timeout'))
) STRICT;
-- Of version 2.  Why a point of a sweep with `seeds: {until: ...}` has no more seeds.
CREATE TABLE IF NOT EXISTS point_stop (
	point_id INTEGER PRIMARY KEY REFERENCES point(id),
	reason   TEXT NOT NULL CHECK (reason IN ('narrow', 'most')),
	seeds    INTEGER NOT NULL,              -- so many were looked at, count
	look     INTEGER NOT NULL,              -- how often that was done, count
	until    REAL NOT NULL                  -- half-width asked for, share of the mean
) STRICT;
CREATE INDEX IF NOT EXISTS finding_run ON finding(run_id);
CREATE INDEX IF NOT EXISTS point_experiment ON point(experiment_id);
