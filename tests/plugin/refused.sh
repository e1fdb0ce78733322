#!/bin/sh
# What is no plugin is refused in words, and never takes gusim along.
# SPDX-License-Identifier: BSD-2-Clause
. "$(dirname "$0")/lib.sh"

cp "$ROOT/examples/policy/mine.c" .
plugin mine

# refused FILE WORDS
refused() {
	expect 2 gusim list policies --plugin "$1"
	silent out
	says err "--plugin"
	says err "$2"
	ok
}
refused none.so 'none.so: cannot be opened'
refused "$work" 'cannot be'
: >nothing.so
refused nothing.so 'it is no shared object'
refused mine.c 'it is no shared object'
refused mine.o 'it has not been linked'
# Not gusim itself: with sanitizers that is larger than any plugin may be.
refused "$(command -v sh)" 'it is a program'

# Cut short, anywhere.
size=$(wc -c <mine.so)
for at in 3 17 63 64 65 200 1000 4095 $((size / 2)) $((size - 1)); do
	head -c "$at" mine.so >cut.so
	refused cut.so "$([ "$at" -lt 4 ] && echo 'no shared object' ||
	    echo 'cut short or damaged')"
done

# Something else in one byte: loaded or refused, by gusim in either case.
i=0
while [ $i -lt 60 ]; do
	cp mine.so bent.so
	printf '\377' | dd of=bent.so bs=1 seek=$((64 + i * 67)) conv=notrunc \
	    2>dd.log
	gusim list policies --plugin ./bent.so >out 2>err
	got=$?
	[ $got -eq 0 ] || [ $got -eq 2 ] || fail "status $got at byte $i"
	i=$((i + 1))
done
ok

# Without a policy, of another version, of another build.
grep -v '^POLICY_PLUGIN' mine.c |
    sed 's/^static const struct policy_def/const struct policy_def/' >bare.c
plugin bare
refused ./bare.so 'there is no policy in it'
expect 0 cp -r "$(pkg-config --variable=includedir gusim-policy)" later
sed 's/\(define POLICY_INTERFACE\).*/\1 99/' later/policies/plugin.h >h
mv h later/policies/plugin.h
cp mine.c later.c
plugin later -iquote later
refused ./later.so 'version 99 of the interface'
cp mine.c build.c
plugin build -UGUSIM_BUILD -DGUSIM_BUILD=0123456789abcdef
refused ./build.so 'it was made for build 01234567; this is build'

# Without instrumentation, or with somebody else's.
cp mine.c dark.c
plugin dark -fno-sanitize=thread
refused ./dark.so 'it is not instrumented'
if $CC -shared -fsanitize=thread mine.o -o tsan.so 2>log &&
    readelf -d tsan.so | grep -q libtsan; then
	refused ./tsan.so 'it needs the library libtsan'
fi

# What policies may not call, and memcpy() that nobody would see.
sed 's/^	due = ++cpu->frees/	srand((unsigned)time(0)); free(malloc(1));\n&/' \
    mine.c >worldly.c
sed -i '1i #include <stdlib.h>\n#include <time.h>' worldly.c
plugin worldly
refused ./worldly.so 'it calls what policies may not: '
for name in srand time malloc free; do
	says err $name
done
sed 's/^	due = ++cpu->frees/	memcpy(\&cpu->polls, \&cpu->fails, 8);\n&/' \
    mine.c >copy.c
sed -i '1i #include <string.h>' copy.c
plugin copy
expect 0 gusim list policies --plugin ./copy.so
$CC -shared -nostdlib copy.o -o plain.so || fail "copy.o does not link"
refused ./plain.so 'it calls what policies may not: memcpy'
# The C library is harmless as long as nothing of it is used.
# shellcheck disable=SC2046
expect 0 $CC mine.o $(pkg-config --libs gusim-policy | sed 's/-nostdlib//') \
    -o libc.so
expect 0 gusim list policies --plugin ./libc.so
ok

# Definitions that no member of the registry could have.
defined() {
	sed "$1" mine.c >def.c
	plugin def -Wno-unused-function
	refused ./def.so "$2"
}
defined 's/\.name = "mine"/.name = "gus"/' 'there is a policy gus already'
defined 's/\.name = "mine"/.name = "My Own"/' 'not one that scenarios can write'
defined 's/\.name = "mine"/.name = 0/' 'not one that scenarios can write'
defined '/^	\.census/d' 'has no .census'
defined 's/"32", NULL/"0", NULL/' 'the default of the knob batch'
defined 's/"1000000"/"many"/' 'the limits of the knob batch'
defined 's/{ "batch"/{ "content"/' 'which every plugin gets by itself'
defined 's/sizeof(struct mine_config)/4/' 'lies outside of the 4 bytes'
defined 's/sizeof(struct mine_config)/800/' 'in 800 bytes; allowed are'
expect 2 gusim list policies --plugin ./mine.so --plugin ./mine.so
says err 'there is a policy mine already'
expect 2 gusim run p.yaml --plugin
says err '--plugin needs a value'
expect 2 gusim report --plugin ./mine.so
ok

# Kernel modules bring a policy of their own.
cat >k.yaml <<'YAML'
name: k
policy: mine
workload: {kernel_module: stress.o}
YAML
cp "$BUILD/tests/kmod/stress.o" .
expect 2 gusim check k.yaml --plugin ./mine.so
ok
echo "$passed passed, 0 failed"
