# From outside: is what `gusim calibrate` writes a preset, in whole or not at
# all?  Of the numbers only what no noise changes is held: ranges, and the order
# of the levels.
#   $GUSIM   the program
# SPDX-License-Identifier: BSD-2-Clause
set -u
unset GUSIM_SCENARIOS NO_COLOR
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 99

fail() {
	echo "FAILED: $*" >&2
	[ -s out ] && sed 's/^/  stdout: /' out | head -20 >&2
	[ -s err ] && sed 's/^/  stderr: /' err | head -20 >&2
	exit 1
}

expect() {
	want=$1
	shift
	"$@" >out 2>err
	got=$?
	[ "$got" -eq "$want" ] || fail "status $got, not $want: $*"
}

says() {
	grep -qF -e "$2" "$1" || fail "'$2' is not in $1"
}

# What is wrong is said before anything is measured.
begin=$(date +%s)
expect 3 "$GUSIM" calibrate -o nowhere/host.yaml
says err "nowhere/host.yaml cannot be written: No such file or directory"
mkdir folder.yaml
expect 3 "$GUSIM" calibrate -o folder.yaml
says err "it is no file"
expect 2 "$GUSIM" calibrate -o host.txt
says err "ends in .yaml"
expect 2 "$GUSIM" calibrate -o "a b.yaml"
says err "letters, digits and ._+-"
expect 2 "$GUSIM" calibrate -o ""
expect 2 "$GUSIM" calibrate --time 3
says err "--time"
expect 2 "$GUSIM" calibrate something
[ $(($(date +%s) - begin)) -lt 15 ] || fail "refusing took too long"

# Interrupted: nothing new, and what was there is as it was.
echo "precious" >host.yaml
expect 130 timeout --preserve-status -s INT 2 "$GUSIM" calibrate \
    --time 100s -o host.yaml
expect 143 timeout --preserve-status -s TERM 2 "$GUSIM" calibrate \
    --time 100s -o host.yaml
[ "$(cat host.yaml)" = precious ] || fail "the file was touched"
[ "$(ls)" = "$(printf 'err\nfolder.yaml\nhost.yaml\nout')" ] ||
    fail "something is left: $(ls)"

# Measured: a table, a document, and a preset that the program reads.
expect 0 "$GUSIM" calibrate --time 1s -o host.yaml
says out "transfer_socket"
says host.yaml "name: host"
says host.yaml "spread"
expect 0 "$GUSIM" calibrate --time 1s --json -o host.yaml
mv out document.json
number() {
	sqlite3 :memory: "SELECT json_extract(value, '\$.value')
	    FROM json_each(readfile('document.json'), '\$.quantities')
	    WHERE json_extract(value, '\$.name') = '$1'"
}
# holds EXPRESSION: of awk, true.
holds() {
	awk "BEGIN { exit !($1) }" || fail "not so: $1"
}
hit=$(number hit) near=$(number near) shared=$(number shared)
dram=$(number dram)
holds "$hit > 0.05 && $hit <= $near && $near <= $shared && $shared <= $dram"
holds "$dram > 20 && $dram < 20000"
for name in fence pause lock switch page page_fault clock; do
	value=$(number $name)
	holds "$value > 0.1 && $value < 1e7"
done
for name in atomic; do
	value=$(number $name)
	holds "$value >= 0 && $value < 1e5"
done
if [ "$(number hz)" != "" ]; then
	holds "$(number hz) >= 24 && $(number hz) <= 100000"
fi
[ "$(sqlite3 :memory: "SELECT count(*) FROM
    json_each(readfile('document.json'), '\$.quantities')
    WHERE json_extract(value, '\$.value') NOT BETWEEN
    json_extract(value, '\$.low') AND json_extract(value, '\$.high')")" = 0 ] ||
    fail "a value is outside of its own spread"

# By a path: beside the scenario, in the current folder, from the root.
mkdir -p scenarios elsewhere
mv host.yaml scenarios/host.yaml
for preset in host.yaml ./host.yaml "$work/scenarios/host.yaml"; do
	cat >scenarios/try.yaml <<-YAML
	name: try
	machine: {preset: $preset}
	workload: {slot_churn: {}}
	run: {warmup: 10us, duration: 100us}
	YAML
	expect 0 "$GUSIM" check scenarios/try.yaml
	expect 0 "$GUSIM" run scenarios/try.yaml
done
cd elsewhere || exit 99
expect 0 "$GUSIM" check ../scenarios/try.yaml \
    --set machine.preset=../scenarios/host.yaml
expect 2 "$GUSIM" check ../scenarios/try.yaml --set machine.preset=./gone.yaml
says err "there is no machine preset \"./gone.yaml\": no file of that name"
sed 's/^name: host$/name: other/' ../scenarios/host.yaml >another.yaml
expect 2 "$GUSIM" check ../scenarios/try.yaml --set machine.preset=another.yaml
says err "another.yaml:"
says err "name: must be that of the file"

# Without a file the preset is the answer.
cd "$work" || exit 99
expect 0 "$GUSIM" calibrate --time 1s
says out "name: host"
cp out host.yaml
expect 0 "$GUSIM" check scenarios/try.yaml --set machine.preset=./host.yaml
echo "1 passed, 0 failed"
