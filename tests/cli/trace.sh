# Does a trace change nothing of the run, and is it told when there is none?
# SPDX-License-Identifier: BSD-2-Clause
. "$HERE/lib.sh"

for scenario in "$tiny" "$canary" smoke; do
	"$GUSIM" run "$scenario" --json >plain.json 2>/dev/null
	"$GUSIM" run "$scenario" --json --trace out.trace >traced.json 2>err
	cmp -s plain.json traced.json || fail "$scenario: tracing changes the run"
	[ -s out.trace ] || fail "$scenario: no trace"
	rm out.trace
done
expect 0 "$GUSIM" run "$tiny"
token=$(sed -n 's/^gusim replay //p' out)
expect 0 "$GUSIM" replay "$token" --trace replay.trace
[ -s replay.trace ] || fail "no trace of a replay"
silent err
expect 0 "$GUSIM" run "$tiny" --trace run.trace
cmp -s run.trace replay.trace || fail "the trace of a replay is another"

expect 3 "$GUSIM" run "$tiny" --trace no/such/folder.trace
says err "no/such/folder.trace"
expect 1 "$GUSIM" run "$tiny" --set run.duration=100s --timeout 300ms \
    --trace none.trace
says err "none.trace: there is no trace"
[ ! -e none.trace ] || fail "half a trace was left behind"

# A folder or a device is no file to be replaced; nothing was run.
mkdir folder
ln -s /dev/null device
for path in folder device; do
	expect 2 "$GUSIM" run "$tiny" --trace "$path"
	says err "allowed is the name of a file"
	silent out
done
[ -d folder ] && [ -L device ] && [ -c device ] || fail "a trace replaced it"
expect 2 "$GUSIM" run "$tiny" --trace ''
says err "empty name"
