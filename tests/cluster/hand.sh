# Do the parts of a sweep, executed by hand, make the whole?  And are mistakes
# with --shard and --backend told before anything is written?
# SPDX-License-Identifier: BSD-2-Clause
. "$HERE/../cli/lib.sh"
. "$HERE/doc.sh"

cp "$tiny" scenario.yaml
expect 0 "$GUSIM" sweep scenario.yaml --db whole.db -j 2

# As in the manual.
doc by-hand
expect 0 sh -eu doc.sh
same whole.db all.db
[ "$(sqlite3 all.db 'SELECT count(*) FROM experiment')" = 1 ] ||
    fail "merging has made several experiments"
sweep_says() { sed '/\.db$/d' "$1"; }
"$GUSIM" sweep scenario.yaml --db whole.db --resume >whole.txt 2>err
sweep_says whole.txt >a
sweep_says out | tail -n "$(wc -l <a)" | cmp -s - a ||
    fail "the merged sweep prints something else"

# A dry run of a part, or of all tasks of a cluster, tells of the part.
expect 0 "$GUSIM" sweep scenario.yaml --shard 2/7 --db part.db --dry-run
says out "runs     480"
says out "shard    2/7: 69 of these runs"
says out "none: part.db does not exist yet"
expect 0 "$GUSIM" sweep scenario.yaml --shard 2/3 --db all.db --resume --dry-run
says out "there    160 of these runs are in all.db"
says out "to do    0 runs"
expect 0 "$GUSIM" sweep scenario.yaml --backend slurm --array 100 --at-most 4 \
    -j 2 --dry-run
says out "tasks    100, of up to 5 runs"
says out "with 8 workers"
[ ! -e part.db ] && [ ! -e gusim.db.slurm ] || fail "a dry run wrote something"

# Any number of parts, also more than there are runs; and each is even.
rm -f part-*.db some.db
for k in 1 2 3 4 5 6 7 8 9 10 11 12 13; do
	expect 0 "$GUSIM" sweep scenario.yaml --seeds 1 --shard $k/13 \
	    --db part-$k.db -j 1
	[ "$(sqlite3 part-$k.db 'SELECT count(*) <= 1 FROM run')" = 1 ] ||
	    fail "part $k of 13 has more than one of 8 runs"
done
expect 0 "$GUSIM" merge some.db part-*.db
expect 0 "$GUSIM" sweep scenario.yaml --seeds 1 --db one.db
same one.db some.db

# Where runs say themselves when there are enough of them, points are dealt out.
sed 's/seeds:.*/seeds: {from: 1, count: 4, until: 2%, most: 40, of: [footprint_bytes.mean]}/' \
    scenario.yaml >until.yaml
expect 0 "$GUSIM" sweep until.yaml --db whole-until.db -j 2
for k in 1 2 3; do
	expect 0 "$GUSIM" sweep until.yaml --shard $k/3 --db until-$k.db -j 2
done
expect 0 "$GUSIM" sweep until.yaml --shard 2/3 --dry-run
says out "runs     32 to 320"
says out "shard    2/3: 8 to 80 of these runs"
expect 0 "$GUSIM" merge until.db until-?.db
same whole-until.db until.db
[ "$(sqlite3 until.db 'SELECT count(DISTINCT n) > 1 FROM (SELECT count(*) AS n FROM run GROUP BY point_id)')" = 1 ] ||
    fail "all points have as many seeds, so this shows nothing"

# Parts of another scenario do not become one with these, and that is told.
rm -f some.db
expect 0 "$GUSIM" sweep scenario.yaml --set zone.item_size=64B --shard 3/3 \
    --db other.db -j 2
expect 0 "$GUSIM" merge some.db shard-1.db shard-2.db
silent err
expect 0 "$GUSIM" merge some.db shard-1.db shard-2.db other.db
says err "2 sweeps of 'tiny' stand side by side: of 2 scenarios"

# A part that is missing is noticed and done by going on with the merged one.
rm -f some.db
expect 0 "$GUSIM" merge some.db shard-1.db shard-3.db
expect 0 "$GUSIM" sweep scenario.yaml --db some.db --resume -j 2
same whole.db some.db

