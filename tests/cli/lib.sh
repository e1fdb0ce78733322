# Shared by the tests of the command line; each is a script that sources this.
#   $GUSIM   the program
#   $HERE    this folder
# A test runs in a folder of its own that vanishes, and fails with a message.
# SPDX-License-Identifier: BSD-2-Clause
set -u
# What a person has set up must not matter.
unset GUSIM_SCENARIOS NO_COLOR

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 99
tiny=$HERE/tiny.yaml
canary=$HERE/canary.yaml

fail() {
	echo "FAILED: $*" >&2
	[ -s out ] && sed 's/^/  stdout: /' out | head -20 >&2
	[ -s err ] && sed 's/^/  stderr: /' err | head -20 >&2
	exit 1
}

# expect STATUS COMMAND...: runs it with its output in `out` and `err`.
expect() {
	want=$1
	shift
	"$@" >out 2>err
	got=$?
	[ "$got" -eq "$want" ] || fail "status $got, not $want: $*"
}

# says FILE TEXT: the text is in it.
says() {
	[ -n "$2" ] || fail "there is no text to look for in $1"
	grep -qF -e "$2" "$1" || fail "'$2' is not in $1"
}

silent() {
	[ ! -s "$1" ] || fail "$1 is not empty"
}

# Everything in a database that does not depend on the host or on luck.
dump() {
	sqlite3 "$1" "
	SELECT p.ordinal, r.seed, r.status, r.digest, r.sim_ns, r.accesses
	  FROM run r JOIN point p ON p.id = r.point_id ORDER BY 1, 2;
	SELECT p.ordinal, r.seed, m.name, m.stat, m.unit, quote(m.value)
	  FROM metric m JOIN run r ON r.id = m.run_id
	  JOIN point p ON p.id = r.point_id ORDER BY 1, 2, 3, 4;
	SELECT p.ordinal, r.seed, h.name, h.unit, hex(h.buckets)
	  FROM histogram h JOIN run r ON r.id = h.run_id
	  JOIN point p ON p.id = r.point_id ORDER BY 1, 2, 3;
	SELECT p.ordinal, r.seed, s.name, s.unit, s.step_ns, hex(s.points)
	  FROM series s JOIN run r ON r.id = s.run_id
	  JOIN point p ON p.id = r.point_id ORDER BY 1, 2, 3;
	SELECT p.ordinal, r.seed, c.name, c.hits
	  FROM coverage c JOIN run r ON r.id = c.run_id
	  JOIN point p ON p.id = r.point_id ORDER BY 1, 2, 3;
	SELECT p.ordinal, r.seed, f.check_name, f.summary, f.token
	  FROM finding f JOIN run r ON r.id = f.run_id
	  JOIN point p ON p.id = r.point_id ORDER BY 1, 2, 3, 4;
	SELECT p.ordinal, p.policy, k.knob, k.value, k.number
	  FROM point p LEFT JOIN point_knob k ON k.point_id = p.id
	  ORDER BY 1, 3;" || fail "cannot read $1"
}

same() {
	dump "$1" >"$1.dump"
	dump "$2" >"$2.dump"
	[ -s "$1.dump" ] || fail "$1 is empty"
	cmp -s "$1.dump" "$2.dump" || {
		diff "$1.dump" "$2.dump" | head -10 >&2
		fail "$1 and $2 differ"
	}
}
