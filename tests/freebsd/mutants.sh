# Cores in FreeBSD's place that are wrong in one line are accused, by the check
# that the line's purpose suggests; and the one that is right is not.
# SPDX-License-Identifier: BSD-2-Clause
. "$HERE/lib.sh"

# hunted STATUS NAME CHECK SETTING...: a hunt with core.name freebsd.
runs=3000
hunted() {
	status=$1
	name=$2
	check=$3
	shift 3
	expect "$status" "a hunt of $name" "$BUILD/gusim_$name" hunt \
	    "$ROOT/scenarios/stress.yaml" --strategy delay --runs "$runs" -j 2 \
	    --set core.name=freebsd --set run.data_race=false "$@"
	says "a hunt of $name" "$check"
}

hunted 1 enter_no_fence premature_grace --set machine.memory=tso
hunted 1 advance_old_goal premature_grace
hunted 1 scan_skips_first premature_grace
# A debug kernel's assertion is a finding with the kernel's own message.
hunted 1 poll_asserts "smr_poll: waited for nothing" --set core.profile=wrap
runs=300
hunted 0 standin "no finding" --set machine.memory=tso
# What is wrong on amd64 alone does no harm in the code for arm64.
hunted 0 enter_no_fence "no finding" --set machine.memory=tso \
    --set machine.arch=arm64
counted
