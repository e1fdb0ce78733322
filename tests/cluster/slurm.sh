# Through a real Slurm: are the rows those of a local sweep, though a task is
# killed, one fails, an array is cancelled and people press Ctrl-C?
# SPDX-License-Identifier: BSD-2-Clause
if [ -z "${CLUSTER:-}" ]; then
	"$HERE/slurmctld-up" sh "$0"
	status=$?
	[ $status -ne 77 ] || echo "0 passed, 0 failed, 1 skipped"
	exit $status
fi
. "$HERE/../cli/lib.sh"
. "$HERE/doc.sh"

# A name that no shell may take apart, and runs of about 20 ms: a task must live
# long enough to be killed when it has done something.
mkdir "a 'b' %a"
cd "a 'b' %a" || exit 99
sed 's/duration: 100us/duration: 15ms/; s/count: 60/count: 30/; s/about:.*/about: "100% of $HOME"/' "$tiny" >scenario.yaml
expect 0 "$GUSIM" sweep scenario.yaml --db local.db -j 2
mv out local.txt

# until_true SECONDS WHAT COMMAND: asks twenty times a second.
until_true() {
	tries=$(($1 * 20))
	until eval "$3"; do
		tries=$((tries - 1))
		[ $tries -gt 0 ] || {
			tail -n 5 ./*.slurm/*.log >&2
			squeue -a >&2
			fail "waited $1 s: $2"
		}
		sleep 0.05
	done
}
# rows DATABASE: how many runs are done.
rows() {
	sqlite3 "$1" "SELECT count(*) FROM run WHERE status <> 'pending'" \
	    2>/dev/null || echo 0
}
# gone JOBS: also where Slurm is too busy to answer nothing is printed.
gone() {
	left=$(squeue -h -j "$1") && [ -z "$left" ]
}
# The process that executes a shard: its workers end with it.
process_of() {
	pgrep -f "gusim sweep .*$PWD_PATTERN/$1.slurm/shard-$2.db" | head -n 1
}
PWD_PATTERN=$(printf %s "$PWD" | sed "s/[^a-zA-Z0-9/_-]/./g")
attempts() {
	grep -c 'attempt' "$1.slurm/shard-$2.log"
}
# What a sweep prints, less the name of the database and of jobs.
same_words() {
	sed '/\.db$/d' local.txt >a
	sed '/^array  /d; /^merge  /d; /^folder /d; /\.db$/d' out >b
	cmp -s a b || fail "another table than that of the local sweep"
}

# --- one killed, one failing -------------------------------------------------

# Where shard 5 wants its database something else is in the way at first.
mkdir -p results.db.slurm/shard-5.db
doc slurm
expect 0 sh -eu doc.sh
says out "8 of 8 tasks, 240 of 240 runs to do"
array=$(awk '$1 == "array" { print $2 }' out)
merge=$(awk '$1 == "merge" { print $2 }' out)
squeue -h -j "$array,$merge" >queue
[ -s queue ] || fail "there is nothing in the queue"

# Submitting twice would be a mistake; going on just looks.
expect 2 "$GUSIM" sweep scenario.yaml --db results.db --backend slurm
says err "--resume goes on with it"
expect 0 "$GUSIM" sweep scenario.yaml --db results.db --backend slurm --resume
says err "nothing is submitted"

# One is killed when it has done something; what it has done stays.
until_true 60 "shard 3 does nothing" '[ "$(rows results.db.slurm/shard-3.db)" -gt 0 ]'
kill -9 "$(process_of results.db 3)" || fail "there was no task 3 to be killed"
[ "$(squeue -h -r -t R -j "$array" | wc -l)" -le 2 ] ||
    fail "more than two tasks at a time"
sqlite3 results.db.slurm/shard-3.db "SELECT point_id, seed, digest, wall_ns
    FROM run WHERE status <> 'pending'" >done.before
until_true 30 "task 3 is not requeued" 'grep -q "ended with 137; back into the queue" results.db.slurm/shard-3.log'

# Partial results, while tasks write.
rm -f partial.db
doc partial
sed 's/shard-\*/shard-[1-4]/' doc.sh >part.sh
expect 0 sh -eu part.sh
[ -s partial-report/index.html ] || [ -n "$(ls partial-report)" ] ||
    fail "there is no report"
[ "$(rows partial.db)" -gt 0 ] || fail "no rows of tasks that write"

# What is in the way is taken out of it after the first attempt.
until_true 60 "shard 5 does not fail" 'grep -q "ended with 3; back into the queue" results.db.slurm/shard-5.log'
rmdir results.db.slurm/shard-5.db

doc wait
expect 0 sh -eu doc.sh
same local.db results.db
same_words
[ "$(sqlite3 results.db 'SELECT count(*) FROM experiment WHERE finished_at IS NOT NULL')" = 1 ] ||
    fail "there is not one finished experiment"
for k in 1 2 3 4 5 6 7 8; do
	# On a busy computer, the fifth fails once more before that is seen.
	case $k in 3) want='-eq 2' ;; 5) want='-ge 2' ;; *) want='-eq 1' ;; esac
	[ "$(attempts results.db $k)" $want ] ||
	    fail "shard $k had $(attempts results.db $k) attempts, not $want"
	[ "$(rows results.db.slurm/shard-$k.db)" -eq 30 ] ||
	    fail "shard $k has not 30 of 240 runs"
