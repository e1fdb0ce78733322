# hunt.sh [NAME]...: does the default strategy find each of these mutants, or,
# without names, all of catalogue.tsv that are to be found?  Does nothing accuse
# the harmless ones, nor the core as it is, in five seconds each?  `short`: only
# the mutants, and only as many runs as take a moment.
#   $PROGRAMS, $SCENARIOS, $HERE as in hunt_one.sh
#   $GUSIM      the program of the core as it is
# SPDX-License-Identifier: BSD-2-Clause
set -u
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
passed=0
failed=0
short=no
[ "${1:-}" != short ] || { short=yes; shift; }

# verdict STATUS WORDS: did the hunt end with that status?
verdict() {
	if [ "$status" -eq "$1" ] && ! grep -q "NOT CONFIRMED" "$work/out"; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		echo "FAILED (status $status): $2"
		cat "$work/out" "$work/err"
	fi
}

hunt() {
	sh "$HERE/hunt_one.sh" "$@" >"$work/out" 2>"$work/err"
	status=$?
}

for name in $(awk -F'\t' -v names=" $* " '/^[a-z]/ && (names == "  " ||
    index(names, " " $1 " ")) { print $1 ":" $8 }' "$HERE/catalogue.tsv"); do
	fate=${name#*:}
	name=${name%:*}
	# No workload of the simulator gets there.
	[ "$fate" != elsewhere ] || continue
	case $fate-$short in
	killed-*)
		hunt "$name" -j1 --time 300s
		verdict 1 "$name is found" ;;
	safe-no)
		hunt "$name" -j1 --time 5s
		verdict 0 "$name is harmless" ;;
	esac
	[ $short = no ] || continue
	ln -sf "$GUSIM" "$work/gusim_$name"
	PROGRAMS=$work hunt "$name" -j1 --time 5s
	verdict 0 "the core as it is, where $name is hunted"
done
echo "$passed passed, $failed failed"
[ $failed -eq 0 ] && [ $passed -gt 0 ]
