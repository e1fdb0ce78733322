-- The tables of docs/defaults.md, from the facts of study.json. `fact` has the
-- text of each; each table is a list of lines under the name that the page asks
-- for. Nothing here chooses: the candidate that is shown is the one that the
-- tune found best.
-- SPDX-License-Identifier: BSD-2-Clause

CREATE TABLE fact AS
SELECT key AS place, value AS text, json_extract(value, '$.fact') AS kind
FROM json_each((SELECT CAST(readfile('study.json') AS TEXT)));

CREATE TABLE tune AS
SELECT json_extract(text, '$.question.name') AS question,
    json_extract(text, '$.candidate') AS candidate, text
FROM fact WHERE kind = 'tune' ORDER BY place;

CREATE TABLE point AS
SELECT f.place, json_extract(text, '$.question') AS question,
    json_extract(text, '$.scene') AS scene,
    CASE WHEN json_extract(text, '$.scene') LIKE 'scene-%' THEN
	substr(json_extract(text, '$.scene'), 7) ELSE 'radix' END AS short,
    json_extract(text, '$.ordinal') AS ordinal,
    json_extract(text, '$.clock') AS clock,
    json_extract(text, '$.bucket') AS bucket,
    json_extract(text, '$.n') AS n,
    json_extract(text, '$.footprint') AS footprint,
    json_extract(text, '$.bound') AS bound,
    json_extract(text, '$.ops') AS ops,
    json_extract(text, '$.use_p99') AS use_p99,
    json_extract(text, '$.use_bound') AS use_bound,
    json_extract(text, '$.grows') AS grows,
    json_extract(text, '$.more') AS more,
    json_extract(text, '$.more_pm') AS more_pm,
    json_extract(text, '$.faster') AS faster,
    json_extract(text, '$.faster_pm') AS faster_pm
FROM fact f WHERE kind = 'point' ORDER BY f.place;

CREATE TABLE named AS
SELECT question, ordinal, min(place) AS place,
    CASE question WHEN 'bucket-size' THEN bucket ELSE clock || ', buckets ' ||
	CASE bucket WHEN 'by item size, grows to 254' THEN 'as today'
	ELSE bucket END END || CASE ordinal WHEN 0 THEN ' (today)' ELSE '' END
	AS name
FROM point GROUP BY question, ordinal;

CREATE TABLE line (name TEXT, place INTEGER PRIMARY KEY, text TEXT);

-- Every candidate: memory in each scene, throughput where it is worst.
CREATE TABLE columns AS
SELECT question, short, min(place) AS place FROM point GROUP BY 1, 2;

CREATE VIEW cells AS
SELECT n.question, n.ordinal, n.place AS place, n.name,
    (SELECT group_concat(cell, ' | ') FROM (SELECT printf('%+.0f %%', p.more) ||
	CASE WHEN p.grows > 0 THEN ' ↑' ELSE '' END AS cell
	FROM point p WHERE p.question = n.question AND p.ordinal = n.ordinal
	ORDER BY p.place)) AS memory,
    (SELECT group_concat(cell, ' | ') FROM (SELECT printf('%+.1f %%', p.faster)
	AS cell FROM point p WHERE p.question = n.question
	AND p.ordinal = n.ordinal ORDER BY p.place)) AS speed,
    (SELECT group_concat(cell, ' | ') FROM (SELECT printf('%.2f', p.footprint /
	p.bound) AS cell FROM point p WHERE p.question = n.question
	AND p.ordinal = n.ordinal ORDER BY p.place)) AS bounds
FROM named n;

CREATE VIEW grid AS
SELECT question, place, 'memory' AS what, name, memory AS cells FROM cells
UNION ALL SELECT question, place, 'speed', name, speed FROM cells
UNION ALL SELECT question, place, 'bound', name, bounds FROM cells;

