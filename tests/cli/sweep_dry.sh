# What `sweep --dry-run` says, and that it is true; the same rows whatever the
# order of a sweep.
. "$HERE/lib.sh"

cat >grid.yaml <<'END'
workload: {slot_churn: {slots: 64}}
machine: {cpus: 2}
run: {warmup: 10us, duration: 100us}
policies: [gus, leak]
sweep:
  - {knob: zone.bucket_size, over: {log: {from: 4, to: 64, count: 5}}}
  - {knob: core.deferral, over: {linear: {from: 1, to: 16, step: 1}}, when: {policy: gus}}
  - {where: zone.bucket_size * core.deferral <= 256 or policy == leak}
seeds: {from: 3, count: 2}
END
# 5 * 16 of gus without 8 of 32 and 12 of 64, and 5 of leak.
expect 0 "$GUSIM" sweep grid.yaml --dry-run -j 2
says out 'filters  20 points are not: zone.bucket_size * core.deferral <= 256'
says out 'points   65'
says out 'seeds    2, from 3'
says out 'runs     130'
says out '(40 points are not shown; --all shows them)'
says out 'with 2 workers'
[ "$(wc -l <out)" -lt 45 ] || fail "a long table is not cut"
[ "$(ls)" = "$(printf 'err\ngrid.yaml\nout')" ] || fail "it wrote $(ls)"
grep '^disk' out >disk

expect 0 "$GUSIM" sweep grid.yaml --dry-run --all -j 2
[ "$(grep -cE '^(gus|leak) ' out)" -eq 65 ] || fail "--all does not show all"
says out 'leak                  64'

# The database grows to what was said, by a third at most.
expect 0 "$GUSIM" sweep grid.yaml --db all.db -j 2
awk -v "bytes=$(wc -c <all.db)" '
	{ if ($4 !~ /^[KM]iB/) exit 1
	  said = $3 * ($4 ~ /^KiB/ ? 1024 : 1048576)
	  exit !(said > bytes / 1.33 && said < bytes * 1.33) }' disk ||
	fail "$(cat disk), but it has $(wc -c <all.db) bytes"

expect 0 "$GUSIM" sweep grid.yaml --db none.db --dry-run
says out 'there    none: none.db does not exist yet'
[ ! -e none.db ] || fail "a dry run made a database"
expect 0 "$GUSIM" sweep grid.yaml --db all.db --dry-run --seeds 3
says out 'there    130 of these runs are in all.db; with --resume'
expect 0 "$GUSIM" sweep grid.yaml --db all.db --dry-run --seeds 3 --resume
says out 'to do    65 runs'
expect 0 "$GUSIM" sweep grid.yaml --db all.db --dry-run --set core.mode=lazy
says out 'there    none: '
expect 3 "$GUSIM" sweep grid.yaml --db grid.yaml --dry-run
says err 'grid.yaml'

cat >until.yaml <<'END'
workload: {slot_churn: {slots: 64}}
machine: {cpus: 2}
run: {warmup: 10us, duration: 50us}
sweep: [{knob: core.deferral, over: [1, 2, 3]}]
seeds: {until: 5%, most: 16, of: [footprint_bytes.mean, ops_per_s]}
END
expect 0 "$GUSIM" sweep until.yaml --dry-run
says out 'seeds    4 to 16, from 1, until footprint_bytes.mean, ops_per_s.mean is known to 5%'
says out 'runs     12 to 48'
says out 'and if every point needs all of its 16 seeds'

# A sweep that an older gusim began in another order: any runs may be done and
# any others left.
sqlite3 all.db 'VACUUM INTO "half.db"' || fail "cannot copy"
sqlite3 half.db "
	CREATE TEMP TABLE gone AS SELECT id FROM run WHERE id * 7 % 5 < 2;
	UPDATE run SET status = 'pending', digest = NULL, sim_ns = NULL,
	    accesses = NULL, wall_ns = NULL WHERE id IN gone;
	DELETE FROM metric WHERE run_id IN gone;
	DELETE FROM histogram WHERE run_id IN gone;
	DELETE FROM series WHERE run_id IN gone;
	DELETE FROM coverage WHERE run_id IN gone;
	DELETE FROM finding WHERE run_id IN gone;
	UPDATE experiment SET finished_at = NULL;" || fail "cannot halve"
expect 0 "$GUSIM" sweep grid.yaml --db half.db --resume -j 2
same all.db half.db
[ "$(sqlite3 half.db 'SELECT count(*) FROM experiment')" -eq 1 ] ||
	fail "it was not resumed"
