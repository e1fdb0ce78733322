#!/bin/sh
# tutorial - does docs/policies-plugin.md do what it says?
#
# Each block of commands is executed as it stands, one after the other, in a
# folder of its own; a comment in front of a block says which status its last
# command ends with, if not 0.  What it is said to print it prints, but for
# numbers and their units.
#
# SPDX-License-Identifier: BSD-2-Clause
. "$(dirname "$0")/lib.sh"

# block-NN.sh, and .status or .prints beside it; make.sh, which does what the
# Makefile does.
awk '
/^<!-- test: / { word = $3; value = $4; next }
/^```sh$/ && word == "make" {
	file = "make.sh"
	printf "" > file
	inside = 1
	word = ""
	next
}
/^```sh$/ && word != "not" {
	file = sprintf("block-%02d.sh", ++count)
	printf "%s\n", word == "status" ? value : 0 > (file ".status")
	printf "" > file
	inside = 1
	word = ""
	next
}
/^```text$/ && word == "prints" {
	file = sprintf("block-%02d.sh.prints", count)
	printf "" > file
	inside = 1
	word = ""
	next
}
/^```/ { inside = 0; word = ""; next }
inside { print > file }' "$ROOT/docs/policies-plugin.md"
[ -e block-06.sh ] || fail "there are no blocks in the tutorial"

# Numbers are the compiler's, and so are the widths of columns.
plain() {
	sed -e 's/[0-9][0-9.]*/N/g' -e 's/+-\([^ ]*\)/N/g' \
	    -e 's/\<\([KMG]iB\|B\|ns\|us\|ms\|k\/s\|M\/s\)\>/U/g' \
	    -e 's/  */ /g' -e 's/ *$//'
}

if ! command -v make >/dev/null; then
	make() {
		sh -e "$work/make.sh"
	}
fi

set +u
for block in "$work"/block-*.sh; do
	. "$block" >"$work/out" 2>"$work/err"
	got=$?
	want=$(cat "$block.status")
	if [ "$got" -ne "$want" ]; then
		cat "$block" "$work/out" "$work/err" >&2
		echo "FAILED: status $got, not $want" >&2
		exit 1
	fi
	passed=$((passed + 1))
	[ -e "$block.prints" ] || continue
	plain <"$work/out" >"$work/plain"
	plain <"$block.prints" >"$work/wanted"
	while IFS= read -r line; do
		grep -qFx -e "$line" "$work/plain" || {
			cat "$work/out" >&2
			echo "FAILED: '$line' is not printed by" >&2
			cat "$block" >&2
			exit 1
		}
	done <"$work/wanted"
	passed=$((passed + 1))
done
grep -q '^finding *\(premature_grace\|use_after_free\|data_race\)' found ||
    { echo "FAILED: nobody is accused" >&2; exit 1; }
rm mine.o mine.so
sh -e "$work/make.sh" && gusim check only-mine.yaml --plugin ./mine.so \
    >"$work/out" 2>&1 || { cat "$work/out" >&2
	echo "FAILED: the two commands make no plugin" >&2; exit 1; }
passed=$((passed + 1))
echo "$passed passed, 0 failed"