INSERT INTO line (name, text)
SELECT what || '-' || question, text FROM (
SELECT DISTINCT question, -2 AS place, what, '| candidate | ' || (SELECT
    group_concat(short, ' | ') FROM (SELECT short FROM columns c
	WHERE c.question = g.question ORDER BY place)) || ' |' AS text FROM grid g
UNION ALL SELECT DISTINCT question, -1, what, '| --- |' || (SELECT
    group_concat(' ---: ', '|') FROM columns c WHERE c.question = g.question)
    || '|' FROM grid g
UNION ALL SELECT question, place, what, '| ' || name || ' | ' || cells || ' |'
    FROM grid) ORDER BY what, question, place;

-- Other goals, from the same runs. The score of a candidate in a scene is what
-- it saves of memory less w times what it loses of throughput, by 1 + w; what
-- it lacks of the best score there is the regret.
CREATE TABLE goal (w REAL, across TEXT, words TEXT);
INSERT INTO goal VALUES
    (1, 'worst', '1 : 1, worst scene'), (4, 'worst', '1 : 4, worst scene'),
    (10, 'worst', '1 : 10, worst scene'), (1, 'mean', '1 : 1, mean'),
    (4, 'mean', '1 : 4, mean'), (10, 'mean', '1 : 10, mean');

CREATE TABLE score AS
SELECT g.rowid AS goal, p.question, p.ordinal, p.scene,
    (-p.more + g.w * p.faster) / (1 + g.w) AS value
FROM goal g JOIN point p WHERE p.n = 5;

CREATE TABLE regret AS
SELECT s.goal, s.question, s.ordinal,
    max(b.best - s.value) AS worst, avg(b.best - s.value) AS mean
FROM score s JOIN (SELECT goal, question, scene, max(value) AS best FROM score
    GROUP BY 1, 2, 3) b USING (goal, question, scene)
GROUP BY 1, 2, 3;

CREATE TABLE winner AS
SELECT goal, question, ordinal, min(CASE across WHEN 'worst' THEN worst
    ELSE mean END) AS least
FROM regret JOIN goal ON goal.rowid = regret.goal GROUP BY goal, question;

CREATE TABLE span AS
SELECT question, ordinal, printf('%+.0f %% to %+.0f %%', min(more), max(more))
    AS memory, avg(more) AS mean_more, max(more) AS most,
    min(faster) AS slowest, max(use_p99) AS slow_use
FROM point WHERE n = 5 GROUP BY question, ordinal;

CREATE TABLE limited AS
SELECT question, ordinal, min(mean_more) FROM span WHERE slowest >= -1
GROUP BY question;

INSERT INTO line (name, text)
SELECT 'goals-' || question, text FROM (
SELECT question, 0 AS place, '| goal | the best | regret | of today''s ' ||
    '| memory | least throughput |' AS text FROM tune
UNION ALL SELECT question, 1, '| --- | --- | ---: | ---: | ---: | ---: |'
    FROM tune
UNION ALL SELECT w.question, 1 + w.goal, printf('| %s | %s | %.1f %% | %.1f %% '
    || '| %s | %+.1f %% |', g.words, n.name, w.least,
    CASE g.across WHEN 'worst' THEN r.worst ELSE r.mean END, s.memory,
    s.slowest)
FROM winner w JOIN goal g ON g.rowid = w.goal
JOIN named n USING (question, ordinal) JOIN span s USING (question, ordinal)
JOIN regret r ON r.goal = w.goal AND r.question = w.question AND r.ordinal = 0
UNION ALL SELECT question, 100, printf('| least memory on average, no scene ' ||
    'slower by more than 1 %% | %s | | | %s | %+.1f %% |', name, memory,
    slowest)
FROM limited JOIN named USING (question, ordinal)
    JOIN span USING (question, ordinal))
ORDER BY question, place;

-- The candidate of each tune beside today's default.
CREATE TABLE scenes AS
SELECT t.question, t.candidate, s.key AS place,
    json_extract(s.value, '$.scenario') AS scene,
    json_extract(s.value, '$.gain.value') AS gain,
    json_extract(s.value, '$.gain.ci95[0]') AS low,
    json_extract(s.value, '$.gain.ci95[1]') AS high,
    json_extract(s.value, '$.regret.value') AS regret,
    json_extract(s.value, '$.regret_default.value') AS regret_default
FROM tune t, json_each(t.text, '$.scenarios') s;

