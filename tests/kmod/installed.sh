#!/bin/sh
# A module is compiled with what an installation says, away from the tree.
# usage: installed.sh SOURCE BUILD CC GUSIM
# SPDX-License-Identifier: BSD-2-Clause
set -eu

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
folder=$work/lib/x/pkgconfig
mkdir -p "$folder"
up=$(sed -n 's/^prefix=.{pcfiledir}\///p' "$2/gusim-kmod.pc")
[ -n "$up" ] || { echo "the file has no prefix"; exit 1; }
# Where the prefix would be, seen from the file.
mkdir -p "$folder/$up/include/gusim"
cp -r "$1/engine/freebsd/module" "$folder/$up/include/gusim/module"
cp -r "$1/engine/freebsd/include" "$folder/$up/include/gusim/freebsd"
cp "$2/gusim-kmod.pc" "$folder"
flags=$(PKG_CONFIG_PATH=$folder pkg-config --cflags gusim-kmod)
cp "$1/tests/kmod/umaperf.c" "$work/away.c"
# shellcheck disable=SC2086
"$3" $flags -Wall -Werror -c "$work/away.c" -o "$work/away.o"
"$4" kmod check "$work/away.o"
echo "1 passed, 0 failed"
