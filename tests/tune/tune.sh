# Is `gusim tune` what it says, from outside?
# SPDX-License-Identifier: BSD-2-Clause
. "$HERE/lib.sh"

# rows FILE: what does not depend on the host, with the experiment's name.
rows() {
	sqlite3 "$1" "
	SELECT e.name, e.scenario_digest, p.ordinal, r.seed, r.status, r.digest
	  FROM run r JOIN point p ON p.id = r.point_id
	  JOIN experiment e ON e.id = p.experiment_id ORDER BY 1, 2, 3, 4;
	SELECT e.name, p.ordinal, k.knob, k.value, k.number FROM point_knob k
	  JOIN point p ON p.id = k.point_id
	  JOIN experiment e ON e.id = p.experiment_id ORDER BY 1, 2, 3;
	SELECT e.name, p.ordinal, r.seed, m.name, m.stat, quote(m.value)
	  FROM metric m JOIN run r ON r.id = m.run_id
	  JOIN point p ON p.id = r.point_id
	  JOIN experiment e ON e.id = p.experiment_id ORDER BY 1, 2, 3, 4, 5;"
}

# scenario NAME TUNE...: a scenario whose runs take milliseconds.
scenario() {
	cat >"$1.yaml" <<-END
	name: $1
	machine: {cpus: 4, pages: 16MiB}
	core: {name: gus, mode: eager}
	zone: {item_size: 144B, bucket_size: 30, bucket_growth: false}
	workload: {slot_churn: {slots: 64, write_share: 30%}}
	run: {warmup: 50us, duration: 300us}
	END
	cat >>"$1.yaml"
}

scenario small <<'END'
sweep:
  - {knob: zone.bucket_size, over: [4, 30, 126]}
  - {knob: zone.advance_every, over: [1, 4]}
tune:
  minimize: footprint_bytes.mean
  subject_to: poll_fail_ratio.mean <= 90%
  default: {zone.bucket_size: 126}
  seeds: 8
  scenarios: [beside.yaml]
  held_out: {count: 4}
  robust: [{machine.cpus: 2}, {faults: [{smi: {every: 100us, for: 20us}}]}]
END
scenario beside <<'END'
END
sed -i 's/write_share: 30%/write_share: 60%/' beside.yaml

