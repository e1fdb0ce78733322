# What is said of FreeBSD's core, and what is refused.
# SPDX-License-Identifier: BSD-2-Clause
. "$HERE/lib.sh"
standin=$BUILD/gusim_standin
first=$BUILD/gusim_standin_2020
headers=$BUILD/gusim_standin_headers
tiny=$ROOT/tests/cli/tiny.yaml

# digest PROGRAM SETTING...: of one run on FreeBSD's core.
digest() {
	program=$1
	shift
	"$program" run "$tiny" --set core.name=freebsd --json "$@" |
	    sed -n 's/.*"digest": "\([0-9a-f]*\)".*/\1/p'
}

same() {
	if [ -n "$2" ] && [ "$2" = "$3" ]; then ok; else
		no "$1: '$2' is not '$3'"
	fi
}

differ() {
	if [ -n "$2" ] && [ -n "$3" ] && [ "$2" != "$3" ]; then ok; else
		no "$1: '$2' and '$3'"
	fi
}

expect 0 "--version" "$standin" --version
says "--version" "freebsd sys/kern/subr_smr.c"
says "--version" "headers of gusim"
expect 0 "--version" "$headers" --version
says "--version" "headers of its tree"
expect 0 "--version" "$first" --version
says "--version" "no lazy mode"

# Without a tree.
if [ -z "$BUILT" ]; then
	printf 'name: f\nworkload: idle\ncore:\n  name: freebsd\n' >"$work/f.yaml"
	expect 2 "a core that is not there" "$GUSIM" run "$work/f.yaml"
	says "a core that is not there" "f.yaml:4:"
	says "a core that is not there" "./setup --freebsd-src DIR"
	expect 2 "a core that is not there" "$GUSIM" run "$tiny" \
	    --set core.name=freebsd
	says "a core that is not there" "-DGUSIM_FREEBSD_SRC=DIR"
	expect 0 "--version" "$GUSIM" --version
	says "--version" "not built in"
else
	expect 0 "--version" "$GUSIM" --version
	says "--version" "freebsd sys/kern/subr_smr.c"
fi

expect 2 "a grace of 3" "$standin" run "$tiny" --set core.name=freebsd \
    --set core.mode=lazy --set core.lazy_grace=3
says "a grace of 3" "core.lazy_grace"
says "a grace of 3" "constant of its source, 2 ticks"
expect 2 "amd64, relaxed" "$standin" run "$tiny" --set machine.arch=amd64 \
    --set machine.memory=relaxed
says "amd64, relaxed" "full fence"
expect 0 "arm64, relaxed" "$standin" run "$tiny" --set core.name=freebsd \
    --set machine.memory=relaxed --set machine.arch=arm64
expect 2 "lazy in 2020" "$first" run "$tiny" --set core.name=freebsd \
    --set core.mode=lazy
says "lazy in 2020" "has no lazy mode; allowed are eager and deferred"
for mode in eager deferred; do
	expect 0 "$mode in 2020" "$first" run "$ROOT/scenarios/smoke.yaml" \
	    --set core.name=freebsd --set core.mode=$mode \
	    --set run.duration=1ms --set run.warmup=0
done

# A tree's own headers are used, and change nothing where they say the same.
for mode in eager deferred lazy; do
	same "headers, $mode" "$(digest "$standin" --set core.mode=$mode)" \
	    "$(digest "$headers" --set core.mode=$mode)"
done
# The two versions of smr_enter() are two; auto is the one of the machine.
differ "amd64 and arm64" "$(digest "$standin" --set machine.arch=amd64)" \
    "$(digest "$standin" --set machine.arch=arm64)"
same "auto is amd64" "$(digest "$standin" --set machine.arch=amd64)" \
    "$(digest "$standin")"
same "auto is arm64" \
    "$(digest "$standin" --set machine.memory=relaxed --set machine.arch=arm64)" \
    "$(digest "$standin" --set machine.memory=relaxed)"
differ "INVARIANTS" "$(digest "$standin")" \
    "$(digest "$standin" --set core.profile=wrap)"
differ "where wr starts" "$(digest "$standin")" \
    "$(digest "$standin" --set core.start_before_wrap=3)"
# Our own core has one version.
same "gus" "$("$GUSIM" run "$tiny" --json --set machine.arch=amd64 |
    sed -n 's/.*"digest": "\([0-9a-f]*\)".*/\1/p')" \
    "$("$GUSIM" run "$tiny" --json --set machine.arch=arm64 |
    sed -n 's/.*"digest": "\([0-9a-f]*\)".*/\1/p')"
counted
