#!/bin/sh
# Policies from outside as users run them: the same runs as from inside.
# SPDX-License-Identifier: BSD-2-Clause
. "$(dirname "$0")/lib.sh"

cp "$ROOT/examples/policy/mine.c" .
plugin mine
cat >p.yaml <<'YAML'
name: p
machine: {cpus: 4, memory: tso, pages: 16MiB}
zone: {item_size: 128B}
policy: mine
workload: {slot_churn: {slots: 64}}
faults: [{smi: {every: 100us, for: 10us}}]
run: {warmup: 50us, duration: 500us}
YAML

# A policy of this tree, taken out of it: the same accesses at the same times.
digest() {
	sed -n 's/^digest *//p' out
}
for policy in ebr qsbr immediate; do
	sed "s/\.name = \"$policy\"/.name = \"taken\"/" \
	    "$ROOT/policies/$policy.c" >taken.c
	printf '#include "policies/plugin.h"\nPOLICY_PLUGIN(policy_%s);\n' \
	    "$policy" >>taken.c
	plugin taken
	for memory in sc tso relaxed; do
		sed "s/policy: mine/policy: $policy/" p.yaml >inside.yaml
		sed "s/policy: mine/policy: taken/" p.yaml >outside.yaml
		gusim run inside.yaml --set machine.memory=$memory >out 2>err
		inside=$? one=$(digest)
		expect $inside gusim run outside.yaml --plugin ./taken.so \
		    --set machine.memory=$memory
		[ -n "$one" ] && [ "$one" = "$(digest)" ] ||
		    fail "$policy is another one from outside"
		ok
	done
done

# The same again: from elsewhere, without ASLR, beside others, by -j.
expect 0 gusim run p.yaml --plugin ./mine.so
one=$(digest)
expect 0 env -C / gusim run "$work/p.yaml" --plugin "$work/mine.so"
[ "$one" = "$(digest)" ] || fail "another folder, another digest"
expect 0 setarch -R gusim run p.yaml --plugin ./mine.so
[ "$one" = "$(digest)" ] || fail "without ASLR, another digest"
expect 0 gusim run p.yaml --plugin ./taken.so --plugin ./mine.so
[ "$one" = "$(digest)" ] || fail "beside another plugin, another digest"
ok
sed 's/^policy: .*/policies: [gus, mine]/' p.yaml >both.yaml
expect 0 gusim sweep both.yaml --seeds 3 -j1 --db one.db --plugin ./mine.so
expect 0 gusim sweep both.yaml --seeds 3 -j2 --db two.db --plugin ./mine.so
same one.db two.db
ok
expect 0 gusim check p.yaml both.yaml --plugin ./mine.so
expect 2 gusim check p.yaml
says err 'there is no policy "mine"'
says err '--plugin FILE'
ok
expect 0 gusim list policies --plugin ./mine.so --json
says out '"name": "mine"'
ok

# Knobs are knobs, wherever they are written.
expect 0 gusim run p.yaml --plugin ./mine.so --set policy.mine.batch=3
[ "$one" != "$(digest)" ] || fail "the batch makes no difference"
expect 2 gusim run p.yaml --plugin ./mine.so --set policy.mine.batch=0
says err 'from 1 to 1000000'
expect 2 gusim run p.yaml --plugin ./mine.so --set policy.mine.bach=3
says err 'policy.mine.batch'
ok

# What is wrong is accused, with the line; the line to paste repeats it.
sed -e 's/^	_Alignas(2 \* KERN_LINE_SIZE) _Atomic(uint64_t) epoch;/	uint64_t all;\n&/' \
    -e 's/^	due = ++cpu->frees/	mine->all++;\n&/' mine.c >race.c
plugin race
line=$(grep -n 'mine->all++' race.c | cut -d: -f1)
expect 1 gusim run p.yaml --plugin ./race.so --set run.data_race=true
says out "at race.c:$line (mine_retire)"
one=$(digest)
paste=$(sed -n 's/^gusim //p' out | tail -1)
# Words of a shell.  shellcheck disable=SC2086
expect 1 gusim $paste
[ "$one" = "$(digest)" ] || fail "replay has another digest"
says out "at race.c:$line (mine_retire)"
ok
# shellcheck disable=SC2086
expect 1 setarch -R gusim $paste --explain
says out "race.c:$line"
ok
expect 1 gusim hunt p.yaml --plugin ./race.so --runs 20 --set run.duration=50us
says out "race.c:$line"
says out 'gusim replay --plugin ./race.so gus1.'
cp out found
expect 1 gusim replay --plugin ./race.so found
expect 0 gusim shrink --plugin ./race.so found --time 2s
says out 'gusim replay --plugin ./race.so gus1.'
ok
sed -e 's/^struct mine_cpu {/static uint64_t all;\n&/' \
    -e 's/^	due = ++cpu->frees/	all++;\n&/' mine.c >variable.c
plugin variable
expect 1 gusim run p.yaml --plugin ./variable.so
says out 'crash: a store outside the simulated memory'
ok
# One that crashes costs the run's process, and no more.
sed 's/^	due = ++cpu->frees/	*(volatile int *)8 = 1;\n&/' mine.c >wild.c
plugin wild -Wno-array-bounds
expect 1 gusim run p.yaml --plugin ./wild.so
says out crash
ok

# A token, or half a sweep, is of one file.
expect 0 gusim run p.yaml --plugin ./mine.so --db mine.db
token=$(sed -n 's/^gusim replay --plugin [^ ]* //p' out | tail -1)
expect 0 gusim replay --plugin ./mine.so "$token"
sed 's/MINE_FIRST = 2/MINE_FIRST = 4/' mine.c >other.c
plugin other
expect 2 gusim replay --plugin ./other.so "$token"
says err 'has another content than it had'
expect 2 gusim replay "$token"
says err 'there is no policy "mine"'
expect 0 gusim sweep both.yaml --seeds 2 --db mine.db --plugin ./mine.so
expect 2 gusim sweep both.yaml --seeds 2 --db mine.db --plugin ./other.so \
    --resume
ok

# What a sweep runs is what it began with.
cp mine.so busy.so
(sleep 0.2; : >busy.so) &
expect 0 gusim sweep both.yaml --seeds 60 -j1 --db busy.db --plugin ./busy.so
wait
expect 0 gusim sweep both.yaml --seeds 60 -j2 --db calm.db --plugin ./mine.so
sqlite3 busy.db 'SELECT digest FROM run ORDER BY seed, point_id' >busy
sqlite3 calm.db 'SELECT digest FROM run ORDER BY seed, point_id' >calm
cmp -s busy calm || fail "a file that changes changes runs"
ok
mkdir "a'b c"
cp mine.so "a'b c/m.so"
expect 0 gusim run p.yaml --plugin "a'b c/m.so"
sed -n 's/^gusim replay/gusim replay/p' out | tail -1 >paste.sh
expect 0 sh paste.sh
ok
echo "$passed passed, 0 failed"
