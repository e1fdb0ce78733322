# hunt_one.sh NAME [OPTION]...: hunts the mutant of that row of catalogue.tsv,
# where the row says, with these further options of `gusim hunt`.
#   $PROGRAMS   where gusim_NAME is
#   $SCENARIOS  the folder of the shipped scenarios
#   $HERE       this folder
# SPDX-License-Identifier: BSD-2-Clause
set -uf
name=$1
shift
row=$(awk -F'\t' -v name="$name" '$1 == name' "$HERE/catalogue.tsv")
[ -n "$row" ] || {
	echo "hunt_one.sh: catalogue.tsv has no row $name" >&2
	exit 2
}
field() {
	printf '%s\n' "$row" | cut -f "$1"
}
scenario=$HERE/$(field 6).yaml
[ -f "$scenario" ] || scenario=$SCENARIOS/$(field 6).yaml
# Bugs that no model shows are looked for under that of the machine at hand.
model=$(field 4)
[ "$model" = none ] || set -- --set "machine.memory=$model" "$@"
for setting in $(field 7); do
	[ "$setting" = - ] || set -- --set "$setting" "$@"
done
LC_ALL=C exec "$PROGRAMS/gusim_$name" hunt "$scenario" "$@"
