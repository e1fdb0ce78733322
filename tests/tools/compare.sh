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
[ "$(sqlite3 :memory: "SELECT json_extract(readfile('same.json'),
    '\$.comparisons') || group_concat(DISTINCT json_extract(row.value,
    '\$.verdict')) FROM json_each(readfile('same.json'), '\$.conditions') AS c,
    json_each(c.value, '\$.metrics') AS row")" = "0same" ] ||
    fail "not the same"

# A lock for readers is seen to cost something.
expect 0 "$GUSIM" compare two.db gus rwlock --json
[ "$(sqlite3 :memory: "SELECT json_array_length(readfile('out'),
    '\$.conditions'), json_extract(c.value, '\$.pairs'), r ->> 'n',
    r ->> 'pairs_above', 0 < r ->> '\$.difference_ci95[0]',
    r ->> '\$.difference_ci95[0]' < r ->> 'difference',
    r ->> 'difference' < r ->> '\$.difference_ci95[1]',
    r ->> '\$.ratio_ci95[0]' > 1, r ->> 'p_holm' >= r ->> 'p',
    r ->> 'verdict', r ->> 'opinion'
    FROM json_each(readfile('out'), '\$.conditions') AS c,
    (SELECT row.value AS r, top.key AS k
    FROM json_each(readfile('out'), '\$.conditions') AS top,
    json_each(top.value, '\$.metrics') AS row) AS rows
    WHERE k = c.key AND r ->> 'name' = 'enter_exit_ns'
    AND r ->> 'stat' = 'mean'")" = "1|6|6|6|1|1|1|1|1|higher|worse" ] ||
    fail "no difference"
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
expect 3 "$GUSIM" compare absent.db gus rwlock
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
