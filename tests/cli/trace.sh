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

# Each field is one of Perfetto's, of its type: what is not comes out as a number.
unknown() {
	protoc --proto_path="$HERE" --decode=perfetto.protos.Trace \
	    perfetto.proto <"$1" >decoded || fail "protoc cannot read $1"
	grep -E '^ *[0-9]+[:{ ]' decoded
}
if command -v protoc >/dev/null; then
	printf '\012\002\030\001' >strange.trace
	unknown strange.trace >/dev/null || fail "a strange field is not seen"
	for scenario in "$tiny" "$HERE/careless.yaml" stress; do
		"$GUSIM" run "$scenario" --set machine.memory=tso \
		    --trace known.trace >out 2>err
		unknown known.trace && fail "$scenario: not of Perfetto"
		for what in TYPE_SLICE_BEGIN TYPE_SLICE_END TYPE_COUNTER \
		    sched_switch flow_ids function_name thread_name; do
			says decoded "$what"
		done
	done
else
	echo "protoc is not installed: the fields of traces were not looked up"
fi
