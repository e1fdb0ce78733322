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
	digest=$(sqlite3 one.db "SELECT digest FROM run
	    JOIN point p ON p.id = run.point_id
	    JOIN point_knob b ON b.point_id = p.id AND b.knob = 'zone.bucket_size'
	    JOIN point_knob m ON m.point_id = p.id AND m.knob = 'machine.memory'
	    WHERE policy = 'gus' AND b.value = '16' AND m.value = 'tso'
	    AND seed = $seed")
	[ ${#digest} -eq 32 ] || fail "no digest for seed $seed"
	expect 0 "$GUSIM" run "$tiny" --seed $seed --set zone.bucket_size=16 \
	    --set machine.memory=tso
	says out "$digest"
	expect 0 "$GUSIM" replay "$(sed -n 's/^gusim replay //p' out)"
	says out "$digest"
	silent err
done
