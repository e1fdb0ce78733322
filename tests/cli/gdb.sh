# Does a debugger stop before the fatal access, and does it see the machine?
# SPDX-License-Identifier: BSD-2-Clause
. "$HERE/lib.sh"

# A run in gusim's own process is the same run.
expect 1 "$GUSIM" run "$HERE/careless.yaml" --set zone.bucket_size=4
token=$(sed -n 's/^gusim replay //p' out | head -1)
[ -n "$token" ] || token=$(sed -n 's/.*gusim replay //p' err | head -1)
[ -n "$token" ] || fail "there is no token"
expect 1 "$GUSIM" replay "$token"
cp out by-worker.txt
expect 1 "$GUSIM" replay --in-process "$token"
cmp -s out by-worker.txt || fail "a run in gusim's own process differs"

# Without gdb: in words.
mkdir empty
expect 3 env PATH="$PWD/empty" "$GUSIM" replay "$token" --gdb
says err "install the Debian package gdb"
silent out

if ! command -v gdb >/dev/null; then
	echo "note: gdb is not installed, so replay --gdb was not tried"
	exit 0
fi

# debug TOKEN COMMAND...: gdb's words in `out`.
debug() {
	debugged=$1
	shift
	printf '%s\n' "$@" | "$GUSIM" replay "$debugged" --gdb >out 2>err
}

debug "$token" 'gusim cpus' 'gusim sections' 'gusim cpu 0' 'gusim cpu 1' \
    'gusim cpu 2' 'gusim stores 0' 'gusim item 1' 'frame' 'continue' 'backtrace 1'
says out "is about to make its access number"
says out "then comes the finding 'premature_grace'"
# The backtrace, and the frame that is left after looking at other CPUs.
grep -q '^#.* slot_churn_' out || fail "no workload function in the backtrace"
grep -q '^#0 .* machine_halted' out || fail "not stopped by the machine"
grep '^#' out | tail -2 | head -1 | grep -q 'slot_churn' ||
    fail "another frame after the other CPUs' backtraces"
[ "$(grep -c '^[ *][012]  ' out)" -eq 3 ] || fail "not all CPUs are listed"
[ "$(grep -c '^\*[012]  .*running' out)" -eq 1 ] || fail "nobody runs"
[ "$(grep -c '^CPU [012], thread' out)" -eq 3 ] || fail "not every CPU was shown"
[ "$(grep -c 'thread_body' out)" -ge 3 ] || fail "a backtrace is cut short"
says out "item 1 at 0x"
says out "section"
grep '^#0 ' out | tail -1 | grep -q 'check_report' ||
    fail "going on does not come to the finding"

# The debugged run is the recorded one to the bit: it prints the same token.
debug "$token" continue continue continue continue continue continue \
    continue continue continue continue
says out "gusim replay $token"

# In the middle of a run, of which most accesses take the short way.
printf '%s\n' 'break lab_retire' run 'tbreak machine_halted' \
    'print the.cpu->index * 1000 + the.cpu->accesses + 7' \
    'call machine_halt_at(the.cpu->index, the.cpu->accesses + 7)' \
    'delete 1' continue 'backtrace 1' \
    'print the.cpu->index * 1000 + the.cpu->accesses' kill >commands
gdb -nx -batch -x commands --args "$GUSIM" replay --in-process "$token" \
    >out 2>err
grep -q '^#0 .* machine_halted' out || fail "not stopped in the middle of a run"
[ "$(sed -n 's/^\$1 = //p' out)" = "$(sed -n 's/^\$2 = //p' out)" ] ||
    fail "stopped at another access than asked for"

# A guided run whose stores wait in buffers.
expect 1 "$GUSIM" hunt "$HERE/careless.yaml" --strategy walk -j1 --runs 50 \
    --set machine.memory=tso
token=$(sed -n 's/^gusim replay //p' out | head -1)
debug "$token" 'gusim stores 0' 'gusim stores 1' 'gusim stores 2' continue \
    continue continue continue continue continue continue continue continue
says out "gusim replay $token"
[ "$(grep -c -e '^The store buffer' -e 'leaves at' out)" -eq 3 ] ||
    fail "not every store buffer was shown"

# Sequence numbers, and a CPU that is not there.
expect 1 "$GUSIM" run "$canary"
token=$(sed -n 's/.*gusim replay //p' out | head -1)
debug "$token" 'gusim seq' 'gusim cpu 99'
says out "finding 'canary'"
says out "behind wr"
says err "there is no CPU 99"

expect 0 "$GUSIM" run "$tiny"
debug "$(sed -n 's/^gusim replay //p' out)" 'gusim cpus'
says out "The run ended without a finding"
