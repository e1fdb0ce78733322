# Does GNU parallel make of the parts of a sweep the whole, also after it was
# killed?
# SPDX-License-Identifier: BSD-2-Clause
. "$HERE/../cli/lib.sh"
. "$HERE/doc.sh"

command -v parallel >/dev/null && parallel --version 2>/dev/null |
    grep -q 'GNU parallel' || {
	echo "GNU parallel is not installed (Debian's package parallel)"
	echo "0 passed, 0 failed, 1 skipped"
	exit 77
}
# It asks to be cited, once for each home.
HOME=$PWD
mkdir .parallel
: >.parallel/will-cite
export HOME

cp "$tiny" scenario.yaml
expect 0 "$GUSIM" sweep scenario.yaml --db whole.db -j 2
doc parallel
expect 0 sh -eu doc.sh
same whole.db all.db

# Ended with some of its jobs, and started again.
rm -f shard-*.db all.db shards.log
sed 's|gusim sweep|gusim sweep --set run.duration=2ms|' doc.sh >slow.sh
expect 0 "$GUSIM" sweep scenario.yaml --set run.duration=2ms --db slow.db -j 2
sh -eu slow.sh >out 2>err &
victim=$!
tries=0
until [ -s shards.log ] && [ "$(wc -l <shards.log)" -ge 2 ]; do
	tries=$((tries + 1))
	[ $tries -lt 600 ] || fail "no shard is done"
	sleep 0.1
done
# The scripts below it are perl and gusim; all that are left know this folder.
for pid in $(pgrep -P $victim); do
	kill -TERM "$pid" && kill -TERM "$pid"
done 2>/dev/null
wait $victim 2>/dev/null
[ ! -e all.db ] || fail "it was not ended in time"
expect 0 sh -eu slow.sh
same slow.db all.db
echo "1 passed, 0 failed"
