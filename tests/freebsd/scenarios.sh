# Every scenario that gusim ships, in every mode, with and without INVARIANTS,
# under sc and tso, on each core that stands in FreeBSD's place: no check that
# holds for our core accuses it.  Short runs: what counts is that all of the
# core's code meets all of the workloads.
# SPDX-License-Identifier: BSD-2-Clause
. "$HERE/lib.sh"

for program in $PROGRAMS; do
	gusim=${program#*=}
	modes="eager deferred lazy"
	profiles="production wrap"
	if "$gusim" --version | grep -q "no lazy mode"; then
		modes="eager deferred"
	fi
	for scenario in "$ROOT"/scenarios/*.yaml; do
		name=$(basename "$scenario" .yaml)
		# Its finding is what it is for.
		[ "$name" != canary ] || continue
		for mode in $modes; do
			for profile in $profiles; do
				for memory in sc tso; do
					expect 0 "${program%%=*}: $name $mode $profile $memory" \
					    "$gusim" run "$scenario" \
					    --set core.name=freebsd \
					    --set core.mode=$mode \
					    --set core.profile=$profile \
					    --set core.lazy_grace=2 \
					    --set machine.memory=$memory \
					    --set run.warmup=0 \
					    --set run.duration=200us
				done
			done
		done
	done
done
counted
