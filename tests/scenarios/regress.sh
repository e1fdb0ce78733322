# regress.sh: is each bug of our own that a scenario can show still mended?  Each
# scenario of scenarios/regress/ holds as it is and when it is asked as its row in
# regress.tsv says, and fails there with the program in which the bug is back.
#   $GUSIM      the program
#   $UNDONE     where gusim_undo_NAME is
#   $MUTANTS    where gusim_NAME is
#   $SCENARIOS  the folder of the scenarios
#   $HERE       this folder
# SPDX-License-Identifier: BSD-2-Clause
set -u
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
passed=0
failed=0

# claim STATUS WORDS COMMAND...: does the command end with that status?
claim() {
	wanted=$1
	words=$2
	shift 2
	LC_ALL=C "$@" >"$work/out" 2>"$work/err"
	status=$?
	if [ $status -eq "$wanted" ] && ! grep -q "NOT CONFIRMED" "$work/out"
	then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		echo "FAILED (status $status): $words"
		cat "$work/out" "$work/err"
	fi
}

for file in "$SCENARIOS"/regress/*.yaml; do
	name=$(basename "$file" .yaml)
	row=$(awk -F'\t' -v name="$name" '$1 == name' "$HERE/regress.tsv")
	if [ -z "$row" ]; then
		failed=$((failed + 1))
		echo "FAILED: regress.tsv has no row $name"
		continue
	fi
	question=$(printf '%s\n' "$row" | cut -f 2)
	program=$(printf '%s\n' "$row" | cut -f 3)
	case $program in
	undo_*) program=$UNDONE/gusim_$program ;;
	*) program=$MUTANTS/gusim_$program ;;
	esac
	verb=${question%% *}
	options=${question#"$verb"}
	# One worker: the others would only wait for the first finding.
	[ "$verb" = run ] || options="$options -j1"
	claim 0 "$name holds" "$GUSIM" run "$file"
	# shellcheck disable=SC2086
	[ "$question" = run ] ||
	    claim 0 "$name holds: $question" "$GUSIM" $verb "$file" $options
	# shellcheck disable=SC2086
	claim 1 "$name shows the bug: $question" "$program" $verb "$file" $options
done
for name in $(awk -F'\t' '/^[a-z]/ { print $1 }' "$HERE/regress.tsv"); do
	claim 0 "regress.tsv: there is a scenario $name" \
	    test -f "$SCENARIOS/regress/$name.yaml"
done
echo "$passed passed, $failed failed"
[ $failed -eq 0 ] && [ $passed -gt 0 ]