INSERT INTO line (name, text)
SELECT 'scenes-' || question, text FROM (
SELECT question, -2 AS place, '| scene | today | candidate | memory ' ||
    '| throughput | regret | of today''s | today / bound | candidate / bound ' ||
    '| p99, today | p99, candidate |' AS text FROM tune
UNION ALL SELECT question, -1, '| --- | ---: | ---: | ---: | ---: | ---: | ---: ' ||
    '| ---: | ---: | ---: | ---: |' FROM tune
UNION ALL SELECT s.question, s.place, printf('| %s | %.0f KiB | %.0f KiB ' ||
    '| %+.1f ± %.1f %% | %+.2f ± %.2f %% | %.1f %% | %.1f %% | %.2f | %.2f ' ||
    '| %s%.2f ms | %s%.2f ms |', c.short, d.footprint / 1024,
    c.footprint / 1024, c.more, c.more_pm, c.faster, c.faster_pm,
    100 * coalesce(s.regret, 0), 100 * coalesce(s.regret_default, 0),
    d.footprint / d.bound, c.footprint / c.bound,
    CASE WHEN d.use_bound > 0 THEN '≥ ' ELSE '' END, d.use_p99 / 1e6,
    CASE WHEN c.use_bound > 0 THEN '≥ ' ELSE '' END, c.use_p99 / 1e6)
FROM scenes s JOIN point c ON c.question = s.question AND c.scene = s.scene
    AND c.ordinal = s.candidate
JOIN point d ON d.question = s.question AND d.scene = s.scene
    AND d.ordinal = 0) ORDER BY question, place;

-- What the tunes say.
INSERT INTO line (name, text) VALUES ('answers',
    '| question | the tune says | candidate | today is worse by | fresh seeds '
    || '| candidates, runs | ended |'),
    ('answers', '| --- | --- | --- | ---: | ---: | ---: | --- |');
INSERT INTO line (name, text)
SELECT 'answers', printf('| %s | %s | %s | %s | %s | %d, %d | %s, %d seeds |',
    t.question, replace(json_extract(t.text, '$.verdict'), '_', ' '), n.name,
    CASE WHEN json_extract(t.text, '$.gain.value') IS NULL THEN '-' ELSE
    printf('%.1f %% [%.1f, %.1f]', 100 * json_extract(t.text, '$.gain.value'),
	100 * json_extract(t.text, '$.gain.ci95[0]'),
	100 * json_extract(t.text, '$.gain.ci95[1]')) END,
    CASE WHEN json_extract(t.text, '$.held_out.gain.value') IS NULL THEN '-' ELSE
    printf('%s: %.1f %% [%.1f, %.1f]', CASE json_extract(t.text, '$.held')
	WHEN 1 THEN 'held' ELSE 'not held' END,
	100 * json_extract(t.text, '$.held_out.gain.value'),
	100 * json_extract(t.text, '$.held_out.gain.ci95[0]'),
	100 * json_extract(t.text, '$.held_out.gain.ci95[1]')) END,
    (SELECT count(*) FROM named m WHERE m.question = t.question),
    json_extract(t.text, '$.runs'), json_extract(t.text, '$.ended'),
    json_extract(t.text, '$.seeds'))
FROM tune t JOIN named n ON n.question = t.question
    AND n.ordinal = t.candidate ORDER BY t.rowid;

-- Elsewhere: other machines, other faults, under fresh seeds.
INSERT INTO line (name, text)
SELECT 'robust-' || question, text FROM (
SELECT question, -2 AS place, '| scene | elsewhere | today is worse by |' AS text
    FROM tune
UNION ALL SELECT question, -1, '| --- | --- | ---: |' FROM tune
UNION ALL SELECT t.question, r.key, printf('| %s | %s | %+.1f %% [%+.1f, %+.1f] |',
    CASE WHEN json_extract(r.value, '$.scenario') LIKE 'scene-%' THEN
	substr(json_extract(r.value, '$.scenario'), 7, instr(json_extract(
	r.value, '$.scenario'), ', ') - 7) ELSE 'radix' END,
    substr(json_extract(r.value, '$.scenario'),
	instr(json_extract(r.value, '$.scenario'), ', ') + 2),
    100 * json_extract(r.value, '$.gain.value'),
    100 * json_extract(r.value, '$.gain.ci95[0]'),
    100 * json_extract(r.value, '$.gain.ci95[1]'))
FROM tune t, json_each(t.text, '$.robust') r) ORDER BY question, place;