# The scenes and questions of the study are valid.
for file in "$SCENARIOS"/tune/*.yaml; do
	expect 0 "$GUSIM" check "$file"
done

# A recommendation with its evidence.
expect 0 "$GUSIM" tune small.yaml --db one.db -j 1
cp out one.txt
for words in "Set zone.bucket_size=4" "default is worse by" "held" "beside" \
    "AROUND THE CANDIDATE" "ELSEWHERE" "HOW SURE" "It ended because" \
    "gusim tune small.yaml --db one.db -j 1"; do
	says out "$words"
done

# As wide as a terminal, the command and lines to replay aside.
awk 'length($0) > 80 && !/^ *gusim /' out >wide
[ ! -s wide ] || fail "lines are wider than 80: $(cat wide)"

# Again: the same, and not one more run.
before=$(sqlite3 one.db "SELECT count(*), sum(wall_ns) FROM run")
expect 0 "$GUSIM" tune small.yaml --db one.db -j 1
cmp -s out one.txt || fail "a second time it says something else"
[ "$(sqlite3 one.db "SELECT count(*), sum(wall_ns) FROM run")" = "$before" ] ||
    fail "a second time it executed runs"
[ "$(sqlite3 one.db "SELECT count(*) FROM experiment
    WHERE finished_at IS NULL")" = 0 ] || fail "an experiment is unfinished"

# Two workers: the same rows, the same answer.
expect 0 "$GUSIM" tune small.yaml --db two.db -j 2
sed 's/two\.db -j 2/one.db -j 1/; s/two\.db/one.db/' out | cmp -s - one.txt ||
    fail "-j 2 says something else than -j 1"
rows one.db >one.rows
rows two.db >two.rows
cmp -s one.rows two.rows || fail "-j 2 has other rows than -j 1"
[ -s one.rows ] || fail "there are no rows"

# Killed at any moment, it goes on and ends with the same.
for time in 0.1 0.2 0.3 0.1 0.2; do
	timeout -s KILL $time "$GUSIM" tune small.yaml --db kill.db -j 1 \
	    >/dev/null 2>&1
done
expect 0 "$GUSIM" tune small.yaml --db kill.db -j 1
sed 's/kill\.db/one.db/' out | cmp -s - one.txt ||
    fail "after kills it says something else"
rows kill.db >kill.rows
cmp -s one.rows kill.rows || fail "after kills it has other rows"

# Two at the same moment share what they execute.
"$GUSIM" tune small.yaml --db both.db -j 1 >/dev/null 2>&1 &
"$GUSIM" tune small.yaml --db both.db -j 1 >/dev/null 2>&1 &
wait
rows both.db >both.rows
cmp -s one.rows both.rows || fail "two at the same time make other rows"

# For machines, and into a folder.
expect 0 "$GUSIM" tune small.yaml --db one.db --json -o folder
[ "$(sqlite3 :memory: "SELECT o ->> 'schema_version', o ->> 'verdict',
    o ->> '\$.recommended.\"zone.bucket_size\"', o ->> 'held',
    json_array_length(o, '\$.scenarios'), json_array_length(o, '\$.robust'),
    json_array_length(o, '\$.candidates')
    FROM (SELECT readfile('out') AS o)")" = "1|propose|4|1|2|4|6" ] ||
    fail "the JSON says something else"
# What the table of scenarios shows is what the score is made of.
[ "$(sqlite3 :memory: "SELECT count(*) FROM (SELECT readfile('out') AS o),
    (SELECT max(s.value ->> '\$.regret.value') AS worst,
    max(s.value ->> '\$.regret_default.value') AS worst_default
    FROM json_each(readfile('out'), '\$.scenarios') AS s)
    WHERE abs(worst - (o ->> ('\$.candidates[' || (o ->> 'candidate') ||
    '].regret'))) < 1e-9
    AND abs(worst_default - (o ->> '\$.candidates[0].regret')) < 1e-9")" = 1 ] ||
    fail "the regrets of the scenarios are not those of the score"
cmp -s out folder/tune.json || fail "the folder has another JSON"
says folder/tune.txt "RECOMMENDATION"

# A knob that changes nothing: the default stays.
scenario same <<'END'
sweep: [{knob: run.series_points, over: [64, 65, 66, 67, 68]}]
tune: {minimize: footprint_bytes.mean, seeds: 8}
END
expect 0 "$GUSIM" tune same.yaml --db same.db
says out "Keep today's default"
says out "can be better by more than the indifference"

# Nothing keeps the limit: no recommendation, and status 1.
scenario strict <<'END'
sweep: [{knob: zone.bucket_size, over: [4, 30]}]
tune: {minimize: free_ns.mean, subject_to: footprint_bytes.mean <= 1KiB, seeds: 8}
END
expect 1 "$GUSIM" tune strict.yaml --db strict.db
says out "None: every candidate breaks a limit"
# It says by how much: what comes nearest, and that it is over.
says out "LIMITS: the candidate that comes nearest, zone.bucket_size=4"
grep -q "^strict .*footprint_bytes.mean <= 1KiB .* +[0-9.]* %  NO$" out ||
    fail "the table does not say how far the limit is broken"

# What fails never ranks: a limit of the zone that makes allocations fail.
scenario broken <<'END'
sweep: [{knob: run.accesses_max, over: [1000, 0]}]
tune: {minimize: footprint_bytes.mean, seeds: 8, default: {zone.bucket_size: 62}}
END
expect 0 "$GUSIM" tune broken.yaml --db broken.db --json
[ "$(sqlite3 :memory: "SELECT group_concat(c.value ->> 'standing', ' ')
    FROM json_each(readfile('out'), '\$.candidates') AS c
    WHERE c.value ->> '\$.knobs.\"run.accesses_max\"' = '1000'")" = failed ] ||
    fail "a run that gave up ranks"

# The run for which it is out can be had again with a line.
expect 0 "$GUSIM" tune broken.yaml --db broken.db
line=$(sed -n 's/^ *gusim replay //p' out | head -n 1)
[ -n "$line" ] || fail "a candidate that failed has no line to replay it"
expect 1 "$GUSIM" replay "$line"
says out "status    timeout"
digest=$(sed -n 's/^digest *//p' out)
[ "$(sqlite3 broken.db "SELECT count(*) > 0 FROM run
    WHERE status = 'timeout' AND digest = '$digest'")" = 1 ] ||
    fail "its replay is another run"

