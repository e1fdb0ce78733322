# Do ten calibrations of one computer agree within the spread that they state?
# Two runs agree on a quantity if the value of one lies in the spread of the
# other.  For each quantity this prints the ten values, the spreads, how many
# of the 90 pairs (value of one, spread of the other) hold, and the verdict.
#   $GUSIM                 the program
#   $CALIBRATE_TIME        of each run (20s)
#   $CALIBRATE_RUNS        how many (10)
#   $CALIBRATE_FOLDER      where the presets and documents go, to be kept
# SPDX-License-Identifier: BSD-2-Clause
set -u
time=${CALIBRATE_TIME:-20s}
runs=${CALIBRATE_RUNS:-10}
if [ -n "${CALIBRATE_FOLDER:-}" ]; then
	work=$CALIBRATE_FOLDER
	mkdir -p "$work" || exit 99
else
	work=$(mktemp -d)
	trap 'rm -rf "$work"' EXIT
fi
cd "$work" || exit 99

i=1
while [ "$i" -le "$runs" ]; do
	"$GUSIM" calibrate --time "$time" -o "run$i.yaml" --json >"run$i.json" || {
		echo "FAILED: run $i ended with status $?" >&2
		exit 1
	}
	i=$((i + 1))
done

{
	echo "CREATE TABLE measured (run, name, ordinal, value, low, high, unit);"
	i=1
	while [ "$i" -le "$runs" ]; do
		echo "INSERT INTO measured
		    SELECT $i, json_extract(value, '\$.name'), key,
			json_extract(value, '\$.value'),
			json_extract(value, '\$.low'),
			json_extract(value, '\$.high'),
			json_extract(value, '\$.unit')
		    FROM json_each(readfile('run$i.json'), '\$.quantities')
		    WHERE json_extract(value, '\$.measured');"
		i=$((i + 1))
	done
	cat <<'SQL'
CREATE TABLE verdict AS
  SELECT a.name, a.ordinal, count(*) AS pairs,
    sum(a.value BETWEEN b.low AND b.high) AS inside,
    sum(a.run < b.run AND NOT (a.value BETWEEN b.low AND b.high OR
	b.value BETWEEN a.low AND a.high)) AS apart
  FROM measured a JOIN measured b ON a.name = b.name AND a.run <> b.run
  GROUP BY a.name, a.ordinal;
SELECT printf('%-17s %s', name || ':', unit) || char(10) ||
  '  values   ' || (SELECT group_concat(printf('%.5g', value), '  ')
    FROM measured m WHERE m.name = v.name) || char(10) ||
  '  spreads  ' || (SELECT group_concat(printf('%.5g..%.5g', low, high), '  ')
    FROM measured m WHERE m.name = v.name) || char(10) ||
  printf('  %d of %d values in the spread of another run; %s', inside, pairs,
    CASE apart WHEN 0 THEN 'agree'
    ELSE printf('%d of %d pairs of runs DISAGREE', apart, pairs / 2) END)
  FROM (SELECT verdict.*, (SELECT unit FROM measured m
    WHERE m.name = verdict.name) AS unit FROM verdict) v ORDER BY ordinal;
SELECT printf('%d passed, %d failed', sum(apart = 0), sum(apart > 0))
  FROM verdict;
SELECT CASE sum(apart > 0) WHEN 0 THEN '' ELSE 'disagreement' END FROM verdict;
SQL
} | sqlite3 :memory: >verdict.txt || exit 99
grep -v -e '^disagreement$' -e '^$' verdict.txt
! grep -q '^disagreement$' verdict.txt
