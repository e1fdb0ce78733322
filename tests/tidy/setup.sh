#!/bin/sh
# setup - does ./setup say what it lacks, and install nothing else?
#
# It runs in a folder of its own, on a system that consists of fakes: they say
# what is installed, and write down what they were asked for.
#
# SPDX-License-Identifier: BSD-2-Clause
set -eu
root=$1
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch"
cp "$root/setup" .
mkdir bin tools

passed=0
failed=0
claim() {
	words=$1
	shift
	if "$@"; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		echo "not so: $words"
		sed 's/^/    /' out asked 2>/dev/null || :
	fi
}

# Only these of the real system, so that there is no apt-get by accident.
for tool in sh cat dirname env grep head id mkdir nproc pwd rm sed; do
	ln -s "$(command -v $tool)" tools/$tool
done
fake() {
	printf '#!/bin/sh\n%s\n' "$2" >bin/$1
	chmod +x bin/$1
}
run() {
	status=0
	: >asked
	env -i HOME="$scratch" PATH="$scratch/bin:$scratch/tools" \
	    ./setup "$@" >out 2>&1 </dev/null || status=$?
}
said() { grep -q -- "$1" out; }
asked() { grep -q -- "$1" asked; }
ended() { [ $status -eq "$1" ]; }
not() { ! "$@"; }

run --help
claim "--help helps" ended 0
claim "--help tells of --build-only" said --build-only
run --bogus
claim "an unknown option is bad usage" ended 2
claim "it is named" said bogus

run --build-only
claim "without apt-get it stops" ended 3
claim "... and lists what is wanted" said libyaml-dev
claim "... and says how to go on" said --no-install

fake cmake 'echo "cmake $*" >>asked'
run --build-only --no-install
claim "--no-install only builds" ended 0
claim "it configures" asked 'preset release'

fake id 'echo 0'
fake dpkg-query 'case $* in *jansson*) echo not-installed ;; *sqlite3) exit 1 ;;
*) echo installed ;; esac'
fake apt-get 'echo "apt-get $*" >>asked'
run --build-only
claim "root installs" ended 0
claim "what is missing" asked 'install .*libjansson-dev'
claim "what dpkg does not know" asked 'install .* sqlite3'
claim "and nothing that is there" not asked libyaml-dev
claim "nor what is only recommended" asked no-install-recommends

fake dpkg-query 'echo installed'
run --build-only
claim "where nothing is missing" ended 0
claim "apt-get is left alone" not asked apt-get

fake dpkg-query 'echo not-installed'
fake apt-get 'case $* in *install*) echo "E: no luck"; exit 100 ;; esac'
run --build-only
claim "when apt-get fails it stops" ended 3
claim "with the words of apt-get" said 'no luck'
claim "and its own" said 'could not install'
claim "before anything is built" not asked cmake

fake apt-get 'case $* in *gnuplot*) exit 100 ;; *) echo "apt-get $*" >>asked ;; esac'
run --build-only
claim "without plots it goes on" ended 0
claim "and says so" said 'going on without'

fake id 'echo 1000'
fake apt-get 'echo "apt-get $*" >>asked'
run --build-only
claim "neither root nor sudo: it stops" ended 3
claim "... and names the command" said 'apt-get install'
fake sudo 'echo "sudo $*" >>asked; shift; "$@"'
run --build-only
claim "with sudo it installs" ended 0
claim "through sudo" asked 'sudo .*apt-get'

fake cmake 'exit 1'
run --build-only --no-install
claim "a failed configuration is told" said 'configuring failed'
claim "... and ends it" ended 3

echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
