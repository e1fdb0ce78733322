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
found=$(sqlite3 :memory: "WITH document AS (
	SELECT json_extract(CAST(readfile('out') AS TEXT), '\$.cases') AS cases)
    SELECT json_array_length(cases),
	json_extract(cases, '\$[0].case'),
	json_extract(cases, '\$[0].threads'),
	json_array_length(cases, '\$[0].rounds'),
	json_array_length(cases, '\$[0].runs'),
	(SELECT count(*) FROM json_each(cases, '\$[0].rows')
	    WHERE json_extract(value, '\$.verdict') IN
		('within', 'off', 'nothing')
	    AND json_type(value, '\$.measured.median') IS NOT NULL
	    AND json_type(value, '\$.measured.low') IS NOT NULL
	    AND json_type(value, '\$.measured.high') IS NOT NULL)
    FROM document") || fail 'the document is no JSON'
[ "$found" = '1|churn-alone|1|3|3|9' ] ||
    fail "the document is not as described: $found"

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
