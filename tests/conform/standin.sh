# Is the core of this gusim that stands in for FreeBSD's the same as ours
# ($1 is 0), or is it caught ($1 is 1), with tokens that replay?
# SPDX-License-Identifier: BSD-2-Clause
. "$HERE/lib.sh"

expect "$1" "$GUSIM" conform --operations 10000
if [ "$1" -eq 0 ]; then
	says out "no difference in"
	[ "$(grep -c ' no difference$' out)" -eq 24 ] || fail "not 24 courses"
	exit 0
fi
says out "DIFFERENT in run"
says out "the first difference is at entry"
says out "<--"
sed -n 's/^gus: gusim replay //p' out >gus.token
sed -n 's/^freebsd: gusim replay //p' out >freebsd.token
[ -s gus.token ] && [ -s freebsd.token ] || fail "there is no token"
at=$(sed -n 's/.*first difference is at entry \([0-9]*\)$/\1/p' out | head -1)
expect 1 "$GUSIM" conform "$(cat gus.token)"
says out "the first difference is at entry $at"
expect 0 "$GUSIM" replay "$(cat gus.token)"
says out "digest"
"$GUSIM" replay "$(cat freebsd.token)" >out 2>err
[ $? -le 1 ] || fail "the other core's token does not replay"
says out "digest"
