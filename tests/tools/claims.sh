# Does `gusim claims` judge, tell, and end with the status that it should?
# SPDX-License-Identifier: BSD-2-Clause
. "$HERE/lib.sh"

# What is asked must be there.
expect 2 "$GUSIM" claims vm71
says err "there is no claim 'vm71', did you mean 'vm17'?"
silent out
expect 2 "$GUSIM" claims q11 -j 0
silent out

# Two cheap ones come to the verdicts that are recorded, with any -j.
expect 0 "$GUSIM" claims q11 q17 -j 1
silent err
says out "The lazy clock wraps"
says out "verdict    reproduced"
says out "scenarios/claims/q17.yaml"
grep -q "^q11 .*25 days; 60 hours.*reproduced" out ||
    fail "no closing table"
mv out one
expect 0 "$GUSIM" claims q17 q11 -j 2
cmp -s out one || fail "-j 2 or the order of the names makes a difference"

expect 0 "$GUSIM" claims q11 --json -j 2
says out '"verdict": "reproduced"'
says out '"recorded": "reproduced"'
says out '"ci95_low"'
says out '"policy": "late-10kHz"'

# A clock that is faster contradicts what was published of it.
mkdir -p other/claims
sed 's/label: early-1kHz, set: {/&machine.hz: 2000, /' \
    "$SCENARIOS/claims/q11.yaml" >other/claims/q11.yaml
cmp -s other/claims/q11.yaml "$SCENARIOS/claims/q11.yaml" &&
    fail "q11 is not what this test changes"
expect 1 env GUSIM_SCENARIOS="$work/other" "$GUSIM" claims q11
says err "q11 is now 'not reproducible as stated'; recorded is 'reproduced'"
says out "(new)"
says out "fails"

# Runs that find something are no evidence.
sed 's/^workload:/workload: {canary: {}}/; /^  slot_churn:/d' \
    "$SCENARIOS/claims/q11.yaml" >other/claims/q11.yaml
expect 1 env GUSIM_SCENARIOS="$work/other" "$GUSIM" claims q11
says err "12 of the 12 runs of q11 did not end well"
says err "gusim replay gus1."
says out "no answer"

# A scenario that cannot be read is told of, and nothing runs.
echo 'name: [' >other/claims/q11.yaml
expect 3 env GUSIM_SCENARIOS="$work/other" "$GUSIM" claims q11 q17
says err "claims/q11.yaml:"
silent out
