# Do the tokens of a thousand findings repeat them, in a fresh process, from
# another folder, traced, and after that?  Is each of ten thousand tokens that
# were damaged on their way refused?
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
	for traced in "--trace trace" ""; do
		# shellcheck disable=SC2086
		expect 1 "$GUSIM" replay "$token" $traced
		silent err
		says out "$digest"
	done
	count=$((count + 1))
done <../tokens
echo "$count tokens, each twice"

awk -f "$HERE/damage.awk" ../tokens >../damaged
count=0
while read -r token; do
	if [ $((count % 10)) -eq 9 ]; then
		printf 'a mail says\n\n    gusim replay %s\n' "$token" >mail
		token=mail
	fi
	expect 2 "$GUSIM" replay -- "$token"
	silent out
	[ -s err ] || fail "nothing is said about $token"
	count=$((count + 1))
done <../damaged
[ $count -ge 10000 ] || fail "$count damaged tokens"
echo "$count damaged tokens"
