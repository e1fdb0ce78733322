# Do --timeline and --explain tell what led to a finding, and change nothing?
# SPDX-License-Identifier: BSD-2-Clause
. "$HERE/lib.sh"

# A hunt that finds something soon: a lazy grace period that is too short.  The
# seed is one with which the code of either compiler needs some 300 runs.
expect 1 "$GUSIM" hunt stress --set core.mode=lazy --set core.lazy_grace=1 \
    --set machine.hz=20000 --set zone.bucket_size=1 --set machine.cpus=3 \
    --set run.duration=300us --strategy delay -j1 --seed 3 --runs 5000
grep -o 'gus1[.].*' out | head -1 >token
[ -s token ] || fail "the hunt has no token"

# The same run, whatever is shown of it.
"$GUSIM" replay token >plain 2>err
"$GUSIM" replay token --timeline a.svg >shown 2>err
cmp -s plain shown || fail "--timeline changes the run"
"$GUSIM" replay token --timeline a.png --trace a.trace --explain >told 2>err
silent err
head -n "$(wc -l <plain)" told | cmp -s - plain || fail "--explain changes it"
[ -s a.svg ] && [ -s a.png ] && [ -s a.trace ] || fail "not all was written"
"$GUSIM" replay token --timeline b.svg >shown 2>err
cmp -s a.svg b.svg || fail "the same run is drawn in two ways"

# What is told: CPUs, the item or the goal, the place in the code.
says told "How it came about (stress)"
says told "CPU 1"
grep -Eq 'CPU [0-9], the reader' told || fail "no column for the reader"
grep -Eq 'enters a section, reads wr' told || fail "no section"
grep -Eq 'FINDING: |ACCESSES ITEM A' told || fail "the finding is not told"
grep -Eq '[a-z_]+\.[ch]:[0-9]+ \(' told || fail "no place in the code"
sed -n '/^How it came/,$p' told | awk 'length > 100 { exit 1 }' ||
    fail "a line is too long for a mail"

# What is drawn.
says a.svg '<svg xmlns="http://www.w3.org/2000/svg"'
says a.svg '>CPU 1</text>'
grep -Eq '(fatal access|found): CPU [0-9], [a-z_]+\.c:[0-9]+' a.svg ||
    fail "the picture does not say where it happened"

# Only what is around the finding.
"$GUSIM" replay token --trace b.trace --window 1us >shown 2>err
silent err
[ "$(wc -c <b.trace)" -lt "$(wc -c <a.trace)" ] || fail "--window cuts nothing"

# What cannot be.
expect 2 "$GUSIM" replay token --timeline a.gif
says err "allowed are names that end in .svg or .png"
expect 2 "$GUSIM" replay token --timeline ''
says err "empty name"
expect 2 "$GUSIM" replay token --window 1us
says err "add --trace FILE"
expect 2 "$GUSIM" replay token --explain --json
says err "give one of the two"
mkdir folder.svg
expect 2 "$GUSIM" replay token --timeline folder.svg
says err "allowed is the name of a file"
for name in no/such/folder.svg no/such/folder.png; do
	expect 3 "$GUSIM" replay token --timeline "$name"
	says err "$name"
done

# A run without a finding has an end, too.
expect 0 "$GUSIM" run "$tiny"
grep -o 'gus1[.].*' out | head -1 >token
expect 0 "$GUSIM" replay token --explain --timeline c.svg
says out "No check found anything"
says c.svg "no finding"
