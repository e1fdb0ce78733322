#!/bin/bash
# Does a run of ten billion accesses stay as it began?
# usage: tests/perf/long.sh GUSIM COUNTED [ACCESSES]
#
# One run of that many accesses: the memory of the process, looked at each
# second, does not grow after the start, and its last tenth takes as much CPU
# time as its first, within 10%.  And a run of a tenth as many, with a worker of
# its own and with two at a time, traced and not: one digest.  Some minutes; the
# times mean little where others use the computer.
#
# SPDX-License-Identifier: BSD-2-Clause
set -euo pipefail
if [ $# -lt 2 ] || [ ! -x "$1" ] || [ ! -x "$2" ]; then
	echo "usage: long.sh GUSIM COUNTED [ACCESSES]" >&2
	exit 2
fi
gusim=$1 counted=$2 accesses=${3:-10000000000}
here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
work=$(mktemp -d)
child=
trap '[ -z "$child" ] || kill "$child" 2>/dev/null || true; rm -rf "$work"' EXIT
passed=0 failed=0
verdict() {	# verdict NAME WORDS CONDITION...
	local name=$1 words=$2
	shift 2
	if "$@"; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		name="NOT: $name"
	fi
	echo "$name: $words"
}
less() { awk -v a="$1" -v b="$2" 'BEGIN { exit !(a < b) }'; }

# --- one long run: a line for each tenth, memory by the second ------------------
nice "$counted" slices "$accesses" >"$work/slices" &
child=$!
while kill -0 $child 2>/dev/null; do
	awk '{ print $2 * 4 }' /proc/$child/statm >>"$work/rss" 2>/dev/null || true
	sleep 1
done
wait $child || { echo "long.sh: the run failed" >&2; exit 3; }
child=
cat "$work/slices"
read -r total ratio <<<"$(awk '{ sum += $1; rate[NR] = $1 / $2 }
	END { printf "%.0f %.3f\n", sum, rate[NR] / rate[1] }' "$work/slices")"
read -r early late <<<"$(awk '{ kb[NR] = $1 } END {
	i = int(NR / 10) + 2; if (i > NR) i = NR
	for (n = i; n <= NR; n++) if (kb[n] > most) most = kb[n]
	print kb[i], most }' "$work/rss")"
verdict "as many accesses as wanted" "$total" [ "$total" -ge "$accesses" ]
verdict "memory does not grow" "$early KiB after a tenth, at most $late KiB later" \
	less "$late" "$(awk -v a="$early" 'BEGIN { print a * 1.02 + 1024 }')"
verdict "no slowdown" "the last tenth at $ratio times the first's rate" \
	less 0.9 "$ratio"

# --- one digest -------------------------------------------------------------------
# About 0.07 accesses for each nanosecond of each of 8 CPUs.
us=$((accesses / 10 / 560 + 1))
for seed in 1 2; do
	"$gusim" run "$here/hit.yaml" --seed $seed --set machine.cpus=8 \
		--set run.duration=${us}us --json >"$work/alone.$seed"
done
digests() { sed -n 's/.*"digest": *"\([0-9a-f]*\)".*/\1/p' "$@"; }
sed "s/^run:.*/run: {warmup: 0s, duration: ${us}us}/; s/cpus: 64/cpus: 8/" \
	"$here/hit.yaml" >"$work/sweep.yaml"
echo 'seeds: {from: 1, count: 2}' >>"$work/sweep.yaml"
"$gusim" sweep "$work/sweep.yaml" --db "$work/x.db" -j 2 --no-audit --progress=never >/dev/null
sqlite3 "$work/x.db" 'SELECT digest FROM run ORDER BY seed' >"$work/together"
digests "$work/alone.1" "$work/alone.2" >"$work/alone"
verdict "one worker and two" "$(tr '\n' ' ' <"$work/together")" \
	cmp -s "$work/alone" "$work/together"
token=$(sed -n 's/.*"token": *"\([^"]*\)".*/\1/p' "$work/alone.1")
"$gusim" replay "$token" --trace "$work/trace" --json >"$work/traced"
digests "$work/traced" >"$work/traced.digest"
head -n 1 "$work/alone" | cmp -s - "$work/traced.digest" && same=true || same=false
verdict "traced and not" "$(cat "$work/traced.digest")" $same
echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
