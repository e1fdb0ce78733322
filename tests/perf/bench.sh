#!/bin/sh
# Do the benchmarks still measure what they say?
# usage: tests/perf/bench.sh GUSIM_BENCH
#
# Not how long anything takes, but that it comes to its end: the program ends
# with an error where a run without a listener is another run, where one of twice
# the time has no access more, or a search finds another number of executions
# than there are.
#
# SPDX-License-Identifier: BSD-2-Clause
set -eu
if [ $# -ne 1 ] || [ ! -x "$1" ]; then
	echo "usage: bench.sh GUSIM_BENCH" >&2
	exit 2
fi
said=$(mktemp)
trap 'rm -f "$said"' EXIT
passed=0 failed=0
while read -r name wanted; do
	if "$1" --rounds 1 "$name" >"$said" 2>&1 &&
	    grep -q "^$name.* $wanted" "$said"; then
		passed=$((passed + 1))
	else
		echo "$name: \"$wanted\" expected, but it said:"
		cat "$said"
		failed=$((failed + 1))
	fi
done <<END
cost/oracle times nothing
cost/metrics times the oracle
cost/check=use_after_free times the oracle
accesses_per_second/workload=contended/memory=tso/cpus=256 M/s
executions_per_second/kernel=peers/workers=2/strategy=walk/memory=sc .*/s
executions/kernel=peers/strategy=exhaustive/memory=sc 20164.00 executions
executions/kernel=peers/strategy=exhaustive/memory=tso 26569.00 executions
END
echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
