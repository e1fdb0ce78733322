#!/bin/sh
# Does the program fetch what it will touch soon?
# usage: tests/perf/prefetch.sh PROGRAM
#
# Nothing that a run prints tells: for a while a compiler had left all of it out.
# The program has nothing of the kind but the next CPU's state, in machine_next(),
# and what a loaded pointer leads to, in each hook of an atomic load.
#
# SPDX-License-Identifier: BSD-2-Clause
set -eu
if [ $# -ne 1 ] || [ ! -x "$1" ]; then
	echo "usage: prefetch.sh PROGRAM" >&2
	exit 2
fi
command -v objdump >/dev/null || {
	echo "skipped: there is no objdump"
	exit 77
}
# in NAME: how many instructions that fetch are in functions of such a name.
in_function() {
	objdump -d --no-show-raw-insn "$1" | awk -v name="$2" '
	/^[0-9a-f]+ </ { inside = index($2, "<" name) == 1 }
	inside && /[ \t](prefetch[a-z0-9]*|prfm)[ \t]/ { n++ }
	END { print n + 0 }'
}
passed=0 failed=0
while read -r name least; do
	n=$(in_function "$1" "$name")
	echo "$name: $n instructions that fetch, at least $least wanted"
	if [ "$n" -ge "$least" ]; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
	fi
done <<END
machine_ 6
__tsan_atomic64_load 2
END
echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
