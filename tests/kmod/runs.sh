#!/bin/sh
# Kernel modules as users run them: $MODULES has the objects.
# SPDX-License-Identifier: BSD-2-Clause
. "$HERE/lib.sh"

passed=0
ok() {
	passed=$((passed + 1))
}

cat >k.yaml <<EOF
name: k
machine: {cpus: 4}
workload: {kernel_module: stress.o}
run: {warmup: 50us, duration: 500us}
EOF
cp "$MODULES"/*.o .
mod=workload.kernel_module
with() {
	file=$1
	shift
	"$GUSIM" run k.yaml --set $mod.file="$file" "$@"
}

# What is correct is not accused, on any memory, with or without the clocks.
for memory in sc tso relaxed; do
	for module in stress umaperf; do
		expect 0 with $module.o --set machine.memory=$memory \
		    --set run.data_race=true
		ok
	done
done
for mode in umaperf.lazy=1 umaperf.deferred=1 'umaperf.size=1024 umaperf.chain=3'; do
	expect 0 with umaperf.o --set "$mod.tunables=$mode"
	ok
done
expect 0 with stress.o --set core.mode=deferred --set core.profile=wrap
ok
expect 0 with wide.o --set "$mod.tunables=wide.waited=5, wide.word=given, kern.wide.large=0x100000" \
    --set run.duration=20ms
ok

# What is not is, by the right name, with the line.
accused() {
	expect 1 with "$1.o"
	says out "$2"
	ok
}
accused stress-keep 'use_after_free: thread stress/'
says out '(atomic_subtract_int, inlined in worker)'
accused stress-plain 'use_after_free: thread stress/'
expect 1 with stress-plain.o --set run.data_race=true \
    --set machine.memory=tso --set machine.cpus=2
says out '(inside a section open for '
ok
accused stress-leak 'leak: zone stress is destroyed while 4 of its items'
says out 'stress.c:'
accused stress-stay 'livelock: the module of stress-stay.o does not stop'

# The same run again: from elsewhere, with other workers, by its token.
digest() {
	sed -n 's/^digest *//p' out
}
expect 0 with umaperf.o
one=$(digest)
expect 0 env -C / "$GUSIM" run "$work/k.yaml" --set $mod.file=umaperf.o
[ "$one" = "$(digest)" ] || fail "another folder, another digest"
expect 0 setarch -R "$GUSIM" run k.yaml --set $mod.file=umaperf.o
[ "$one" = "$(digest)" ] || fail "without ASLR, another digest"
ok
expect 0 "$GUSIM" sweep k.yaml --seeds 3 -j1 --db one.db
expect 0 "$GUSIM" sweep k.yaml --seeds 3 -j2 --db two.db
[ "$(sqlite3 one.db 'SELECT seed, digest FROM run ORDER BY 1')" = \
    "$(sqlite3 two.db 'SELECT seed, digest FROM run ORDER BY 1')" ] ||
    fail "-j changes digests"
ok
expect 1 with stress-keep.o
token=$(sed -n 's/^gusim replay //p' out | head -1)
one=$(digest)
expect 1 "$GUSIM" replay "$token"
[ "$one" = "$(digest)" ] || fail "replay has another digest"
ok
cp stress-keep.o kept
cp stress-leak.o stress-keep.o
expect 2 "$GUSIM" replay "$token"
says err 'has another content than it had'
rm stress-keep.o
expect 2 "$GUSIM" replay "$token"
says err 'there is no file'
cp kept stress-keep.o
ok

# Hunts, with steps that need not be fair.
expect 0 "$GUSIM" hunt k.yaml --strategy pct --runs 3 --set run.duration=20us
expect 0 "$GUSIM" hunt k.yaml --runs 12 --set run.duration=30us
expect 1 "$GUSIM" hunt k.yaml --set $mod.file=stress-keep.o --runs 20 \
    --set run.duration=50us
# What is left of it is a run of its own, of this module.
token=$(sed -n 's/^gusim replay //p' out | head -1)
expect 0 "$GUSIM" shrink "$token"
token=$(sed -n 's/^gusim replay //p' out | tail -1)
expect 1 "$GUSIM" replay "$token" --explain
says out 'finding   use_after_free: thread stress/'
ok

# More causes than a hunt lists: the same ones, whoever executes it.
words() {
	expect 1 "$GUSIM" hunt k.yaml --set $mod.file=words.o --runs 600 \
	    --set run.duration=20us --keep-going "$@"
}
for jobs in 1 3; do
	words --json -j $jobs --db words-$jobs.db
	sed /wall_ns/d out >words-$jobs
done
cmp -s words-1 words-3 || fail "-j 1 and -j 3 list other causes"
same words-1.db words-3.db
[ "$(sqlite3 :memory: "SELECT count(*), sum(json_extract(value, '$.count')) +
    json_extract(readfile('words-1'), '$.unlisted'),
    json_extract(readfile('words-1'), '$.unlisted_causes') BETWEEN 100 AND
    json_extract(readfile('words-1'), '$.unlisted')
    FROM json_each(readfile('words-1'), '$.findings')")" = "256|600|1" ] ||
    fail "what is listed, and what is not, is not all"
words -j 2
says out "further causes: a hunt lists the first 256"
ok

# Words for people.
refused() {
	expect 2 with "$1"
	says err "$2"
	ok
}
refused none.o 'there is no file none.o, neither beside the scenario nor'
refused k.yaml 'it is no ELF object'
refused strange.o 'the kernel does not have epoch_wait, no_such_function'
refused plain.o 'without -fsanitize=thread'
refused absolute.o 'not position independent'
refused empty.o 'there is no module in it'
expect 2 with stress.o --set core.mode=lazy
says err 'says itself which of its domains are lazy'
sed 's/^workload.*/workload: kernel_module/' k.yaml >bare.yaml
expect 2 "$GUSIM" check bare.yaml
says err 'needs the name of an object file'
sed 's/stress.o/{file: stress.o, content: "00"}/' k.yaml >other.yaml
expect 2 "$GUSIM" check other.yaml
says err 'has another content'
ok
expect 0 "$GUSIM" kmod check stress.o wide.o
expect 2 "$GUSIM" kmod check strange.o
expect 0 "$GUSIM" kmod symbols
says out uma_zalloc_smr
expect 2 "$GUSIM" kmod nonsense
ok
echo "$passed passed, 0 failed"
