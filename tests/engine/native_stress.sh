#!/bin/sh
# native_stress.sh PROGRAMS SECONDS: all native stress programs in all modes, with
# both kinds of fence, for about SECONDS together; and each detector on readers
# that the core does not know of.  Prints a line for each run.
#
# SPDX-License-Identifier: BSD-2-Clause
set -u
programs=$1
total=$2

passed=0
failed=0
run() {
	timeout $((each * 10 + 60)) "$programs/$@"
	status=$?
	case $status in
	0) passed=$((passed + 1)) ;;
	77) ;;
	*)
		failed=$((failed + 1))
		echo "FAILED with $status: $*"
		;;
	esac
}

# 28 runs that take so long, and 6 of the detectors.
each=$(((total - 12) / 28))
[ $each -ge 1 ] || each=1
for kind in '' symmetric; do
	for mode in eager deferred lazy; do
		# A lazy domain has no fence of that kind.
		[ "$mode$kind" = lazysymmetric ] && continue
		run smr_stress $mode $each 4 $kind
		run zone_stress $mode $each 4 $kind
		for pattern in chains stall storm; do
			run native_patterns $pattern $mode $each 4 $kind
		done
	done
done
run smr_duel asymmetric $each
run smr_duel symmetric $each
# More threads than processors by far.
run smr_stress eager $each 48

# These end as soon as they are caught.
run smr_stress unprotected 30 4
run zone_stress unprotected 30 4
for pattern in chains stall storm; do
	run native_patterns $pattern unprotected 30 4
done
run smr_duel_unfenced canary 20
echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
