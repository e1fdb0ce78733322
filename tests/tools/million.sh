# Is a database of a million metric rows still quick to ask and to report?
# The report in less than 30 s and 500 MB, the view `summary` in less than a
# second, with the same numbers as when nothing is kept.
# SPDX-License-Identifier: BSD-2-Clause
. "$HERE/lib.sh"

passed=0
pass() {
	passed=$((passed + 1))
	echo "$*"
}

now() {
	date +%s%N
}

# ask SQL: its answer in `answer`, its time in $took, ms.
ask() {
	begin=$(now)
	sqlite3 million.db "$1" >answer || fail "sqlite3: $1"
	took=$((($(now) - begin) / 1000000))
}

cat >small.yaml <<'END'
name: small
about: Real runs, of which a database of a million rows is made.
machine: {cpus: 4}
zone: {item_size: 144B, bucket_growth: false}
policies: [gus, epoch, rcu]
workload:
  slot_churn:
    slots: 256
    section: {lognormal: {median: 300ns, p99: 6us}}
    think: {exp: 1us}
    write_share: 50%
run: {warmup: 200us, duration: 1ms}
sweep:
  - {knob: zone.bucket_size, over: [4, 62]}
seeds: {from: 1, count: 4}
END
expect 0 "$GUSIM" sweep small.yaml --db base.db
{
	sqlite3 base.db .schema
	sqlite3 base.db "SELECT 'PRAGMA application_id=' || application_id
	    FROM pragma_application_id; SELECT 'PRAGMA user_version=' ||
	    user_version FROM pragma_user_version" | sed 's/$/;/'
} >schema.sql
begin=$(now)
sqlite3 million.db ".read schema.sql" "ATTACH 'base.db' AS base" \
    ".read $HERE/../tools/million.sql" >/dev/null || fail "million.sql"
echo "written in $((($(now) - begin) / 1000000)) ms"
rows=$(sqlite3 million.db "SELECT count(*) FROM metric")
[ "$rows" -ge 1000000 ] || fail "$rows rows are no million"

# Nothing is kept yet: what the view adds up by itself.
one="SELECT * FROM summary WHERE metric = 'free_to_use_ns' AND stat = 'p99'"
point="SELECT * FROM summary WHERE point_id = 1234"
whole="SELECT count(*), printf('%.12g', avg(mean)) FROM summary"
sorted="ORDER BY point_id, metric, stat"
ask "SELECT count(*) FROM summary_point"
[ "$(cat answer)" -eq 0 ] || fail "sums are kept too early"
ask "SELECT * FROM summary $sorted"
mv answer live
for sql in "$one" "$point"; do
	ask "$sql"
	[ "$took" -lt 1000 ] || fail "$took ms, nothing kept: $sql"
	pass "$took ms, $(wc -l <answer) rows, nothing kept: $sql"
done

begin=$(now)
sqlite3 million.db "UPDATE experiment SET finished_at = finished_at"
echo "kept in $((($(now) - begin) / 1000000)) ms"
for sql in "$one" "$point" "$whole"; do
	ask "$sql"
	[ "$took" -lt 1000 ] || fail "$took ms: $sql"
	pass "$took ms: $sql"
done
ask "SELECT * FROM summary $sorted"
cmp -s answer live || fail "what is kept is not what was added up"
pass "$took ms for all $(wc -l <answer) rows, the same as before"

# A change is seen at once, and only where it is.
sqlite3 million.db "UPDATE metric SET value = value * 2 WHERE run_id = 1234
    AND name = 'ops_per_s'"
[ "$(sqlite3 million.db "SELECT (SELECT count(*) FROM point) -
    (SELECT count(*) FROM summary_point)")" = 1 ] || fail "a change is not seen"
ask "SELECT * FROM summary $sorted"
[ "$(diff answer live | grep -c '^<')" = 1 ] ||
    fail "another number of rows changed"
pass "one value changed: one row changed"
sqlite3 million.db "UPDATE metric SET value = value / 2 WHERE run_id = 1234
    AND name = 'ops_per_s'"

# The report.  Its memory is what the system saw as the most.
begin=$(now)
"$GUSIM" report million.db -o report >out 2>err &
pid=$!
most=0
while [ -r "/proc/$pid/status" ]; do
	kb=$(sed -n 's/^VmHWM:[^0-9]*\([0-9]*\).*/\1/p' "/proc/$pid/status" \
	    2>/dev/null)
	[ "${kb:-0}" -gt "$most" ] && most=$kb
	kill -0 "$pid" 2>/dev/null || break
	sleep 0.1
done
wait "$pid" || fail "report"
took=$((($(now) - begin) / 1000000))
[ "$took" -lt 30000 ] || fail "the report took $took ms"
[ "$most" -lt 512000 ] || fail "the report took $most KiB"
[ "$most" -gt 0 ] || fail "nothing is known of its memory"
figures=$(grep -c '\.png$' out)
[ "$figures" -le 120 ] || fail "$figures figures are too many to look at"
pass "report: $took ms, $most KiB, $figures figures, page of $(
    wc -c <report/index.html) bytes"

# Merged, it is the same, and quick to ask as well.
expect 0 "$GUSIM" merge merged.db million.db
mv merged.db million.db
ask "$whole"
[ "$took" -lt 1000 ] || fail "$took ms, merged: $whole"
pass "$took ms, merged: $whole"

echo "$passed passed, 0 failed"
