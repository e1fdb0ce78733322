# Do the results depend on nothing but scenario and build?
# SPDX-License-Identifier: BSD-2-Clause
. "$HERE/lib.sh"

expect 0 "$GUSIM" sweep "$tiny" --db one.db -j 1 --seeds 8
expect 0 "$GUSIM" sweep "$tiny" --db two.db -j 2 --seeds 8
same one.db two.db
expect 0 "$GUSIM" sweep "$tiny" --db five.db -j 5 --seeds 8
same one.db five.db

# Another folder, locale, time zone, environment, terminal, limits.
mkdir -p "a folder/with blanks"
cp "$tiny" "a folder/with blanks/copy.yaml"
(
	cd "a folder/with blanks" || exit 1
	env -i LC_ALL=tr_TR.UTF-8 LANG=de_DE.UTF-8 TZ=Asia/Kathmandu TERM=dumb \
	    COLUMNS=17 POSIXLY_CORRECT=1 MALLOC_PERTURB_=165 \
	    "$GUSIM" sweep --db ../../env.db -j 2 --seeds 8 \
	    --progress always copy.yaml
) >out 2>err || fail "a sweep in another environment"
same one.db env.db

# Without address space randomisation.
if command -v setarch >/dev/null && setarch -R true 2>/dev/null; then
	expect 0 setarch -R "$GUSIM" sweep "$tiny" --db aslr.db -j 2 --seeds 8
	same one.db aslr.db
fi

# A run alone, and a replay, give the digest that the sweep has.
for seed in 1 5 8; do
	digest=$(sqlite3 one.db "SELECT digest FROM run JOIN point p ON p.id = point_id JOIN point_knob k ON k.point_id = p.id WHERE ordinal IN (SELECT p.ordinal FROM point p JOIN point_knob k ON k.point_id = p.id WHERE (knob, value) IN (('zone.bucket_size', '16'), ('machine.memory', 'tso')) GROUP BY p.id HAVING count(*) = 2) AND policy = 'gus' AND seed = $seed LIMIT 1")
	expect 0 "$GUSIM" run "$tiny" --seed $seed --set zone.bucket_size=16 \
	    --set machine.memory=tso
	says out "$digest"
	expect 0 "$GUSIM" replay "$(sed -n 's/^gusim replay //p' out)"
	says out "$digest"
	silent err
done
