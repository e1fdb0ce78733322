# Does a run that loses its process, or lasts too long, cost that run only?
# SPDX-License-Identifier: BSD-2-Clause
. "$HERE/lib.sh"

# Too little memory for a machine: the worker dies.  A sanitizer cannot live
# within any limit, so there it is not tried.
if ! nm "$GUSIM" 2>/dev/null | grep -q __asan_init; then
	expect 1 "$GUSIM" run "$tiny" --memory 16MiB
	says out "crashed"
	says out "finding   crash: "
	token=$(sed -n 's/^gusim replay //p' out)
	expect 1 "$GUSIM" replay --memory 16MiB "$token"
	says out "crashed"
	expect 1 "$GUSIM" replay "$token"
	says err "the recorded run crashed, this one did not"
	expect 1 "$GUSIM" run "$tiny" --memory 16MiB --json
	[ "$(sqlite3 :memory: "SELECT json_extract(readfile('out'), '$.status', '$.digest', '$.findings[0].check')")" = '["crashed",null,"crash"]' ] ||
	    fail "the document of a crash"
	expect 1 "$GUSIM" sweep "$tiny" --memory 16MiB --seeds 2 --db crash.db
	says out "2, 2 crashed"
	[ "$(sqlite3 crash.db "SELECT count(*) FROM run WHERE status = 'crashed' AND digest IS NULL")" = 16 ] ||
	    fail "the crashed runs are not in the database"
	[ "$(sqlite3 crash.db "SELECT count(*) FROM finding WHERE check_name = 'crash' AND token LIKE 'gus1.%'")" = 16 ] ||
	    fail "the crashes are no findings"
	{ cat "$tiny"; printf 'expect:\n  - {check: crash, fires: always}\n'; } >wanted.yaml
	expect 0 "$GUSIM" run wanted.yaml --memory 16MiB
fi

# Too long.
expect 1 "$GUSIM" run "$tiny" --set run.duration=100s --timeout 300ms
says out "timeout"
says out "finding   crash: "
says err "had to be ended"
token=$(sed -n 's/^gusim replay //p' out)
expect 1 "$GUSIM" replay --timeout 300ms "$token"
says err "--timeout"
expect 1 "$GUSIM" sweep "$tiny" --set run.duration=100s --timeout 100ms \
    --seeds 1 --db slow.db
says out "1, 1 timed out"
[ "$(sqlite3 slow.db "SELECT count(*) FROM finding f JOIN run r ON r.id = f.run_id WHERE r.status = 'timeout' AND f.check_name = 'crash' AND f.token LIKE 'gus1.%'")" = 8 ] ||
    fail "runs that were ended are no findings"
# One that gives up by itself came to no end either, but its process lives.
expect 1 "$GUSIM" run "$tiny" --set run.accesses_max=5000
says out "timeout"
says err "given up"
# Among runs that end, one that does not costs itself only; a hunt says the same.
expect 1 "$GUSIM" hunt "$tiny" --set run.duration=100s --timeout 300ms \
    --runs 1 --strategy random -j 1
says out "had to be ended"
[ "$(sqlite3 slow.db "SELECT count(*) FROM result")" = 0 ] ||
    fail "results of runs that did not come to their end"
