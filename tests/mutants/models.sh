# models.sh [long]: are planted bugs found under the memory models that let
# them show, and under no other?  With `long`, by hunts on larger scenarios.
#   $PROGRAMS   where gusim_NAME is, for each mutant NAME
#   $GUSIM      the program of the core as it is
#   $SCENARIOS  the folder of the shipped scenarios
#   $HERE       this folder
# SPDX-License-Identifier: BSD-2-Clause
set -u
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 99
mkdir elsewhere
passed=0
failed=0
kernel=$SCENARIOS/kernel.yaml

# verdict WORDS: counts the claim, with what was seen where it does not hold.
verdict() {
	words=$(echo "$*" | sed "s|$SCENARIOS/||; s|$HERE/||; s|--set ||g")
	if [ "$bad" = no ]; then
		passed=$((passed + 1))
		echo "ok: $words ($(awk '$1 == "runs" { print $2 }' out) runs)"
	else
		failed=$((failed + 1))
		echo "FAILED: $words: $bad"
		cat out err
	fi
}

# program NAME: that of a mutant, or `none`.
program() {
	[ "$1" = none ] && echo "$GUSIM" || echo "$PROGRAMS/gusim_$1"
}

# caught NAME SCENARIO [OPTION]...: a hunt accuses it, and the token repeats
# that in another process and folder, to the bit.
caught() {
	name=$1
	bad=no
	shift
	"$(program "$name")" hunt "$@" >out 2>err
	if [ $? -ne 1 ]; then
		bad="the hunt found nothing"
		verdict "$name is caught: $*"
		return
	fi
	grep -qE '^finding   (use_after_free|premature_grace|data_race): ' out ||
	    bad="no finding of memory"
	grep -q "NOT CONFIRMED" out && bad="the finding does not repeat"
	env -C elsewhere LC_ALL=C "$(program "$name")" replay ../out \
	    >again 2>silence
	[ $? -eq 1 ] || bad="the replay found nothing"
	# A digest that differs, or a way that is lost, is said there.
	[ -s silence ] && bad="the replay says: $(cat silence)"
	verdict "$name is caught: $*"
}

# innocent NAME SCENARIO [OPTION]...: a hunt accuses it of nothing.
innocent() {
	name=$1
	bad=no
	shift
	"$(program "$name")" hunt "$@" >out 2>err
	[ $? -eq 0 ] || bad="status"
	grep -q '^no finding' out || bad="a finding"
	case "$*" in
	*exhaustive*)
		grep -q '^everything has been seen' out ||
		    bad="not everything has been seen"
	esac
	verdict "$name is innocent: $*"
}

if [ "${1:-}" = long ]; then
	for scenario in smoke stress; do
		file=$SCENARIOS/$scenario.yaml
		caught enter-no-fence "$file" --set machine.memory=tso
		caught enter-no-fence "$file" --set machine.memory=relaxed
		caught enter-acquire "$file" --set machine.memory=relaxed
	done
	for clock in core.mode=eager core.mode=deferred; do
		innocent none "$kernel" --strategy exhaustive \
		    --set machine.memory=relaxed --set core.deferral=2 \
		    --set $clock --time 600s
	done
	innocent none "$kernel" --strategy exhaustive --time 1200s \
	    --set machine.memory=sc --set workload.kernel.rounds=2
	innocent none "$kernel" --strategy exhaustive --time 1200s \
	    --set machine.memory=tso --set workload.kernel.rounds=2
	echo "$passed passed, $failed failed"
	[ $failed -eq 0 ]
	exit
fi

# Without [R2], or with an acquire read-modify-write in place of [R1] and [R2]:
# by every order, by the oracle alone, and by a hunt of the default strategy.
for mutant in enter-no-fence enter-acquire enter-acq-rel; do
	for memory in sc tso relaxed; do
		case $mutant-$memory in
		enter-no-fence-sc | enter-acq*-sc | enter-acq*-tso)
			claim=innocent ;;
		*)
			claim=caught ;;
		esac
		set -- --set machine.memory=$memory
		$claim $mutant "$kernel" --strategy exhaustive "$@"
		$claim $mutant "$kernel" --strategy exhaustive "$@" \
		    --set run.data_race=false
		$claim $mutant "$kernel" --runs 2000 "$@"
	done
done

# The core as it is, in every order.
for memory in sc tso; do
	for clock in core.mode=eager core.mode=deferred; do
		innocent none "$kernel" --strategy exhaustive \
		    --set machine.memory=$memory --set core.deferral=2 \
		    --set $clock
	done
done
innocent none "$kernel" --strategy exhaustive --set machine.memory=relaxed \
    --set workload.kernel.swaps=2

# A lazy clock that waits for one tick only.
for phase in spread random; do
	caught none "$HERE/lazy.yaml" --runs 2000 --set core.lazy_grace=1 \
	    --set machine.tick_phase=$phase --set run.data_race=false \
	    --strategy random
	innocent none "$HERE/lazy.yaml" --runs 500 \
	    --set machine.tick_phase=$phase --set run.data_race=false \
	    --strategy random
done

# The others, each where it can show.
stress=$SCENARIOS/stress.yaml
deferred="--set core.mode=deferred --set core.deferral=2"
caught enter-publish-ahead "$kernel"
caught advance-old-goal "$kernel"
caught fetch-no-poll "$kernel"
caught deferred-goal-wr "$kernel" $deferred
caught ahead-is-expired "$kernel" $deferred
caught scan-publish-wr "$stress"
caught fetch-trusts-hint "$stress"
caught stamped-when-opened "$stress"
caught swap-alloc-and-free "$stress"
caught commit-without-advance "$stress" --set zone.advance_every=3
caught empty-without-wait "$SCENARIOS/smoke.yaml"

echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
