#!/bin/sh
# task - one shard of a sweep, as one task of a job array of Slurm.
#
# usage: sbatch --array=1-N task.sh FOLDER
#
# gusim puts this beside settings.sh, which says what the sweep is.  The task
# goes on with its shard's own database, so it may be ended at any moment and
# started again on any node.
#
# What ends it                              What it does
# the shard is done                         exits with 0
# what was asked for makes no sense         exits with 2, and is never requeued
# a signal, a full or broken disk, ...      requeues itself, for as long as it
#                                           gets anywhere
# scancel, preemption                       leaves it to Slurm
#
# SPDX-License-Identifier: BSD-2-Clause
set -u

folder=$1
. "$folder/settings.sh"
shard=$SLURM_ARRAY_TASK_ID
job=${SLURM_ARRAY_JOB_ID}_$shard
database=$folder/shard-$shard.db

# state_of DATABASE: is another one after each transaction, and the same again
# after one that was rolled back: SQLite counts them in its first 100 bytes.
state_of() {
	[ ! -f "$1" ] || { head -c 100 "$1" | cksum; wc -c <"$1"; } 2>/dev/null
}

say() { echo "$(date -u +%Y-%m-%dT%H:%M:%SZ) $job on $(uname -n): $*" >&2; }

cd "$here" || say "there is no folder $here here; going on without it"
say "shard $shard/$tasks, attempt $((${SLURM_RESTART_COUNT:-0} + 1))"

# Slurm tells the script alone, a while before the time is over; that may be
# before there is a child who could be told.
child=
told=
tell() {
	told=yes
	[ -z "$child" ] || kill -TERM "$child" 2>/dev/null
}
trap tell TERM
before=$(state_of "$database")
status=143
if [ -z "$told" ]; then
	sweep --db "$database" --shard "$shard/$tasks" --resume \
	    --progress never -j "${SLURM_CPUS_PER_TASK:-1}" &
	child=$!
	[ -z "$told" ] || tell
	# A wait that the trap has ended says nothing about the child.
	while wait "$child"; status=$?; kill -0 "$child" 2>/dev/null; do
		:
	done
fi

futile=$folder/shard-$shard.futile
case $status in
0 | 1)
	# A finding is a result.  The merged database is what is judged.
	say "the shard is done"
	rm -f "$futile"-*
	exit 0 ;;
2)
	say "trying again would not help"
	exit 2 ;;
esac

state=$(scontrol show job -o "$job" 2>/dev/null |
    sed -n 's/.* JobState=\([A-Z_]*\).*/\1/p')
if [ -n "$state" ] && [ "$state" != RUNNING ]; then
	say "ended with $status while the job was $state; this is left to Slurm"
	exit "$status"
fi

# What got nowhere three times in a row is not tried a fourth time.  Names count,
# since a full disk may have room for them and for nothing else.
if [ "$(state_of "$database")" != "$before" ]; then
	rm -f "$futile"-*
else
	attempts=1
	while [ -e "$futile-$attempts" ]; do
		attempts=$((attempts + 1))
	done
	if [ "$attempts" -ge 3 ]; then
		say "ended with $status, and the last $attempts attempts did" \
		    "nothing; giving up"
		rm -f "$futile"-*
		exit "$status"
	fi
	if ! (: >"$futile-$attempts") 2>/dev/null; then
		say "ended with $status, and nothing can be written here;" \
		    "giving up"
		exit "$status"
	fi
fi
say "ended with $status; back into the queue"
if scontrol requeue "$job"; then
	# Slurm ends this script now.
	sleep 60
fi
# For clusters where tasks may not do that: RequeueExit may list 75.
exit 75
