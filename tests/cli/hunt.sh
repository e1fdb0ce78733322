# Does a hunt find, say, keep and repeat the same things, whoever executes it?
# SPDX-License-Identifier: BSD-2-Clause
. "$HERE/lib.sh"
careless=$HERE/careless.yaml

# All that does not depend on the clock.
timeless() {
	sed -e 's/^\(runs  *[0-9]*\).*/\1/' -e 's/^\(accesses  *[0-9]*\).*/\1/' \
	    -e 's/^\(behaviours .* distinct\).*/\1/' -e '/wall_ns/d' "$1"
}

json() {
	sqlite3 :memory: "SELECT json_extract(readfile('$1'), '$2')"
}

# The first finding is the same for every -j, and its token repeats it, from
# another folder and while it is traced.
for strategy in random pct delay mixed; do
	expect 1 "$GUSIM" hunt "$careless" --strategy $strategy --runs 300 -j 1
	timeless out >one
	says out "strategy    $strategy"
	says out "finding   "
	grep -q "NOT CONFIRMED" out && fail "$strategy: a finding does not repeat"
	expect 1 "$GUSIM" hunt "$careless" --strategy $strategy --runs 300 -j 3
	timeless out >three
	cmp -s one three || fail "$strategy: -j 1 and -j 3 differ"
	mkdir -p elsewhere
	expect 1 env -C elsewhere "$GUSIM" replay ../three
	silent err
	says out "finding   "
	cp out replayed
	expect 1 "$GUSIM" replay three --trace trace
	silent err
	cmp -s out replayed || fail "$strategy: the traced replay differs"
	[ -s trace ] || fail "$strategy: there is no trace"
done

# Going on: causes are counted, in the order of their first runs.
expect 1 "$GUSIM" hunt "$careless" --runs 200 --keep-going --json -j 1
cp out one.json
expect 1 "$GUSIM" hunt "$careless" --runs 200 --keep-going --json -j 2
cp out two.json
timeless one.json >one; timeless two.json >two
cmp -s one two || fail "--keep-going: -j 1 and -j 2 differ"
[ "$(json one.json '$.runs')" = 200 ] || fail "not 200 runs"
[ "$(json one.json '$.wall_ns')" -gt 0 ] || fail "no wall_ns"
count=$(json one.json '$.findings[#-1].count')
[ "$count" -gt 0 ] || fail "a finding without a count"
sqlite3 :memory: "SELECT json_extract(value, '$.token') FROM
    json_each(readfile('one.json'), '$.findings')" >tokens
sqlite3 :memory: "SELECT json_extract(value, '$.digest') FROM
    json_each(readfile('one.json'), '$.findings')" >digests
[ "$(sort -u tokens | wc -l)" -gt 1 ] || fail "only one cause"
while read -r token; do
	expect 1 "$GUSIM" replay "$token" --json
	json out '$.digest'
done <tokens >replayed
cmp -s digests replayed || fail "a replay has another digest"

# Into a database, beside a sweep.
expect 0 "$GUSIM" sweep "$tiny" --seeds 1 --db both.db
expect 1 "$GUSIM" hunt "$careless" --runs 200 --keep-going --db both.db
[ "$(sqlite3 both.db "SELECT count(*) FROM experiment WHERE finished_at IS NOT NULL")" = 2 ] ||
    fail "the experiments"
[ "$(sqlite3 both.db "SELECT count(DISTINCT r.id) FROM finding f
    JOIN run r ON r.id = f.run_id WHERE r.status = 'finding'
    AND r.digest IS NOT NULL")" = "$(wc -l <tokens)" ] || fail "the rows"
sqlite3 both.db "SELECT token FROM finding LIMIT 1" >token
expect 1 "$GUSIM" replay token

# Nothing to find.
expect 0 "$GUSIM" hunt "$tiny" --runs 50
says out "no finding"
says out "runs        50 in"
says out "stall_in_section"
# Neither does a run that takes longer than all the time there is.
expect 0 timeout 30 "$GUSIM" hunt "$tiny" --time 300ms --set run.duration=100s
says out "runs        0 in"
says err "not one run came to its end"
expect 0 "$GUSIM" hunt "$tiny" --time 300ms --json
[ "$(json out '$.findings')" = "[]" ] || fail "findings in nothing"

# Where the time of a run ends it, an order more or less says nothing.
"$GUSIM" hunt "$careless" --strategy exhaustive --runs 5 --json >out 2>err
[ "$(json out '$.complete')" = 0 ] || fail "complete, though time ended it"
"$GUSIM" hunt "$careless" --strategy exhaustive --runs 5 >out 2>err
says out "not everything has been seen: threads worked until the time"
expect 0 "$GUSIM" hunt kernel --strategy exhaustive \
    --set workload.kernel.swaps=2 --set machine.memory=sc
grep -q '^everything has been seen' out || fail "not everything was seen"

# Runs that take their processes along; not under a sanitizer, see crash.sh.
if ! nm "$GUSIM" 2>/dev/null | grep -q __asan_init; then
	expect 1 "$GUSIM" hunt "$careless" --runs 20 --memory 16MiB --keep-going
	says out "finding   crash: "
	says out "20 runs in all"
	cp out lost
	expect 1 "$GUSIM" replay lost --memory 16MiB
	says out "crashed"
	expect 1 "$GUSIM" replay lost
	says err "the recorded run crashed, this one did not"
fi
expect 1 "$GUSIM" hunt "$tiny" --runs 2 --timeout 300ms --set run.duration=100s
says out "did not come to its end"

# Interrupted: what has been seen is said.
"$GUSIM" hunt "$tiny" --time 60s --db int.db >out 2>err &
hunter=$!
sleep 1
kill -INT $hunter
wait $hunter
[ $? -eq 130 ] || fail "an interrupted hunt"
says out "no finding"
says err "interrupted after"
[ "$(sqlite3 int.db 'SELECT count(*) FROM experiment')" = 1 ] || fail "int.db"

# Bad usage.
expect 2 "$GUSIM" hunt "$tiny" --strategy dealy
says err "did you mean delay?"; silent out
expect 2 "$GUSIM" hunt "$tiny" --strategy pct --set machine.cpus=64
says err "at most 32 CPUs"; silent out
expect 2 "$GUSIM" hunt "$tiny" --runs 0; says err "--runs 0"
expect 2 "$GUSIM" hunt "$tiny" --time soon; says err "--time"
expect 2 "$GUSIM" hunt; says err "usage: gusim hunt"
expect 2 "$GUSIM" run "$tiny" --strategy pct; says err "no option --strategy"
