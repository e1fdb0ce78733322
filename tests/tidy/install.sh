#!/bin/sh
# install - does an installed gusim have all that belongs to it?
#
# SPDX-License-Identifier: BSD-2-Clause
set -eu
root=$1
build=$2
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

passed=0
failed=0
claim() {
	words=$1
	shift
	if "$@" >/dev/null 2>&1; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		echo "not so: $words"
	fi
}
one() { [ "$(find "$scratch" -path "*$1" | wc -l)" -eq 1 ]; }

cmake --install "$build" --prefix "$scratch/usr" >"$scratch/log" || {
	cat "$scratch/log"
	exit 1
}
claim "the program is there" one /bin/gusim
claim "and runs" "$scratch/usr/bin/gusim" --version
claim "its manual page" one /man/man1/gusim.1
claim "its completion" one /bash-completion/completions/gusim
claim "libgus" one /libgus.a
claim "the header of libgus" one /include/gus/engine/smr.h
claim "what pkg-config needs" one /pkgconfig/libgus.pc
claim "what pkg-config needs for policies" one /pkgconfig/gusim-policy.pc
claim "a policy to begin with" one /examples/policy/mine.c
(cd "$root/scenarios" && find . -name '*.yaml' | sort) >"$scratch/ours"
(cd "$scratch/usr/share/gusim/scenarios" && find . -name '*.yaml' | sort) \
    >"$scratch/theirs"
claim "all scenarios" cmp "$scratch/ours" "$scratch/theirs"
claim "what gdb needs" one /share/gusim/gusim-gdb.py
claim "no other files" [ "$(find "$scratch/usr/share/gusim" -type f \
    ! -name gusim-gdb.py | wc -l)" -eq "$(wc -l <"$scratch/ours")" ]

echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
