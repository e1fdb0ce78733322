# survive.sh SECONDS [SCENARIO]: does the core as it is survive so many seconds
# of hunting by two workers, in each mode and under each memory model in which it
# should be safe?  A lazy core needs the clock interrupt to be a fence, which
# under `relaxed` it is not, and any CPU to move the clock, as FreeBSD does (see
# docs/findings/lazy-stale-ticks.md).
#   $GUSIM      the program
#   $SCENARIOS  the folder of the scenarios
# SPDX-License-Identifier: BSD-2-Clause
set -u
seconds=${1:?"how many seconds?"}
scenario=${2:-stress}
[ -f "$scenario" ] || scenario=$SCENARIOS/$scenario.yaml
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
passed=0
failed=0
printf '%-9s %-8s %10s %11s %9s\n' mode model runs behaviours findings
for case in eager-sc eager-tso eager-relaxed deferred-sc deferred-tso \
    deferred-relaxed lazy-sc lazy-tso; do
	mode=${case%-*}
	model=${case#*-}
	LC_ALL=C "$GUSIM" hunt "$scenario" -j2 --time "${seconds}s" --keep-going \
	    --set core.mode="$mode" --set machine.memory="$model" \
	    --set machine.tick_mover=any >"$work/out" 2>"$work/err"
	status=$?
	runs=$(awk '$1 == "runs" { print $2 }' "$work/out")
	printf '%-9s %-8s %10s %11s %9s\n' "$mode" "$model" "$runs" \
	    "$(awk '$1 == "behaviours" { print $2 }' "$work/out")" \
	    "$(grep -c '^finding' "$work/out")"
	if [ $status -eq 0 ] && [ "${runs:-0}" -gt 0 ] &&
	    grep -q '^no finding' "$work/out"; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		cat "$work/out" "$work/err"
	fi
done
echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
