# Shared by the tests of FreeBSD's core; each is a script that sources this.
#   $PROGRAMS  what to test: NAME=FILE, with blanks between them
#   $GUSIM     the program of this build
#   $BUILD     where this folder's programs are
#   $ROOT      the source tree
# A script counts with ok and no, and ends with `counted`.
# SPDX-License-Identifier: BSD-2-Clause
set -u
unset GUSIM_SCENARIOS NO_COLOR

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
passed=0
failed=0

ok() {
	passed=$((passed + 1))
}

no() {
	failed=$((failed + 1))
	echo "FAILED: $*"
	for file in "$work/out" "$work/err"; do
		[ ! -s "$file" ] || sed 's/^/  /' "$file" | head -12
	done
}

# expect STATUS WHAT COMMAND...: with its output in $work/out and $work/err.
expect() {
	want=$1
	what=$2
	shift 2
	"$@" >"$work/out" 2>"$work/err"
	got=$?
	if [ "$got" -eq "$want" ]; then
		ok
	else
		no "status $got, not $want: $what"
	fi
}

# says WHAT TEXT: the last command said so, as a whole or over line ends.
says() {
	if cat "$work/out" "$work/err" | tr -s ' \n' ' ' | grep -qF -e "$2"
	then
		ok
	else
		no "$1 does not say '$2'"
	fi
}

counted() {
	echo "$passed passed, $failed failed"
	[ "$failed" -eq 0 ]
	exit
}
