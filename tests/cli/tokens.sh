# Do the tokens of a thousand findings repeat them, in a fresh process, from
# another folder, and while they are traced?
# SPDX-License-Identifier: BSD-2-Clause
. "$HERE/lib.sh"
careless=$HERE/careless.yaml

for memory in sc tso; do
	for strategy in random pct delay; do
		seed=1
		while [ $seed -le 167 ]; do
			expect 1 "$GUSIM" hunt "$careless" --runs 500 -j 1 \
			    --strategy $strategy --seed ${seed}000 \
			    --set machine.memory=$memory --json
			sqlite3 :memory: "SELECT
			    json_extract(f, '$.findings[0].token') || ' ' ||
			    json_extract(f, '$.findings[0].digest') || ' ' ||
			    ifnull(json_extract(f, '$.findings[0].defect'), '')
			    FROM (SELECT readfile('out') f)" >>tokens
			seed=$((seed + 1))
		done
	done
done
[ "$(wc -l <tokens)" -ge 1000 ] || fail "$(wc -l <tokens) findings"
mkdir elsewhere
cd elsewhere || exit 99
count=0
while read -r token digest defect; do
	[ -z "$defect" ] || fail "$defect: $token"
	traced=
	[ $((count % 10)) -eq 0 ] && traced="--trace trace"
	# shellcheck disable=SC2086
	expect 1 "$GUSIM" replay "$token" $traced
	silent err
	says out "$digest"
	count=$((count + 1))
done <../tokens
echo "$count tokens"
