# Does `gusim litmus` print what herd7 and litmus7 print, line by line, and has
# each outcome its exit status?
# SPDX-License-Identifier: BSD-2-Clause
. "$HERE/lib.sh"

# prints STATUS WORDS...: the command's output is the text in `want`.
prints() {
	expect "$@"
	cmp -s out want || {
		diff want out >&2
		fail "not what was wanted: $*"
	}
}

cat >sb.litmus <<'X'
X86 SB
"Fre PodWR Fre PodWR"
{ x=0; y=0; }
 P0          | P1          ;
 MOV [x],$1  | MOV [y],$1  ;
 MOV EAX,[y] | MOV EAX,[x] ;
locations [x;]
exists (0:EAX=0 /\ 1:EAX=0)
X

cat >want <<'X'
Test SB Allowed
States 4
0:EAX=0; 1:EAX=0; [x]=1;
0:EAX=0; 1:EAX=1; [x]=1;
0:EAX=1; 1:EAX=0; [x]=1;
0:EAX=1; 1:EAX=1; [x]=1;
Ok
Witnesses
Positive: 1 Negative: 3
Condition exists (0:EAX=0 /\ 1:EAX=0)
Observation SB Sometimes 1 3
Executions SB model tso explored 4 abandoned 0 complete

X
prints 0 "$GUSIM" litmus sb.litmus --model tso
silent err
# The model of x86 is tso unless another is asked for.
prints 0 "$GUSIM" litmus sb.litmus

cat >want <<'X'
Test SB Allowed
States 3
0:EAX=0; 1:EAX=1; [x]=1;
0:EAX=1; 1:EAX=0; [x]=1;
0:EAX=1; 1:EAX=1; [x]=1;
No
Witnesses
Positive: 0 Negative: 3
Condition exists (0:EAX=0 /\ 1:EAX=0)
Observation SB Never 0 3
Executions SB model sc explored 3 abandoned 0 complete

X
# The verdict is no matter of the status.
prints 0 "$GUSIM" litmus --model sc sb.litmus

cat >want <<'X'
Test SB Allowed
Histogram (4 states)
1     *>0:EAX=0; 1:EAX=0; [x]=1;
1     :>0:EAX=0; 1:EAX=1; [x]=1;
1     :>0:EAX=1; 1:EAX=0; [x]=1;
1     :>0:EAX=1; 1:EAX=1; [x]=1;
Ok

Witnesses
Positive: 1, Negative: 3
Condition exists (0:EAX=0 /\ 1:EAX=0) is validated
Observation SB Sometimes 1 3
Executions SB model tso explored 4 abandoned 0 complete

X
prints 0 "$GUSIM" litmus --counts sb.litmus

# ~exists and forall, and a filter that takes states away.
sed -e 's/^locations.*//' -e 's/^exists/filter (0:EAX=1) ~exists/' \
    -e 's/ SB/ SB-f/' sb.litmus >not.litmus
cat >want <<'X'
Test SB-f Forbidden
States 2
0:EAX=1; 1:EAX=0;
0:EAX=1; 1:EAX=1;
Ok
Witnesses
Positive: 2 Negative: 0
Condition ~exists (0:EAX=0 /\ 1:EAX=0)
Observation SB-f Never 0 2
Executions SB-f model tso explored 4 abandoned 0 complete

X
prints 0 "$GUSIM" litmus not.litmus
cat >all.litmus <<'X'
C co
{}
P0(int *x) { WRITE_ONCE(*x, 1); WRITE_ONCE(*x, 2); }
P1(int *x) { int r0 = READ_ONCE(*x); int r1 = READ_ONCE(*x); }
filter (1:r1=2)
forall (x=2 /\ 1:r0=2)
X
cat >want <<'X'
Test co Required
States 3
1:r0=0; [x]=2;
1:r0=1; [x]=2;
1:r0=2; [x]=2;
No
Witnesses
Positive: 1 Negative: 2
Condition forall ([x]=2 /\ 1:r0=2)
Observation co Sometimes 1 2
Executions co model sc explored 6 abandoned 0 complete

X
prints 0 "$GUSIM" litmus --model sc all.litmus

# Without pruning there are more executions and the same states.
expect 0 "$GUSIM" litmus --model sc sb.litmus
grep '^[0-9]' out >states
expect 0 "$GUSIM" litmus --model sc --no-prune sb.litmus
grep '^[0-9]' out | cmp -s - states || fail "other states without pruning"
explored=$(sed -n 's/^Executions .*explored \([0-9]*\) .*complete$/\1/p' out)
[ "$explored" -gt 3 ] || fail "explored '$explored', no more than with pruning"

# Several files, one after the other; and as one document.
expect 0 "$GUSIM" litmus --model sc sb.litmus all.litmus not.litmus
[ "$(grep -c '^Test ' out)" -eq 3 ] || fail "not three tests"
expect 0 "$GUSIM" litmus --model sc --json sb.litmus all.litmus
says out '"name": "SB"'
says out '"complete": true'
says out '"0:EAX": 1'

# A data race of plain accesses is flagged, where herd flags it.
cat >race.litmus <<'X'
C race
{}
P0(int *x) { *x = 1; }
P1(int *x) { int r0 = *x; }
exists (1:r0=1)
X
expect 0 "$GUSIM" litmus race.litmus
says out "Flag data-race"
says out "racy 2"
grep -A1 '^Positive' out | grep -q '^Flag data-race' ||
	fail "the flag is not behind the witnesses"

# 1: cut short, by a bound or by a loop that does not end.
expect 1 "$GUSIM" litmus --runs 1 sb.litmus
says out " incomplete"
says err "--runs"
cat >loop.litmus <<'X'
C loop
{}
P0(int *x) { while (1) WRITE_ONCE(*x, 1); }
exists (x=1)
X
expect 1 "$GUSIM" litmus loop.litmus
says out "Loop No"
says err "a loop does not end"

# 2: bad files, with their place, and nothing run or printed.
printf 'C t\n{ x=0; }\nP0(int *x) { int r0 = *z; }\nexists (x=1)\n' >bad.litmus
expect 2 "$GUSIM" litmus sb.litmus bad.litmus
says err "bad.litmus:3:24: 'z' is neither"
silent out
printf 'AArch64 t\n{}\n' >arm.litmus
expect 2 "$GUSIM" litmus arm.litmus bad.litmus
says err "arm.litmus:1:1: the dialect 'AArch64'"
says err "bad.litmus:3:24"
head -c 10000000 /dev/zero | tr '\0' 'x' >huge.litmus
expect 2 "$GUSIM" litmus huge.litmus
says err "huge.litmus:1:1"
head -c 4000 /dev/zero >nul.litmus
expect 2 "$GUSIM" litmus nul.litmus
says err "nul.litmus:1:1"
: >empty.litmus
expect 2 "$GUSIM" litmus empty.litmus
expect 2 "$GUSIM" litmus nowhere.litmus; says err "nowhere.litmus"
expect 2 "$GUSIM" litmus .
expect 2 "$GUSIM" litmus; says err "usage: gusim litmus"
expect 2 "$GUSIM" litmus --model arm sb.litmus; says err "sc, tso, relaxed"
expect 2 "$GUSIM" litmus --runs 0 sb.litmus
