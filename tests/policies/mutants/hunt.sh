# hunt.sh killed|innocent [NAME]...: does the default strategy find each mutant
# of a scheme?  Or: does it find nothing in the schemes as they are, where their
# mutants are hunted?  Names with a + are bugs that a knob brings back.
# hunt.sh promised TIME: does a hunt of that length find nothing under relaxed in
# any scheme that promises to be safe there?  Only hunts read old values.
#   $PROGRAMS   where gusim_policy_NAME is
#   $GUSIM      the program of the schemes as they are
#   $HERE       this folder
# SPDX-License-Identifier: BSD-2-Clause
set -u
which=$1
shift
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
passed=0
failed=0

# hunt PROGRAM POLICY MODEL LENGTH TIME SETTING...
hunt() {
	program=$1 policy=$2 model=$3 length=$4 time=$5
	shift 5
	sed "s/POLICY/$policy/; s/DURATION/$length/" "$HERE/duel.yaml" \
	    >"$work/duel.yaml"
	settings=
	for setting in "$@"; do
		[ "$setting" = - ] || settings="$settings --set $setting"
	done
	# shellcheck disable=SC2086
	LC_ALL=C "$program" hunt "$work/duel.yaml" -j1 --time "$time" \
	    --set "machine.memory=$model" $settings \
	    >"$work/out" 2>"$work/err"
	status=$?
}

# verdict STATUS WORDS
verdict() {
	if [ "$status" -eq "$1" ] && ! grep -q "NOT CONFIRMED" "$work/out"; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		echo "FAILED (status $status): $2"
		cat "$work/out" "$work/err"
	fi
}

if [ "$which" = promised ]; then
	for policy in $("$GUSIM" list policies --json |
	    sed -n 's/^    "name": "\(.*\)",$/\1/p'); do
		status=1
		! grep -q "^$policy	" "$HERE/promised.tsv" || status=0
		: >"$work/out" >"$work/err"
		verdict 0 "$policy has a row in promised.tsv"
	done
	while read -r policy length settings; do
		case $policy,$length in \#*|*,not) continue ;; esac
		# shellcheck disable=SC2086
		hunt "$GUSIM" "$policy" relaxed "$length" "$1" $settings
		verdict 0 "$policy under relaxed: $settings"
	done <"$HERE/promised.tsv"
	echo "$passed passed, $failed failed"
	[ $failed -eq 0 ] && [ $passed -gt 30 ]
	exit
fi
while read -r name file model length settings; do
	case $name in \#*) continue ;; esac
	case " $* " in "  " | *" $name "*) ;; *) continue ;; esac
	policy=${file%.c}
	policy=${policy%_core}
	# shellcheck disable=SC2086
	if [ "${name#+}" != "$name" ]; then
		[ "$which" = killed ] || continue
		hunt "$GUSIM" "$policy" "$model" "$length" 300s $settings
		verdict 1 "${name#+}, which a knob brings back, is found"
	elif [ "$which" = killed ]; then
		hunt "$PROGRAMS/gusim_policy_$name" "$policy" "$model" \
		    "$length" 300s $settings
		verdict 1 "$name is found"
	else
		hunt "$GUSIM" "$policy" "$model" "$length" 5s $settings
		verdict 0 "$policy as it is, where $name is hunted"
	fi
done <"$HERE/catalogue.tsv"
echo "$passed passed, $failed failed"
[ $failed -eq 0 ] && [ $passed -gt 0 ]