done
sqlite3 results.db.slurm/shard-3.db "SELECT point_id, seed, digest, wall_ns
    FROM run" >done.after
[ "$(sort done.before done.after | uniq -d | wc -l)" -eq "$(wc -l <done.before)" ] ||
    fail "what task 3 had done before it was killed was done again"
# The merge job itself had everything, before anybody waited.
sed '/\.db$/d' results.db.slurm/merge.log >b
cmp -s a b || fail "the merge job says something else"

# --- Ctrl-C, a cancelled array, tasks that must not be requeued ---------------

# Shard 2 is of another scenario: that is hopeless.
mkdir second.db.slurm
expect 0 "$GUSIM" sweep scenario.yaml --seeds 1 --set zone.item_size=64B \
    --db second.db.slurm/shard-2.db --shard 2/4
go="$GUSIM sweep scenario.yaml --db second.db --backend slurm"
$go --array 4 --at-most 1 -j 1 --wait --progress always \
    --slurm-options "--comment='it is mine' --nice=5" >out 2>err &
waiter=$!
until_true 60 "shard 3 does nothing" '[ "$(rows second.db.slurm/shard-3.db)" -gt 0 ]'
kill -INT $waiter
wait $waiter
status=$?
[ $status -eq 130 ] || fail "status $status, not 130, after SIGINT"
says err "no longer waiting"
says err "--resume"
array=$(awk '$1 == "array" { print $2 }' out)
merge=$(awk '$1 == "merge" { print $2 }' out)
[ -n "$(squeue -h -j "$array")" ] || fail "the array did not go on"
scontrol show job "$merge" | grep -q "Comment=it is mine" ||
    fail "--slurm-options did not arrive in one piece"
scancel "$array" "$merge"
until_true 60 "the cancelled jobs stay" "gone $array,$merge"
! grep -q 'back into' second.db.slurm/shard-*.log ||
    fail "a cancelled task has requeued itself"
[ "$(attempts second.db 2)" -eq 1 ] || fail "a hopeless task was requeued"
says second.db.slurm/shard-2.log "trying again would not help"

# What there is, what is missing and why; then only that is done.  The scenario
# has changed meanwhile: the tasks' own copy has not.
expect 3 $go --collect
says err "runs are missing"
says err "shard 2: 60 runs"
says err "had another scenario"
tail -n 1 err | grep -q -e "--resume$" && ! tail -n 1 err | grep -q collect ||
    fail "the last line does not go on"
[ "$(rows second.db)" -gt 60 ] || fail "nothing was collected"
rm second.db.slurm/shard-2.db
# Two have the same thought at the same time: one array.
$go --resume --at-most 4 >twin 2>twin.err &
twin=$!
expect 0 $go --resume --at-most 4
wait $twin || fail "status $? of one that goes on beside another"
cat twin >>out
cat twin.err >>err
says out "3 of 4 tasks"
says err "nothing is submitted"
[ "$(grep -c '^array ' out)" -eq 1 ] || fail "two arrays were submitted"
mv scenario.yaml kept.yaml
sed 's/144B/64B/; s/128B/64B/' kept.yaml >scenario.yaml
array=$(awk '$1 == "array" { print $2 }' out)
merge=$(awk '$1 == "merge" { print $2 }' out)
until_true 60 "the jobs do not end" "gone $array,$merge"
expect 2 $go --resume
says err "had another scenario"
says err "second.db.slurm/scenario.yaml"
mv kept.yaml scenario.yaml
expect 0 $go --resume
same local.db second.db
same_words
[ "$(attempts second.db 1)" -eq 1 ] || fail "a complete shard was done again"
[ "$(attempts second.db 4)" -eq 1 ] || fail "shard 4 was not left for later"

# --- runs that say themselves when there are enough of them --------------------

# The third of four tasks is killed script and all, so that it cannot requeue.
# All of them find a machine by the environment, from wherever they start.
mkdir -p shelf/machines
sed 's/name: xeon-2s/name: mine/' "$HERE/../../scenarios/machines/xeon-2s.yaml" \
    >shelf/machines/mine.yaml
GUSIM_SCENARIOS=shelf
export GUSIM_SCENARIOS
mine="--set machine.preset=mine --set machine.cpus=4"
sed 's/seeds:.*/seeds: {from: 1, count: 4, until: 2%, most: 30, of: [footprint_bytes.mean]}/' \
    scenario.yaml >until.yaml
expect 0 "$GUSIM" sweep until.yaml $mine --db local-until.db -j 2
cp out local.txt
go="$GUSIM sweep until.yaml $mine --db until.db --backend slurm"
$go --array 4 --wait >out 2>err &
waiter=$!
until_true 60 "shard 3 does nothing" '[ "$(rows until.db.slurm/shard-3.db)" -gt 0 ]'
victim=$(process_of until.db 3)
kill -9 "$(ps -o ppid= -p "$victim" | tr -d ' ')" "$victim" ||
    fail "there was no task 3 to be killed"
wait $waiter
status=$?
[ $status -eq 3 ] || fail "status $status, not 3, with a task lost"
says err "1 of 4 shards"
says err "shard 3"
[ "$(grep -c '    shard ' err)" -eq 1 ] || fail "other shards are missing too"
expect 0 $go --resume --wait
same local-until.db until.db
same_words
echo "1 passed, 0 failed"
