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

# From a mail: quoted, folded, both, amid other words; from JSON; pasted badly.
printf '> > gusim replay %s\r\n> bye\n' "$token" >mail1
echo "$token" | fold -w 60 >mail2
{ echo 'it fails:'; echo "gusim replay $token"; echo; } | fold -w 50 |
    sed 's/^/> /' >mail3
echo "see \`../gusim replay $token\`, please" >mail4
echo "  \"token\": \"$token\"," >mail5
for mail in mail1 mail2 mail3 mail4 mail5 "  $token " "$(cat mail2)"; do
	expect 0 "$GUSIM" replay "$mail"
	cmp -s out run.txt || fail "the token of '$mail' differs"
done
sed 2d mail2 >gap; expect 2 "$GUSIM" replay gap; says err "damaged"
{ echo "${token%??}"; echo Hello; } >short
expect 2 "$GUSIM" replay short; says err "damaged"
expect 2 timeout 20 "$GUSIM" replay /dev/zero; says err "no token in"
expect 2 "$GUSIM" replay .; says err ". cannot be read"

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
