# Does a sweep say whether its warm-up was long enough, and its tail seen?
# SPDX-License-Identifier: BSD-2-Clause
. "$HERE/lib.sh"

cat >fill.yaml <<'END'
name: fill
machine: {cpus: 4}
zone: {item_size: 256B, bucket_size: 32}
workload: {slot_churn: {slots: 64, write_share: 50%, think: {exp: 2us}}}
run: {warmup: 0ns, duration: 1500us}
seeds: {from: 1, count: 5}
END

# It begins with nothing in use, and that is seen.
expect 0 "$GUSIM" sweep fill.yaml --db fill.db
says out 'warm-up, by MSER-5 of the footprint: 1 of 1 points'
says out 'too short: run.warmup of'

# What it asks for is enough.
needs=$(sed -n 's/.*run.warmup of \([0-9.]*\) \([a-z]*\) would.*/\1\2/p' out)
[ -n "$needs" ] || fail "no time is named"
expect 0 "$GUSIM" sweep fill.yaml --db fill.db --set "run.warmup=$needs"
says out 'warm-up, by MSER-5 of the footprint: fine at the point'

# Of two seeds it would rather not say.
expect 0 "$GUSIM" sweep fill.yaml --db fill.db --seeds 2
says out 'unclear: three seeds or more'

# A tail of which little was seen is said to be one, and only then.
expect 0 "$GUSIM" sweep fill.yaml --db tail.db --set run.duration=100us \
    --set run.warmup=500us
says out 'free-to-use p99 rests on too little at 1 of 1 points'
expect 0 "$GUSIM" sweep fill.yaml --db tail.db --set run.duration=20ms \
    --set run.warmup=500us
if grep -q 'rests on too little' out; then fail "twenty milliseconds"; fi
exit 0
