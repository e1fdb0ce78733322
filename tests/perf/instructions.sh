#!/bin/sh
# Does fixed work take as many instructions as it did?
# usage: tests/perf/instructions.sh [--record] [PROGRAM COMPILER]
#
# Counts what perf_counted executes of its own code (not of the C library, which
# picks its functions by the processor) under valgrind's callgrind, and compares
# with counts.tsv, a row for each compiler and piece of work.  3% more is a
# failure; 3% less asks to be recorded.  --record writes the rows of this
# compiler anew; without PROGRAM the presets' build folders are looked in, gcc's
# and then clang's.
#
# Exit status: 0 as it was, 1 not, 2 bad usage, 3 it could not be counted,
# 77 skipped: no valgrind, or no counts of this compiler.
#
# SPDX-License-Identifier: BSD-2-Clause
set -eu
here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)
counts=$here/counts.tsv
tab=$(printf '\t')
record=false
if [ "${1:-}" = --record ]; then
	record=true
	shift
fi
if ! command -v valgrind >/dev/null; then
	echo "skipped: there is no valgrind, which counts instructions"
	exit 77
fi
if [ $# -eq 0 ]; then
	found=0
	for build in release clang; do
		program=$here/../../build/$build/tests/perf/perf_counted
		[ -x "$program" ] || continue
		found=1
		compiler=$(sed -n 's/.*perf_counted" "\([a-z0-9_-]*\)".*/\1/p' \
		    "$here/../../build/$build/tests/perf/CTestTestfile.cmake")
		if $record; then
			sh "$0" --record "$program" "$compiler"
		else
			sh "$0" "$program" "$compiler"
		fi
	done
	[ $found -eq 1 ] || {
		echo "instructions.sh: no perf_counted in build/release or build/clang; build the tests first" >&2
		exit 2
	}
	exit 0
fi
if [ $# -ne 2 ] || [ ! -x "$1" ]; then
	echo "usage: instructions.sh [--record] [PROGRAM COMPILER]" >&2
	exit 2
fi
program=$(CDPATH= cd -- "$(dirname -- "$1")" && pwd -P)/$(basename -- "$1")
compiler=$2
if ! $record && ! grep -q "^$compiler$tab" "$counts" 2>/dev/null; then
	echo "skipped: no counts of $compiler are recorded; tests/perf/instructions.sh --record $1 $compiler records them"
	exit 77
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# count NAME ARGUMENT...: the instructions.  Nothing of this computer or of the
# caller's environment may be in it: no address, no setting.
count() {
	name=$1
	shift
	rm -f "$work/out"
	env -i PATH="$PATH" setarch -R valgrind --tool=callgrind \
	    --callgrind-out-file="$work/out" --collect-atstart=no \
	    --toggle-collect=counted_part --compress-strings=no \
	    --compress-pos=no --dump-line=no "$program" "$@" \
	    >"$work/said" 2>"$work/err" </dev/null || {
		cat "$work/err" >&2
		echo "instructions.sh: counting $name failed" >&2
		exit 3
	}
	# The cost of a function's own instructions; the line after a call has
	# what the call took, which is counted where it was spent.
	awk -v program="$program" '
	/^ob=/ { own = substr($0, 4) == program; next }
	/^calls=/ { getline; next }
	/^(0x)?[0-9a-f]+ [0-9]+$/ && own { sum += $2 }
	END { printf "%d\n", sum }' "$work/out"
}

cat >"$work/list" <<END
hit/tso	hit/tso/64
hit/relaxed	hit/relaxed/64
miss/tso	miss/tso/64
miss/relaxed	miss/relaxed/64
contended/tso	contended/tso/64
contended/relaxed	contended/relaxed/64
races/tso	contended/tso/8	1ms	races
peers/sc	peers/sc
peers/tso	peers/tso
peers/relaxed	peers/relaxed
hunt	hunt
litmus	litmus	$here/../litmus/c/CoRR-IRIW.litmus
END

passed=0 failed=0
while IFS=$tab read -r name one two three; do
	set -- "$one" ${two:+"$two"} ${three:+"$three"}
	now=$(count "$name" "$@")
	if [ "${now:-0}" -lt 100000 ]; then
		echo "instructions.sh: counting $name gave ${now:-nothing}" >&2
		exit 3
	fi
	echo "$compiler$tab$name$tab$now" >>"$work/new"
	$record && continue
	was=$(awk -F"$tab" -v c="$compiler" -v n="$name" \
	    '$1 == c && $2 == n { print $3 }' "$counts")
	verdict=$(awk -v now="$now" -v was="${was:-0}" 'BEGIN {
		if (was == 0) { print "not recorded"; exit }
		change = (now / was - 1) * 100
		printf "%+.2f%% ", change
		print (change > 3 ? "slower" : change < -3 ? "better" : "as it was")
	}')
	printf '%-18s %12s %12s  %s\n' "$name" "${was:--}" "$now" "$verdict"
	case $verdict in
	*slower | "not recorded") failed=$((failed + 1)) ;;
	*) passed=$((passed + 1)) ;;
	esac
	case $verdict in *better)
		echo "  record it: tests/perf/instructions.sh --record" ;;
	esac
done <"$work/list"
if $record; then
	{
		grep -v "^$compiler$tab" "$counts" 2>/dev/null ||
		    printf '# compiler\twork\tinstructions: tests/perf/instructions.sh --record\n'
		cat "$work/new"
	} >"$work/counts"
	cp "$work/counts" "$counts"
	echo "recorded: $(wc -l <"$work/new") counts of $compiler"
	exit 0
fi
echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
