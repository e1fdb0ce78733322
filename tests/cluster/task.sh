# Does a task of an array requeue itself just when that may help?  Slurm and
# gusim are played by scripts: the real ones are in slurm.sh.
# SPDX-License-Identifier: BSD-2-Clause
. "$HERE/../cli/lib.sh"

mkdir bin folder
# What is asked of Slurm is written down; the state of the job is in a file.
cat >bin/scontrol <<'END'
#!/bin/sh
echo "$*" >>"$PLAY/asked"
case $1 in
show) echo "JobId=1 ArrayJobId=7 JobState=$(cat "$PLAY/state") Reason=None" ;;
requeue) [ -e "$PLAY/may-requeue" ] || exit 1 ;;
esac
END
# The task asks this about its database before it starts gusim.
cat >bin/cksum <<'END'
#!/bin/sh
[ ! -e "$PLAY/early" ] || {
	rm "$PLAY/early"
	kill -TERM "$(cat "$PLAY/task")"
}
PATH=${PATH#*:}
exec cksum
END
# Slurm ends the script after a requeue; here it just must not take a minute.
printf '#!/bin/sh\n' >bin/sleep
chmod +x bin/*
PLAY=$PWD
PATH=$PWD/bin:$PATH
SLURM_ARRAY_TASK_ID=3
SLURM_ARRAY_JOB_ID=7
export PATH PLAY SLURM_ARRAY_TASK_ID SLURM_ARRAY_JOB_ID

# play "WHAT GUSIM DOES": one attempt of the task.
play() {
	cat >folder/settings.sh <<END
tasks=8
folder=$PWD/folder
here=$PWD
echo \$\$ >$PWD/task
sweep() { exec sh -c '$1' gusim "\$@"; }
END
	: >asked
	sh "$HERE/../../tools/cluster/task.sh" "$PWD/folder" >out 2>err
	status=$?
}
ends() {
	[ "$status" -eq "$1" ] || fail "the task ended with $status, not $1"
}
requeued() {
	grep -qx 'requeue 7_3' asked || fail "it was not requeued"
}
left_alone() {
	! grep -q requeue asked || fail "it was requeued"
}
echo RUNNING >state
touch may-requeue

# The command line is that of the shard, going on where it was.
play 'echo "$*" >'"$PWD/line"'; exit 0'
ends 0
left_alone
says line "--db $PWD/folder/shard-3.db --shard 3/8 --resume"
says line "-j 1"
SLURM_CPUS_PER_TASK=4 play 'echo "$*" >'"$PWD/line"'; exit 1'
# What was found is a result.
ends 0
left_alone
says line "-j 4"

# What was asked for makes no sense: never again.
play 'exit 2'
ends 2
left_alone
says err "would not help"

# Killed, and it had got somewhere: again, however often.
for i in 1 2 3 4 5; do
	play 'echo >>"$2"; kill -9 $$'
	requeued
	says err "ended with 137; back into the queue"
done
# Where a task may not requeue itself, the code for RequeueExit.
rm may-requeue
play 'echo >>"$2"; exit 143'
ends 75
touch may-requeue

# A disk that is broken, on this node or on all: three times, not a fourth.
play 'exit 3'
requeued
play 'exit 3'
requeued
play 'exit 3'
ends 3
left_alone
says err "giving up"
# A later array begins to count anew; getting somewhere also does.
play 'exit 3'
requeued
play 'echo >>"$2"; exit 3'
requeued
play 'exit 3'
requeued
play 'exit 3'
requeued
play 'exit 3'
ends 3
left_alone

# What was begun and rolled back leaves a younger file, and nothing in it.
rm -f folder/shard-3.db
sqlite3 folder/shard-3.db "CREATE TABLE run (seed)"
rolled='sqlite3 "$2" "PRAGMA cache_size = 1; PRAGMA cache_spill = 1; BEGIN;
    INSERT INTO run SELECT randomblob(4000) FROM generate_series(1, 50);
    ROLLBACK;"; exit 3'
play "$rolled"
requeued
play "$rolled"
requeued
play "$rolled"
ends 3
left_alone

# A full disk has no room for a number, but for names; where there is none for
# them either nobody could count, and it ends at once.
ln -s "$PWD/nowhere/at-all" folder/shard-3.futile-1
play 'exit 3'
ends 3
left_alone
says err "nothing can be written"
rm folder/shard-3.futile-1

# scancel, or Slurm's own requeue: not for the task to undo.
for state in COMPLETING CANCELLED PREEMPTED TIMEOUT; do
	echo $state >state
	play 'echo >>"$2"; exit 143'
	ends 143
	left_alone
done
echo RUNNING >state

# Told before gusim was there: then it does not begin.
touch early
play 'echo began >'"$PWD/began"'; exit 0'
requeued
[ ! -e began ] || fail "gusim was started when the time was over"
says err "ended with 143"

# The end of the time: Slurm tells the script, which tells gusim and waits.
play 'trap "echo told >'"$PWD/told"'; exit 143" TERM; echo >>"$2"; kill -TERM $PPID
    while :; do /bin/sleep 0.1; done'
requeued
[ "$(cat told)" = told ] || fail "SIGTERM did not reach gusim"
says err "ended with 143"
echo "1 passed, 0 failed"
