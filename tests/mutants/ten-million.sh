# ten-million.sh [RUNS]: is the core as it is accused in so many random
# executions (ten million unless given) of the kernel of two readers and a
# writer?  Every memory model, clock and strategy has its share.  A lazy core
# needs the clock interrupt to be a fence, which under `relaxed` it is not.
#   $GUSIM      the program
#   $SCENARIOS  the folder of kernel.yaml
# SPDX-License-Identifier: BSD-2-Clause
set -u
total=${1:-10000000}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
done=0
hunts=0
failed=0

# hunt WEIGHT STRATEGY MEMORY [KNOB=VALUE]...: so many of 1000 shares.
hunt() {
	runs=$((total * $1 / 1000))
	[ "$runs" -gt 0 ] || runs=1
	strategy=$2
	memory=$3
	shift 3
	set -- $(printf -- '--set %s ' "machine.memory=$memory" "$@")
	"$GUSIM" hunt "$SCENARIOS/kernel.yaml" --strategy "$strategy" \
	    --runs $runs "$@" >"$work/out" 2>"$work/err"
	status=$?
	seen=$(awk '$1 == "runs" { print $2 }' "$work/out")
	printf '%-8s %-44s %s\n' "$strategy" "$(echo "$*" |
	    sed -e 's/--set //g' -e 's/workload.kernel.//g')" \
	    "$(grep '^runs' "$work/out")"
	hunts=$((hunts + 1))
	done=$((done + ${seen:-0}))
	if [ $status -ne 0 ] || [ "${seen:-0}" -ne $runs ] ||
	    ! grep -q '^no finding' "$work/out"; then
		failed=$((failed + 1))
		cat "$work/out" "$work/err"
	fi
}

for memory in sc tso relaxed; do
	for clock in "core.mode=eager" "core.mode=deferred core.deferral=2"; do
		hunt 80 random $memory $clock
		hunt 30 pct $memory $clock
		hunt 30 delay $memory $clock
		hunt 21 mixed $memory $clock workload.kernel.rounds=4 \
		    workload.kernel.swaps=6
	done
done
for memory in sc tso; do
	hunt 17 mixed $memory core.mode=lazy machine.hz=100000 \
	    workload.kernel.rounds=4 workload.kernel.swaps=6
done
echo "$done executions"
echo "$((hunts - failed)) passed, $failed failed"
[ $failed -eq 0 ] && [ "$done" -ge "$total" ]
