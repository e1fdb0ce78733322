#!/bin/sh
# golden - does the same question still have the same answer?
#
# usage: golden.sh GUSIM SCENARIOS FILE [--write]
#
# FILE has a line `SCENARIO SEED DIGEST` for each run.  A digest that changed
# is a change of what happens inside a run: say why in the commit that writes
# the new one.
#
# SPDX-License-Identifier: BSD-2-Clause
set -eu

gusim=$1
scenarios=$2
golden=$3
seeds='1 2'

digests() {
	for file in "$scenarios"/*.yaml; do
		for seed in $seeds; do
			digest=$("$gusim" run "$file" --seed "$seed" --json \
			    2>/dev/null |
			    sed -n 's/^  "digest": "\([0-9a-f]*\)",$/\1/p') || :
			printf '%s %s %s\n' "$(basename "$file" .yaml)" \
			    "$seed" "$digest"
		done
	done
}

if [ "${4:-}" = --write ]; then
	digests >"$golden"
	exit
fi
if [ ! -f "$golden" ]; then
	echo "no digests are recorded for this compiler: $(basename "$golden")"
	exit 77
fi
now=$(mktemp)
trap 'rm -f "$now"' EXIT
digests >"$now"
if diff -u "$golden" "$now"; then
	echo "$(wc -l <"$golden") digests are what they were"
else
	echo "What happens inside a run has changed.  If that is meant, record it:"
	echo "  tests/scenarios/golden.sh GUSIM scenarios $golden --write"
	exit 1
fi
