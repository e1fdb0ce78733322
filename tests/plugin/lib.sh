# An installation of this build in a folder that vanishes, and what a person
# would have set up to write a policy with it.  Sourced by the other scripts:
#   $BUILD   the folder of the build
#   $ROOT    the source tree
#   $HERE    the folder of tests/cli
# SPDX-License-Identifier: BSD-2-Clause
. "$HERE/lib.sh"

cmake --install "$BUILD" --prefix "$work/usr" >log 2>&1 || {
	cat log >&2
	exit 99
}
PATH=$work/usr/bin:$PATH
PKG_CONFIG_PATH=$(dirname "$(find "$work/usr" -name gusim-policy.pc)")
export PATH PKG_CONFIG_PATH
[ "$(command -v gusim)" = "$work/usr/bin/gusim" ] || fail "another gusim"
CC=$(pkg-config --variable=compiler gusim-policy)

# compile NAME flags...: NAME.o of NAME.c
compile() {
	name=$1
	shift
	# Flags are words.  shellcheck disable=SC2046
	$CC -Wall -Wextra -Werror $(pkg-config --cflags gusim-policy) "$@" \
	    -c "$name.c" -o "$name.o" || fail "$name.c does not compile"
}

# plugin NAME flags...: NAME.so of NAME.c
plugin() {
	compile "$@"
	# shellcheck disable=SC2046
	$CC "$1.o" $(pkg-config --libs gusim-policy) -o "$1.so" ||
	    fail "$1.o does not link"
}

passed=0
ok() {
	passed=$((passed + 1))
}
