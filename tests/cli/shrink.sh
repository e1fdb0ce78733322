# Does a failing run shrink to one that fails in the same way, and in words?
# SPDX-License-Identifier: BSD-2-Clause
. "$HERE/lib.sh"
careless=$HERE/careless.yaml

json() {
	sqlite3 :memory: "SELECT json_extract(readfile('$1'), '$2')"
}

# A policy that frees at once, found by each strategy, under two models: the
# shrunk run has few choices, each with a place, and its token repeats it.
for memory in tso relaxed; do for strategy in random pct delay mixed; do
	expect 1 "$GUSIM" hunt "$careless" --strategy $strategy --runs 300 \
	    -j 1 --set machine.memory=$memory --set machine.cpus=4
	cp out found
	check=$(sed -n 's/^finding   \([a-z_]*\):.*/\1/p' found)
	expect 0 "$GUSIM" shrink found --time 60s
	silent err
	cp out one
	says one "finding   $check: "
	says one "left      2 CPUs (before: 4)"
	expect 0 "$GUSIM" shrink found --json --time 60s -j 3
	cp out shrunk.json
	[ "$(json shrunk.json '$.check')" = "$check" ] || fail "another check"
	count=$(sqlite3 :memory: "SELECT json_array_length(
	    readfile('shrunk.json'), '$.choices')")
	[ "$count" -le 5 ] || fail "$strategy, $memory: $count choices"
	[ "$(grep -c '^ *[0-9]*\. CPU .* at [a-z_]*\.[ch]:[0-9]' one)" = \
	    "$count" ] || fail "$strategy, $memory: a choice without a place"
	token=$(json shrunk.json '$.token')
	says one "gusim replay $token"
	expect 1 "$GUSIM" replay "$token" --json
	[ "$(json out '$.findings[0].check')" = "$check" ] ||
	    fail "$strategy, $memory: the token does not repeat it"
	[ "$(json out '$.digest')" = "$(json shrunk.json '$.digest')" ] ||
	    fail "$strategy, $memory: another digest"
done; done

# What was shrunk does not shrink to something else.
expect 0 "$GUSIM" shrink one --json --time 60s
[ "$(json out '$.choices_before')" = "$count" ] || fail "the token of $count"

# A scenario without choices, but with faults; and one that does not fail.
cat >stalled.yaml <<'END'
name: stalled
machine: {cpus: 3, memory: tso, pages: 4MiB}
zone: {item_size: 64B, bucket_size: 1, bucket_growth: false}
policy: immediate
workload: {kernel: {readers: 2, rounds: 20, swaps: 30}}
faults:
  - hypervisor_stall: {rate: 300000/s, for: {exp: 2us}}
run: {warmup: 0ns, duration: 100us}
END
seed=1
until "$GUSIM" run stalled.yaml --seed $seed >found 2>err; [ $? -eq 1 ]; do
	seed=$((seed + 1))
	[ $seed -lt 200 ] || fail "no stall strikes"
done
expect 0 "$GUSIM" shrink found --time 60s
says out ", 0 faults (before: 1)"
grep -q '^ *1\. CPU .* at [a-z_]*\.[ch]:[0-9]' out ||
    fail "what the faults did is in no words"
"$GUSIM" run "$tiny" >fine 2>err
expect 1 "$GUSIM" shrink fine
silent out; says err "does not fail"

# Runs that take their processes along; not under a sanitizer, see crash.sh.
if ! nm "$GUSIM" 2>/dev/null | grep -q __asan_init; then
	expect 1 "$GUSIM" hunt "$careless" --runs 20 --memory 16MiB
	cp out lost
	expect 0 "$GUSIM" shrink lost --memory 16MiB --time 60s
	says out "finding   crash: "
fi

# Time that is over at once leaves the token's own run.
expect 0 "$GUSIM" shrink one --time 1ms
says err "--time"; says out "gusim replay gus1."

# Interrupted, most likely in its first run, which is a long one.
expect 1 "$GUSIM" hunt "$careless" --runs 300 --set machine.cpus=16 \
    --set run.duration=30ms --set run.data_race=false
cp out large
"$GUSIM" shrink large --time 60s >out 2>err &
shrinker=$!
sleep 0.2
kill -INT $shrinker
wait $shrinker
[ $? -eq 130 ] || fail "an interrupted shrink"
says err "interrupted after"

# Bad tokens, bad usage.
token=$(sed -n 's/^gusim replay //p' one)
expect 2 "$GUSIM" shrink "${token}A"; silent out; says err "shrink: "
expect 2 "$GUSIM" shrink "${token%????}"; silent out
expect 2 "$GUSIM" shrink gus1.nothing; silent out
expect 2 "$GUSIM" shrink nowhere; says err "neither a token nor a file"
expect 2 "$GUSIM" shrink "$tiny"; says err "there is no token in"
expect 2 "$GUSIM" shrink one --time soon; says err "--time"
expect 2 "$GUSIM" shrink; says err "usage: gusim shrink"