-- Which knob matters, and what turning one of the candidate's costs.
INSERT INTO line (name, text)
SELECT 'knobs-' || question, text FROM (
SELECT question, -2 AS place, '| knob | share of the differences ' ||
    '| from its best value to its worst | one step from the candidate |' AS text
    FROM tune
UNION ALL SELECT question, -1, '| --- | ---: | ---: | --- |' FROM tune
UNION ALL SELECT t.question, k.key, printf('| `%s` | %s | %s | %s |',
    json_extract(k.value, '$.knob'),
    coalesce(printf('%.0f %%', 100 * json_extract(k.value, '$.share')), '-'),
    coalesce(printf('%.1f %% [%.1f, %.1f]', 100 * json_extract(k.value,
	'$.span'), 100 * json_extract(k.value, '$.span_ci95[0]'), 100 *
	json_extract(k.value, '$.span_ci95[1]')), '-'),
    coalesce((SELECT group_concat(printf('%s: %s', json_extract(a.value,
	'$.value'), coalesce(printf('%+.1f %%', 100 * json_extract(a.value,
	'$.loss.value')), 'out')), ', ')
	FROM json_each(k.value, '$.around') a), '-'))
FROM tune t, json_each(t.text, '$.knobs') k) ORDER BY question, place;

-- How far buckets grow.
INSERT INTO line (name, text) VALUES ('growth',
    '| buckets begin at | grow to | looked at after | footprint | throughput |'),
    ('growth', '| --- | ---: | ---: | ---: | ---: |');
INSERT INTO line (name, text)
SELECT 'growth', printf('| %s | %s | %s | %.0f KiB | %.2f M/s |',
    CASE json_extract(text, '$.size') WHEN '0' THEN 'item size (126)' ELSE
	json_extract(text, '$.size') END, json_extract(text, '$.most'),
    json_extract(text, '$.after'), json_extract(text, '$.footprint') / 1024,
    json_extract(text, '$.ops') / 1e6)
FROM fact WHERE kind = 'growth' ORDER BY place;

-- Today's default and the candidate in runs of three times the length.
CREATE TABLE long AS
SELECT place, json_extract(text, '$.scene') AS scene,
    json_extract(text, '$.size') AS size,
    json_extract(text, '$.footprint') AS footprint,
    json_extract(text, '$.bound') AS bound, json_extract(text, '$.ops') AS ops
FROM fact WHERE kind = 'long';

INSERT INTO line (name, text) VALUES ('long',
    '| scene | memory, long | as raced | throughput, long | as raced ' ||
    '| today / bound | candidate / bound |'),
    ('long', '| --- | ---: | ---: | ---: | ---: | ---: | ---: |');
INSERT INTO line (name, text)
SELECT 'long', printf('| %s | %+.0f %% | %+.0f %% | %+.1f %% | %+.1f %% | %.2f ' ||
    '| %.2f |', p.short, 100 * (c.footprint / d.footprint - 1), p.more,
    100 * (c.ops / d.ops - 1), p.faster, d.footprint / d.bound,
    c.footprint / c.bound)
FROM long c JOIN long d ON d.scene = c.scene AND d.size = 0 AND c.size = 4
JOIN point p ON p.question = 'bucket-size' AND p.scene = c.scene
JOIN tune t ON t.question = p.question AND t.candidate = p.ordinal
ORDER BY p.place;

-- The study itself.
INSERT INTO line (name, text)
SELECT 'study', printf('%d runs, %d of them failed; %d s of one worker on a busy '
    || 'computer. Build %s.', json_extract(text, '$.runs'),
    json_extract(text, '$.failed'), json_extract(text, '$.worker_s'),
    (SELECT json_extract(text, '$.build') FROM tune LIMIT 1))
FROM fact WHERE kind = 'study';
