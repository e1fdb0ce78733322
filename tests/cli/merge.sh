# Are partial sweeps, merged, equal to the whole?
# SPDX-License-Identifier: BSD-2-Clause
. "$HERE/lib.sh"

expect 0 "$GUSIM" sweep "$tiny" --db whole.db --seeds 12
# Parts as killed sweeps leave them: each lacks what others have.
for part in 0 1 2; do
	cp whole.db part$part.db
	sqlite3 part$part.db "PRAGMA foreign_keys = OFF;
	CREATE TEMP TABLE gone AS SELECT id FROM run WHERE id % 3 <> $part;
	DELETE FROM metric WHERE run_id IN gone;
	DELETE FROM histogram WHERE run_id IN gone;
	DELETE FROM series WHERE run_id IN gone;
	DELETE FROM coverage WHERE run_id IN gone;
	DELETE FROM finding WHERE run_id IN gone;
	UPDATE run SET status = 'pending', digest = NULL, sim_ns = NULL,
	    accesses = NULL, wall_ns = NULL WHERE id IN gone;
	UPDATE experiment SET finished_at = NULL;"
done
expect 0 "$GUSIM" merge merged.db part0.db part1.db part2.db
same whole.db merged.db
[ "$(sqlite3 merged.db 'SELECT finished_at IS NOT NULL FROM experiment')" = 1 ] ||
    fail "the merged experiment is not finished"
sqlite3 merged.db .dump >first
expect 0 "$GUSIM" merge merged.db part2.db part0.db whole.db
sqlite3 merged.db .dump >second
cmp -s first second || fail "merging again has changed something"

# What is still missing can be resumed.
expect 0 "$GUSIM" merge partial.db part0.db part1.db
expect 0 "$GUSIM" sweep "$tiny" --db partial.db --seeds 12 --resume
same whole.db partial.db

# Parts of other seeds add up too.
expect 0 "$GUSIM" sweep "$tiny" --db few.db --seeds 5
expect 0 "$GUSIM" merge few.db whole.db
same whole.db few.db

# Another scenario is kept beside it; a database is not merged with itself.
expect 1 "$GUSIM" sweep "$canary" --db canary.db
expect 0 "$GUSIM" merge merged.db canary.db
[ "$(sqlite3 merged.db 'SELECT count(*) FROM experiment')" = 2 ] ||
    fail "the other experiment is missing"
expect 2 "$GUSIM" merge merged.db merged.db

# One bad input, wherever it stands, and nothing is merged.
sqlite3 foreign.db "CREATE TABLE t (a)"
cp merged.db before.db
expect 3 "$GUSIM" merge merged.db whole.db foreign.db
cmp -s merged.db before.db || fail "a refused merge has written"
sqlite3 whole.db "UPDATE run SET digest = 'beef' WHERE id = 7"
expect 1 "$GUSIM" merge merged.db whole.db
says err "beef"
