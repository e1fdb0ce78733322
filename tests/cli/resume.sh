# After kill -9 at any moment, does --resume end with the rows of an undisturbed
# sweep?
# SPDX-License-Identifier: BSD-2-Clause
. "$HERE/lib.sh"

expect 0 "$GUSIM" sweep "$tiny" --db whole.db -j 2

killed=0
for delay in 0.01 0.02 0.04 0.07 0.11 0.16 0.22 0.3; do
	rm -f part.db part.db-wal part.db-shm
	for again in 1 2 3; do
		# The first time there is nothing to resume, which is no error.
		"$GUSIM" sweep "$tiny" --db part.db -j 2 --resume >out 2>err &
		victim=$!
		sleep "$delay"
		kill -9 "$victim" 2>/dev/null && killed=$((killed + 1))
		wait "$victim" 2>/dev/null
	done
	expect 0 "$GUSIM" sweep "$tiny" --db part.db -j 2 --resume
	same whole.db part.db
	[ "$(sqlite3 part.db 'SELECT count(*) FROM experiment')" = 1 ] ||
	    fail "resuming has made a second experiment"
	[ "$(sqlite3 part.db 'SELECT count(*) FROM experiment WHERE finished_at IS NULL')" = 0 ] ||
	    fail "the experiment is not finished"
	[ "$(sqlite3 part.db 'PRAGMA integrity_check')" = ok ] ||
	    fail "the database is damaged"
done
# Nobody is left behind by a sweep that was killed.
"$GUSIM" sweep "$tiny" --db left.db -j 2 --set run.duration=90s --seeds 1 \
    >out 2>err &
victim=$!
sleep 1
kill -9 "$victim"
wait "$victim" 2>/dev/null
tries=0
while pgrep -f "$tiny.*left.db" >/dev/null; do
	tries=$((tries + 1))
	[ $tries -lt 50 ] || fail "processes are left: $(pgrep -af left.db)"
	sleep 0.1
done

[ "$killed" -gt 5 ] || fail "only $killed sweeps were killed in time"

# Nothing is left to do: the same table again.
expect 0 "$GUSIM" sweep "$tiny" --db whole.db -j 2 --resume
same whole.db part.db

# Until the sweep in the background has committed something.
wait_for_rows() {
	tries=0
	until [ "$(sqlite3 "$1" "SELECT count(*) > 0 FROM run WHERE status <> 'pending'" 2>/dev/null)" = 1 ]; do
		tries=$((tries + 1))
		[ $tries -lt 300 ] || fail "no rows in $1"
		sleep 0.1
	done
}

# SIGINT and SIGTERM: status 130 and 143, and the line to go on with.
for signal in INT TERM; do
	rm -f part.db*
	"$GUSIM" sweep "$tiny" --db part.db -j 2 --seeds 4000 >out 2>err &
	victim=$!
	wait_for_rows part.db
	kill -"$signal" "$victim"
	wait "$victim"
	status=$?
	case $signal in INT) want=130 ;; TERM) want=143 ;; esac
	# A shell without job control has SIGINT ignored in the background, but
	# gusim asks for it.
	[ "$status" -eq "$want" ] || fail "SIG$signal: status $status, not $want"
	says err "--resume"
	done=$(sqlite3 part.db "SELECT count(*) FROM run WHERE status <> 'pending'")
	[ "$done" -gt 0 ] || fail "SIG$signal: nothing was committed"
	# As many as the workers had in hand may be ahead of their turn.
	[ "$(sqlite3 part.db "SELECT count(DISTINCT seed) <= count(*) / 8 + 20 FROM run WHERE status <> 'pending'")" = 1 ] ||
	    fail "the seeds are not outermost"
done
# A sweep with fewer seeds of the same scenario finds its own place in it.
expect 0 "$GUSIM" sweep "$tiny" --db part.db -j 2 --resume
sqlite3 part.db "DELETE FROM run WHERE status = 'pending'"
expect 0 "$GUSIM" sweep "$tiny" --db part.db -j 2 --resume

# What cannot be resumed is refused and left alone; what could be is said.
cp part.db before.db
expect 2 "$GUSIM" sweep "$tiny" --db part.db --set zone.item_size=64B --resume
says err "another scenario"
cmp -s part.db before.db || fail "a refused resume has written"
sqlite3 part.db "UPDATE experiment SET build_id = '00'"
expect 2 "$GUSIM" sweep "$tiny" --db part.db --resume
says err "another build"
"$GUSIM" sweep "$tiny" --db hint.db -j 2 --seeds 4000 >out 2>err &
victim=$!
wait_for_rows hint.db
kill -9 "$victim"
wait "$victim" 2>/dev/null
expect 0 "$GUSIM" sweep "$tiny" --db hint.db --seeds 1
says err "--resume"
[ "$(sqlite3 hint.db 'SELECT count(*) FROM experiment')" = 2 ] ||
    fail "without --resume there is no new experiment"