# A search takes a few of many points, and twice the same.
scenario search <<'END'
sweep:
  - {knob: zone.bucket_size, over: {log: {from: 4, to: 254, count: 40}}}
  - {knob: zone.advance_every, over: {linear: {from: 1, to: 40, step: 1}}}
tune: {minimize: footprint_bytes.mean, seeds: 8, search: {budget: 300}, held_out: {count: 4}}
END
expect 0 "$GUSIM" tune search.yaml --db search.db -j 2
cp out search.txt
says out "Set zone.bucket_size=4"
[ "$(sqlite3 search.db "SELECT count(*) <= 320 FROM run")" = 1 ] ||
    fail "the search took more runs than its budget"
expect 0 "$GUSIM" tune search.yaml --db search2.db -j 1
sed 's/search2\.db -j 1/search.db -j 2/; s/search2\.db/search.db/' out |
    cmp -s - search.txt || fail "the search is not the same twice"

# A search says whether it was at its end.
! grep -q "cut short" search.txt || fail "a search that had enough runs is cut"
sed 's/budget: 300/budget: 100/' search.yaml >cut.yaml
expect 0 "$GUSIM" tune cut.yaml --db cut.db
says out "The search was cut short"

# One candidate, which is the default itself.
scenario single <<'END'
sweep: [{knob: zone.bucket_size, over: [30]}]
tune: {minimize: footprint_bytes.mean, seeds: 5}
END
expect 0 "$GUSIM" tune single.yaml --db single.db
says out "the sweep has nothing else"

# It says where and why it stops.
expect 0 "$GUSIM" tune small.yaml --db runs.db --runs 80
says out "It ended because"
expect 0 "$GUSIM" tune small.yaml --db time.db --time 1ms
says out "stopped before the first look"

# What cannot be is refused before anything is written.
refuse() {
	expect 2 "$GUSIM" tune "$@" --db none.db
	silent out
	[ ! -e none.db ] || fail "something was written: $*"
}
refuse "$tiny"
says err "there is no \`tune\` in this scenario"
scenario empty <<'END'
tune: {minimize: footprint_bytes.mean}
END
refuse empty.yaml
says err "there is nothing to tune"
refuse small.yaml --set zone.bucket_size=4 --set zone.advance_every=1
says err "there is nothing to tune"
refuse small.yaml --runs 10
says err "the first look at 6 candidates in 2 scenarios takes 60"
sed 's/beside.yaml/nobody/' small.yaml >nowhere.yaml
refuse nowhere.yaml
says err 'nowhere.yaml:15:15: tune: there is no scenario "nobody"'
sed 's/count: 4}/from: 3, count: 4}/' small.yaml >meet.yaml
refuse meet.yaml
says err "are among those of the race"
sed 's/machine.cpus: 2/zone.bucket_size: 2/' small.yaml >tuned.yaml
refuse tuned.yaml
says err "tune.robust: zone.bucket_size is tuned by this sweep"
scenario preset <<'END'
sweep: [{knob: machine.preset, over: [xeon-2s, guest-4]}]
tune: {minimize: footprint_bytes.mean}
END
refuse preset.yaml
says err "preset.yaml:7:16: machine.preset cannot be tuned"
echo "1 passed, 0 failed"