# A part that was killed goes on, and has no run of the others; while it is
# written to, others read, though there is no write-ahead log.
"$GUSIM" sweep scenario.yaml --shard 2/3 --db killed.db -j 2 --set run.duration=60ms \
    >out 2>err &
victim=$!
tries=0
until [ "$(sqlite3 killed.db "SELECT count(*) > 0 FROM run WHERE status <> 'pending'" 2>/dev/null)" = 1 ]; do
	tries=$((tries + 1))
	[ $tries -lt 300 ] || fail "no rows in killed.db"
	sleep 0.1
done
expect 0 "$GUSIM" merge partial.db killed.db
kill -9 $victim || fail "the shard was done before it could be killed"
wait $victim 2>/dev/null
[ "$(sqlite3 partial.db "SELECT count(*) > 0 FROM result")" = 1 ] ||
    fail "nothing can be reported of what is there"
[ ! -e killed.db-wal ] || fail "a shard has a write-ahead log"
expect 0 "$GUSIM" sweep scenario.yaml --shard 2/3 --db killed.db -j 2 \
    --set run.duration=60ms --resume
[ "$(sqlite3 killed.db "SELECT count(*), sum(status = 'pending') FROM run")" = "160|0" ] ||
    fail "the shard has not the third of 480 runs"

# The journal of a writer that was killed in the middle of a transaction is
# played back by whoever reads first, though it only reads.
expect 0 "$GUSIM" sweep scenario.yaml --shard 1/3 --db hot.db -j 2
cp hot.db before.db
# SQLite writes ahead of COMMIT where its cache is small; then the end comes.
(echo "PRAGMA cache_size = 1; PRAGMA cache_spill = 1; BEGIN;
    UPDATE metric SET value = -1; DELETE FROM histogram;"
    echo ".shell kill -9 \$PPID") | sqlite3 hot.db >out 2>&1
[ -s hot.db-journal ] || fail "there is no journal to be played back"
expect 0 "$GUSIM" merge cool.db hot.db
same before.db hot.db

# A database that its task has only made: nothing in it yet.
: >new.db
expect 0 "$GUSIM" merge cool.db new.db

# Words that make no sense, each told before anything is written.
refuses() {
	wanted=$1
	shift
	rm -f no.db*
	expect 2 "$GUSIM" sweep scenario.yaml "$@"
	says err "$wanted"
	silent out
	[ ! -e no.db ] && [ ! -e no.db.slurm ] && [ ! -e gusim.db ] ||
	    fail "something was written: $*"
}
refuses "there is no such shard" --shard 4/3 --db no.db
refuses "is no shard" --shard 4 --db no.db
refuses "--db shard-2.db" --shard 2/3
refuses "is for a cluster" --array 4 --db no.db
refuses "is for a cluster" --collect --db no.db
refuses "tasks are the shards" --backend slurm --shard 1/2 --db no.db
refuses "tasks are the shards" --backend slurm --shard 1/2 --dry-run
refuses "not a whole number" --backend slurm --array 0 --db no.db
refuses "not a whole number" --backend slurm --array 0 --db no.db --dry-run
refuses "is opened and not closed" --backend slurm --db no.db \
    --slurm-options "--comment='a"
refuses "there is no" --backend slurm --collect --db no.db
refuses "must be one of local, slurm" --backend pbs --db no.db
expect 2 "$GUSIM" sweep scenario.yaml --backend slurm --db whole.db
says err "holds 1 sweep of 'tiny' already"
[ ! -e whole.db.slurm ] || fail "something was written"

# Without Slurm: the package is named, and nothing is written.
mkdir empty
PATH=$PWD/empty "$GUSIM" sweep scenario.yaml --backend slurm --db no.db \
    >out 2>err
[ $? -eq 3 ] || fail "a missing sbatch is not status 3"
says err "slurm-client"
[ ! -e no.db ] && [ ! -e no.db.slurm ] || fail "something was written"
echo "1 passed, 0 failed"
