#!/bin/bash
# completion - does the command line complete to what there is?
#
# SPDX-License-Identifier: BSD-2-Clause
set -u
PATH=$2:$PATH
. "$1/tools/cli/gusim.bash"

passed=0
failed=0
# offers WORD COMMAND-LINE...: is WORD among the completions?
offers() {
	local want=$1
	shift
	COMP_WORDS=("$@")
	COMP_CWORD=$(($# - 1))
	_gusim
	if [[ " ${COMPREPLY[*]-} " == *" $want "* ]]; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		echo "$*: no $want among: ${COMPREPLY[*]-}"
	fi
}
nothing() {
	COMP_WORDS=("$@")
	COMP_CWORD=$(($# - 1))
	_gusim
	if [ ${#COMPREPLY[@]} -eq 0 ]; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		echo "$*: ${COMPREPLY[*]}, and nothing should be offered"
	fi
}

offers sweep gusim s
offers replay gusim ''
offers merge gusim help m
offers --resume gusim sweep --res
offers --json gusim list --j
offers zone.bucket_size= gusim run --set zone.b
offers zone.bucket_size= gusim run -s zone.b
offers knobs gusim list k
nothing gusim z
nothing gusim run scen
nothing gusim sweep --no-such

echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
