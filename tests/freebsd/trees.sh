# A tree that has no core that can be built: what CMake and ./setup say.
# SPDX-License-Identifier: BSD-2-Clause
. "$HERE/lib.sh"

# refused WHAT DIR TEXT: configuring with this tree fails and says so.
refused() {
	rm -rf "$work/build"
	expect 1 "$1" cmake -S "$ROOT" -B "$work/build" -G Ninja \
	    -DCMAKE_C_COMPILER="$CC" -DBUILD_TESTING=OFF \
	    -DGUSIM_FREEBSD_SRC="$2"
	says "$1" "$3"
	says "$1" "${4:-names the root of a FreeBSD source tree}"
}

tree=$work/tree
refused "a path that does not exist" "$work/nowhere" "there is no '$work/nowhere'"
echo >"$work/file"
refused "a file" "$work/file" "is no folder"
mkdir -p "$tree/sys/kern"
refused "a tree without the file" "$tree" "has no sys/kern/subr_smr.c"
echo 'int main(void) { return (0); }' >"$tree/sys/kern/subr_smr.c"
refused "another file" "$tree" \
    "is no GUS core: it does not define smr_init(), smr_create(), smr_destroy(), smr_advance(), smr_poll()"
sed 's/^smr_poll(/smr_asks(/' "$HERE/standin/sys/kern/subr_smr.c" \
    >"$tree/sys/kern/subr_smr.c"
refused "a core without a poll" "$tree" "it does not define smr_poll()."
{
	echo '#include <sys/nowhere.h>'
	cat "$HERE/standin/sys/kern/subr_smr.c"
} >"$tree/sys/kern/subr_smr.c"
refused "one that does not compile" "$tree" "does not compile" "sys/nowhere.h"

# A path with a dot and a blank in it, relative to where one is.
mkdir -p "$work/a tree.d/sys/kern"
cp "$HERE/standin/sys/kern/subr_smr.c" "$work/a tree.d/sys/kern"
cd "$work" || exit 99
expect 0 "a relative path" cmake -S "$ROOT" -B "$work/build" -G Ninja \
    -DCMAKE_C_COMPILER="$CC" -DBUILD_TESTING=OFF "-DGUSIM_FREEBSD_SRC=a tree.d"
if grep -q "^GUSIM_FREEBSD_SRC:PATH=$work/a tree.d\$" "$work/build/CMakeCache.txt"
then
	ok
else
	no "the path was not made absolute"
fi
expect 0 "the objects of it" cmake --build "$work/build" --target \
    core_freebsd_production_amd64_bundle

# The tree gets a header of its own after it was built: the next build uses it.
mkdir "$work/a tree.d/sys/sys"
echo '#error the header of the tree' >"$work/a tree.d/sys/sys/_smr.h"
expect 1 "a header that came later" cmake --build "$work/build" --target \
    core_freebsd_production_amd64_bundle
says "a header that came later" "the header of the tree"
rm -r "$work/a tree.d/sys/sys"
expect 0 "a header that went" cmake --build "$work/build" --target \
    core_freebsd_production_amd64_bundle

# What CMake would take for a variable is a part of the path.
mv "$work/a tree.d" "$work/a@HOME@tree"
mkdir "$work/a@HOME@tree/sys/sys"
cp "$ROOT/engine/freebsd/own/sys/_smr.h" "$work/a@HOME@tree/sys/sys"
expect 0 "a path with two at signs" cmake -S "$ROOT" -B "$work/build" \
    "-DGUSIM_FREEBSD_SRC=$work/a@HOME@tree"

# ./setup asks before it builds.
expect 2 "--freebsd-src without a folder" "$ROOT/setup" --freebsd-src
says "--freebsd-src without a folder" "needs a folder"
expect 2 "--freebsd-src nowhere" "$ROOT/setup" --no-install --build-only \
    --freebsd-src "$work/nowhere"
says "--freebsd-src nowhere" "there is no"
counted
