# A sweep that is killed ten times, and resumed, ends with the rows of one that
# was left alone: the parent by kill -9, workers by kill -9, a full disk, SIGTERM.
# RUNS: how many there are; KILLS: how many must come before the sweep is over.
# SPDX-License-Identifier: BSD-2-Clause
. "$HERE/lib.sh"

runs=${RUNS:-2400}
{ grep -v '^seeds:' "$tiny"; echo "seeds: {from: 1, count: $((runs / 8))}"; } >short.yaml
# Waves of seeds, as many as results ask for.
{
	grep -v '^seeds:' "$tiny"
	echo "seeds: {from: 1, count: 5, until: 1%, most: $((runs / 16)), of: [footprint_bytes.mean]}"
} >waves.yaml

done_in() {
	sqlite3 "$1" "SELECT count(*) FROM run WHERE status <> 'pending'" \
	    2>/dev/null || echo 0
}

# Until $2 runs more than before are done, or the sweep is over.
wait_for_progress() {
	tries=0
	until [ "$(done_in "$1")" -ge "$2" ] || ! kill -0 "$victim" 2>/dev/null; do
		tries=$((tries + 1))
		[ $tries -lt 1200 ] || fail "no progress in $1"
		sleep 0.05
	done
}

# The template forks the workers; both have the command line of the sweep.
workers_of() {
	for template in $(pgrep -P "$1"); do
		pgrep -P "$template"
	done
}

killed=0
kill_ten_times() {
	scenario=$1 db=$2 step=$3
	for how in parent worker parent disk worker parent term worker disk parent; do
		before=$(done_in "$db")
		if [ $how = disk ]; then
			# The file may grow by so much and no more.
			size=$(stat -c %s "$db" 2>/dev/null || echo 0)
			(
				ulimit -f $((size / 512 + step * 4))
				"$GUSIM" sweep "$scenario" --db "$db" -j 2 \
				    --resume >out 2>err
			)
			status=$?
			[ $status -eq 3 ] || [ $status -eq 0 ] ||
			    fail "full disk: status $status"
			[ $status -eq 0 ] || { says err "$db"; killed=$((killed + 1)); }
			continue
		fi
		"$GUSIM" sweep "$scenario" --db "$db" -j 2 --resume \
		    >out 2>err &
		victim=$!
		wait_for_progress "$db" $((before + step))
		case $how in
		parent)
			kill -9 "$victim" 2>/dev/null && killed=$((killed + 1))
			wait "$victim" 2>/dev/null
			;;
		term)
			kill -TERM "$victim" 2>/dev/null && killed=$((killed + 1))
			wait "$victim"
			status=$?
			[ $status -eq 143 ] || [ $status -eq 0 ] ||
			    fail "SIGTERM: status $status"
			;;
		worker)
			# One, and a little later another: the sweep goes on.
			for worker in $(workers_of "$victim"); do
				kill -9 "$worker" 2>/dev/null &&
				    killed=$((killed + 1))
				sleep 0.05
			done
			wait_for_progress "$db" $((before + 2 * step))
			kill -9 "$victim" 2>/dev/null
			wait "$victim" 2>/dev/null
			;;
		esac
	done
}

expect 0 "$GUSIM" sweep short.yaml --db whole.db -j 2
[ "$(done_in whole.db)" -eq $((runs / 8 * 8)) ] || fail "not all runs are there"
kill_ten_times short.yaml part.db $((runs / 20))
[ "$killed" -ge "${KILLS:-4}" ] || fail "only $killed kills came in time"
expect 0 "$GUSIM" sweep short.yaml --db part.db -j 2 --resume
same whole.db part.db
[ "$(sqlite3 part.db 'PRAGMA integrity_check')" = ok ] || fail "part.db is damaged"
[ "$(sqlite3 part.db 'SELECT count(*) FROM experiment WHERE finished_at IS NOT NULL')" = 1 ] ||
    fail "the experiment is not finished"

# The audit: the same runs were chosen, and each was done.
audited() {
	sqlite3 "$1" "SELECT p.ordinal, r.seed, a.digest, a.again, a.verdict
	  FROM audit a JOIN run r ON r.id = a.run_id
	  JOIN point p ON p.id = r.point_id ORDER BY 1, 2"
}
audited whole.db >whole.audit
audited part.db >part.audit
cmp -s whole.audit part.audit || fail "the audits differ"
[ "$(wc -l <whole.audit)" -ge $((runs / 200)) ] || fail "hardly anything was audited"
[ "$(grep -vc '|same$' whole.audit)" -eq 0 ] || fail "an audit has found something"

# Which runs a sweep with waves has depends on the results alone.
stops() {
	sqlite3 "$1" "SELECT p.ordinal, s.reason, s.seeds, s.look, s.until
	  FROM point_stop s JOIN point p ON p.id = s.point_id ORDER BY 1"
}
expect 0 "$GUSIM" sweep waves.yaml --db waves.db -j 2
says out "seeds "
kill_ten_times waves.yaml waves-part.db $((runs / 40))
expect 0 "$GUSIM" sweep waves.yaml --db waves-part.db -j 1 --resume
same waves.db waves-part.db
stops waves.db >waves.stops
stops waves-part.db >part.stops
cmp -s waves.stops part.stops || fail "points stopped elsewhere"
[ "$(wc -l <waves.stops)" -eq 8 ] || fail "not every point has a reason to stop"
[ "$(sqlite3 waves.db "SELECT count(DISTINCT seeds) > 1 FROM point_stop")" = 1 ] ||
    fail "all points have as many seeds"
expect 0 "$GUSIM" sweep waves.yaml --db waves-one.db -j 1 --no-audit
same waves.db waves-one.db
[ "$(sqlite3 waves-one.db 'SELECT count(*) FROM audit')" = 0 ] || fail "--no-audit audits"

# A run that answers otherwise the second time is a finding, and stays one.
audited_run=$(sqlite3 part.db "SELECT min(run_id) FROM audit")
sqlite3 part.db "DELETE FROM audit WHERE run_id = $audited_run;
    UPDATE run SET digest = 'feedfacefeedfacefeedfacefeedface' WHERE id = $audited_run"
for again in 1 2; do
	expect 1 "$GUSIM" sweep short.yaml --db part.db -j 2 --resume
	says out "1 not"
	says err "the same run gave something else in another process"
	says err "feedfacefeedfacefeedfacefeedface"
	says err "gusim replay gus1."
done
