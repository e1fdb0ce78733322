# Does a token repeat its run, and is every damaged one refused?
# SPDX-License-Identifier: BSD-2-Clause
. "$HERE/lib.sh"

seed=0
while [ $seed -lt 20 ]; do
	expect 0 "$GUSIM" run "$tiny" --seed $((seed * 922337203685477))
	cp out run.txt
	token=$(sed -n 's/^gusim replay //p' out)
	expect 0 "$GUSIM" replay "$token"
	cmp -s out run.txt || fail "seed $seed: the replay differs"
	seed=$((seed + 1))
done

# From a file, alone or as it was printed.
echo "$token" >alone.txt
expect 0 "$GUSIM" replay alone.txt
cmp -s out run.txt || fail "the token of a file differs"
expect 0 "$GUSIM" replay run.txt
cmp -s out run.txt || fail "a saved run differs"

expect 1 "$GUSIM" run "$canary"
token=$(sed -n 's/^gusim replay //p' out)
expect 1 "$GUSIM" replay "$token"
says out "canary"

# Thousands of mutations are tried in tests/tools/token_test.c; these go
# through the whole program.
length=${#token}
at=1
while [ $at -le "$length" ]; do
	expect 2 "$GUSIM" replay "$(echo "$token" | cut -c 1-$((at - 1)))"
	silent out
	[ -s err ] || fail "no message"
	for letter in A z 0 - . '~'; do
		[ "$(echo "$token" | cut -c $at)" = "$letter" ] && continue
		damaged=$(echo "$token" | sed "s/./$letter/$at")
		expect 2 "$GUSIM" replay "$damaged"
	done
	at=$((at + 7))
done
expect 2 "$GUSIM" replay gus9.00000000.AAAA; says err "gus9"
expect 2 "$GUSIM" replay ""
head -c 100000 /dev/zero | tr '\0' 'A' >long.txt
expect 2 "$GUSIM" replay long.txt
head -c 100000 /dev/urandom >noise.txt
expect 2 "$GUSIM" replay noise.txt
