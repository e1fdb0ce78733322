# innocent.sh SECONDS [SCENARIO]...: is the code as it is accused, on these
# scenarios, under any memory model, by hunts of so many seconds each?
#   $GUSIM      the program
#   $SCENARIOS  the folder of the scenarios
# SPDX-License-Identifier: BSD-2-Clause
set -u
seconds=${1:-60}
[ $# -gt 0 ] && shift
[ $# -gt 0 ] || set -- kernel smoke stress main radix-churn namecache-lookup \
    producer-consumer
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
passed=0
failed=0
for scenario in "$@"; do
	# Of long runs a hunt executes hardly any; a short one meets as much.
	case $scenario in
	kernel | smoke | stress) short= ;;
	*) short="--set run.warmup=100us --set run.duration=1ms" ;;
	esac
	for memory in sc tso relaxed; do
		# On a busy computer not one run may come to its end so soon.
		for time in "$seconds" $((seconds * 20)); do
			# shellcheck disable=SC2086
			"$GUSIM" hunt "$SCENARIOS/$scenario.yaml" \
			    --time "${time}s" $short \
			    --set machine.memory=$memory \
			    >"$work/out" 2>"$work/err"
			status=$?
			grep -q '^runs *0 in' "$work/out" || break
		done
		printf '%-20s %-8s %s\n' $scenario $memory \
		    "$(grep '^runs' "$work/out")"
		if [ $status -eq 0 ] && grep -q '^no finding' "$work/out" &&
		    ! grep -q '^runs *0 in' "$work/out"; then
			passed=$((passed + 1))
		else
			failed=$((failed + 1))
			cat "$work/out" "$work/err"
		fi
	done
done
echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
