# What else may happen to a sweep: its terminal is closed, it is suspended as a
# whole, its database is removed, renamed or replaced while it is written to.
# SPDX-License-Identifier: BSD-2-Clause
. "$HERE/lib.sh"

# Until the sweep in the background has committed something.
wait_for_rows() {
	tries=0
	until [ "$(sqlite3 "$1" "SELECT count(*) > 0 FROM run WHERE status <> 'pending'" 2>/dev/null)" = 1 ]; do
		tries=$((tries + 1))
		[ $tries -lt 600 ] || fail "no rows in $1"
		sleep 0.05
	done
}

done_in() {
	sqlite3 "$1" "SELECT count(*) FROM run WHERE status <> 'pending'"
}

# Closing the terminal is an interruption; nohup knows nothing of terminals.
"$GUSIM" sweep "$tiny" --db hung.db -j 2 --seeds 1000 >out 2>err &
victim=$!
wait_for_rows hung.db
kill -HUP $victim
wait $victim
status=$?
[ $status -eq 129 ] || fail "SIGHUP: status $status, not 129"
says err "interrupted"
says err "--resume"
nohup "$GUSIM" sweep "$tiny" --db calm.db -j 2 --seeds 100 >out 2>err &
victim=$!
wait_for_rows calm.db
kill -HUP $victim
wait $victim
status=$?
[ $status -eq 0 ] || fail "nohup: status $status"
[ "$(done_in calm.db)" -eq 800 ] || fail "nohup: not all runs are there"

# Suspended with all of its processes for longer than a run may take: that was
# not the doing of any run.
"$GUSIM" sweep "$tiny" --db stopped.db -j 2 --seeds 200 --timeout 3s \
    >out 2>err &
victim=$!
wait_for_rows stopped.db
template=$(pgrep -P $victim)
# shellcheck disable=SC2046
set -- $victim $template $(pgrep -P "$template")
kill -STOP "$@"
sleep 5
kill -CONT "$@"
wait $victim
status=$?
[ $status -eq 0 ] || fail "suspended: status $status"
[ "$(sqlite3 stopped.db "SELECT count(*) FROM run WHERE status <> 'ok'")" = 0 ] ||
    fail "runs were blamed for the time in which all were suspended"

# What a sweep writes into a file without a name nobody would ever see.
lose() {
	rm -f lost.db* moved.db*
	"$GUSIM" sweep "$tiny" --db lost.db -j 2 --seeds 1000 >out 2>err &
	victim=$!
	wait_for_rows lost.db
	"$@"
	wait $victim
	status=$?
	[ $status -eq 3 ] || fail "$1: status $status, not 3"
	says err "lost.db: the database was removed, renamed or replaced"
	silent out
}
lose rm lost.db
[ "$(ls lost.db* 2>/dev/null)" = "" ] || fail "left behind: $(ls lost.db*)"
lose mv lost.db moved.db
[ "$(ls ./*lost.db* moved.db* 2>/dev/null)" = moved.db ] ||
    fail "left behind: $(ls lost.db* moved.db*)"
[ "$(done_in moved.db)" -gt 0 ] || fail "what was committed is not in the renamed file"
mv moved.db lost.db
expect 0 "$GUSIM" sweep "$tiny" --db lost.db -j 2 --resume
expect 0 "$GUSIM" sweep "$tiny" --db whole.db -j 2
sqlite3 lost.db "DELETE FROM metric WHERE run_id IN (SELECT id FROM run WHERE seed > 60);
    DELETE FROM histogram WHERE run_id IN (SELECT id FROM run WHERE seed > 60);
    DELETE FROM series WHERE run_id IN (SELECT id FROM run WHERE seed > 60);
    DELETE FROM coverage WHERE run_id IN (SELECT id FROM run WHERE seed > 60);
    DELETE FROM run WHERE seed > 60"
same whole.db lost.db
cp whole.db other.db
lose mv other.db lost.db
same whole.db lost.db
[ "$(sqlite3 lost.db 'PRAGMA integrity_check')" = ok ] || fail "the other database is damaged"
