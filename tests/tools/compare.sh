# Is `gusim compare` what it says, from outside?
# SPDX-License-Identifier: BSD-2-Clause
. "$HERE/lib.sh"

# The questions that docs/answers asks are valid, and have an answer each.
for question in "$HERE"/../../scenarios/questions/*.yaml; do
	expect 0 "$GUSIM" check "$question"
	name=$(basename "$question" .yaml)
	grep -q "questions/$name" "$HERE"/../../docs/answers/*.md ||
	    fail "no answer tells of scenarios/questions/$name.yaml"
done

cat >two.yaml <<'END'
name: two
machine: {cpus: 2}
zone: {item_size: 64B, bucket_size: 4, bucket_growth: false}
policies:
  - gus
  - {name: gus, label: again}
  - rwlock
workload: {slot_churn: {slots: 16, write_share: 20%}}
run: {warmup: 100us, duration: 300us}
seeds: {from: 1, count: 6}
END
expect 0 "$GUSIM" sweep two.yaml --db two.db

# A policy and the same under another name: the same, in every pair.
expect 0 "$GUSIM" compare two.db gus again --all --json
cp out same.json
silent err
[ "$(python3 -c 'import json
d = json.load(open("same.json"))
print(d["comparisons"], {r["verdict"] for c in d["conditions"]
    for r in c["metrics"]})')" = "0 {'same'}" ] || fail "not the same"

# A lock for readers is seen to cost something.
expect 0 "$GUSIM" compare two.db gus rwlock --json
[ "$(python3 -c 'import json
d = json.load(open("out"))
c, = d["conditions"]
r, = [r for r in c["metrics"] if (r["name"], r["stat"]) ==
    ("enter_exit_ns", "mean")]
low, high = r["difference_ci95"]
assert c["pairs"] == 6 and r["n"] == 6 and r["pairs_above"] == 6
assert 0 < low < r["difference"] < high
assert r["ratio_ci95"][0] > 1 and r["p_holm"] >= r["p"]
print(r["verdict"], r["opinion"])')" = "higher worse" ] || fail "no difference"
expect 0 "$GUSIM" compare two.db gus rwlock
says out "Holm"
says out "Common seeds cut the variance"
silent err
cp out first
expect 0 "$GUSIM" compare two.db gus rwlock
cmp -s out first || fail "two comparisons of one database differ"

# Pictures, of all and of two.
expect 0 "$GUSIM" compare two.db -o pictures
[ -s pictures/index.md ] && [ -s pictures/two-grid-ops.png ] ||
    fail "no pictures"
expect 0 "$GUSIM" compare two.db gus rwlock -o few
grep -q "'again'" few/plots.gp && fail "a policy that was not asked for is drawn"
mkdir mine && echo precious >mine/thesis
expect 2 "$GUSIM" compare two.db -o mine
[ "$(ls mine)" = thesis ] || fail "the folder of somebody else was touched"

# Bad usage says what is there and what is allowed.
expect 2 "$GUSIM" compare two.db gus epoch
says err "policies: gus, again, rwlock"
silent out
expect 2 "$GUSIM" compare two.db gus
expect 2 "$GUSIM" compare two.db
expect 2 "$GUSIM" compare two.db --json -o pictures
expect 2 "$GUSIM" compare absent.db gus rwlock
says err "absent.db"
head -c 4096 /dev/urandom >noise.db
expect 3 "$GUSIM" compare noise.db gus rwlock
expect 2 "$GUSIM" compare

# Runs that are missing are said.
sqlite3 two.db "UPDATE run SET status = 'crashed' WHERE id = 1"
expect 0 "$GUSIM" compare two.db gus rwlock
says out "1 of 6 runs crashed"
says out "5 pairs"
echo "1 passed, 0 failed"
