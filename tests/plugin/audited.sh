#!/bin/sh
# A policy that looks at an address, which no policy may: all runs come to their
# end, no check has anything against it, and the audit of a sweep accuses it.
# SPDX-License-Identifier: BSD-2-Clause
. "$(dirname "$0")/lib.sh"

awk '/^mine_alloc\(void \*policy\)/ {
	print
	getline
	print
	print "\tunsigned long long reads = (unsigned long long)policy >> 21;"
	print "\tfor (reads %= 61; reads > 0; reads--)"
	print "\t\t(void)*(volatile char *)policy;"
	next
} { print }' "$ROOT/examples/policy/mine.c" >looks.c
grep -q 'reads %= 61' looks.c || fail "nothing was planted"
plugin looks

cat >scene.yaml <<'END'
name: scene
machine: {cpus: 4, pages: 16MiB}
zone: {item_size: 128B}
policies: [mine]
workload:
  slot_churn: {slots: 64}
run: {warmup: 20us, duration: 100us}
seeds: {from: 1, count: 400}
END
for workers in 1 2; do
	expect 1 gusim sweep scene.yaml --plugin ./looks.so --db "$workers.db" \
	    -j $workers
	says out "0 the same"
	says err "the same run gave something else in another process"
	says err "gusim replay"
	[ "$(sqlite3 "$workers.db" "SELECT count(*) FROM run WHERE status <> 'ok'")" = 0 ] ||
	    fail "somebody else accuses it"
	ok
done
expect 0 gusim sweep scene.yaml --plugin ./looks.so --db none.db --no-audit
ok
echo "$passed passed, 0 failed"
