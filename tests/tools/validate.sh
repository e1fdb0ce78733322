# gusim validate from outside.  Numbers of a busy host prove nothing, so only
# what is said is looked at, not what comes out.
#   GUSIM, HERE (tests/cli), SCENARIOS
. "$HERE/lib.sh"

alone=$SCENARIOS/validation/churn-alone.yaml

# Every shipped scenario is fit for threads: two processors are asked for at
# most, so on a host with one only the lone thread runs.
for file in "$SCENARIOS"/validation/*.yaml; do
	expect 0 "$GUSIM" check "$file"
done

# Predictions may be off here: 0 or 1.
"$GUSIM" validate "$alone" --rounds 3 --set run.duration=20ms >out 2>err
[ $? -le 1 ] || fail "validate ended with more than 1"
for metric in ops_per_s enter_exit_ns alloc_ns free_ns frees_per_scan \
    footprint_bytes free_to_use_ns; do
	says out "$metric"
done
says out 'rounds: 3 of 3 kept'
says out 'the simulator is told so'

"$GUSIM" validate "$alone" --rounds 3 --set run.duration=20ms --json \
    >out 2>err
[ $? -le 1 ] || fail "validate --json ended with more than 1"
python3 - <<'PY' || fail 'the document is not as described'
import json
document = json.load(open('out'))
case, = document['cases']
assert case['case'] == 'churn-alone' and case['threads'] == 1
assert len(case['rounds']) == 3 and len(case['runs']) == 3
assert len(case['rows']) == 9
for row in case['rows']:
    assert row['verdict'] in ('within', 'off', 'nothing'), row
    assert set(row['measured']) == {'median', 'low', 'high'}
PY

expect 2 "$GUSIM" validate "$SCENARIOS/smi-server.yaml"
says err 'smi-server'
silent out
expect 2 "$GUSIM" validate "$alone" --rounds 1
says err '--rounds'
expect 2 "$GUSIM" validate "$alone" --set policy.name=nobody
expect 2 "$GUSIM" validate "$alone" --preset no-such-machine
says err 'no-such-machine'
expect 2 "$GUSIM" validate
expect 2 "$GUSIM" validate "$alone" --set machine.cpus=1024
says err 'machine.cpus: given 1024'
expect 3 "$GUSIM" validate "$alone" -o no/such/folder
says err 'no/such/folder'
echo '1 passed, 0 failed'
