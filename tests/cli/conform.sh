# Does `gusim conform` compare cores, name what differs, and refuse the rest?
# SPDX-License-Identifier: BSD-2-Clause
. "$HERE/lib.sh"

# A core does not differ from itself, and it is said what was compared.
expect 0 "$GUSIM" conform --against gus --operations 2000 -j2
silent err
says out "core gus against gus, seed 1"
says out "no difference in"
says out "wraps"
[ "$(grep -c '^calls .* no difference$' out)" -eq 24 ] || fail "not 24 courses"
mv out two
expect 0 "$GUSIM" conform --against gus --operations 2000 -j1
cmp -s out two || fail "-j1 and -j2 differ"

# What is set is not varied; another seed is another comparison.
expect 0 "$GUSIM" conform --against gus --operations 500 \
    --set core.mode=lazy --set core.profile=wrap --set machine.memory=tso
[ "$(grep -c '^calls  *lazy  *wrap  *tso ' out)" -eq 2 ] || fail "not 2 courses"
mv out one
expect 0 "$GUSIM" conform --against gus --operations 500 --seed 2 \
    --set core.mode=lazy --set core.profile=wrap --set machine.memory=tso
cmp -s out one && fail "--seed 2 is the same as --seed 1"

# A scenario, with its zone.
cat >kernel.yaml <<'X'
name: few
machine: {cpus: 4}
policy: gus
workload: {kernel: {swaps: 4}}
zone: {bucket_size: 2}
X
expect 0 "$GUSIM" conform kernel.yaml --against gus --operations 100
[ "$(grep -c '^few .* no difference$' out)" -eq 24 ] || fail "not 24 courses"

# Nothing to compare is no success.
sed 's/workload:.*/workload: canary/' kernel.yaml >empty.yaml
expect 1 "$GUSIM" conform empty.yaml --against gus --operations 100 \
    --set machine.memory=sc --set core.mode=eager
says out "nothing to compare"

# What cannot be compared.
expect 2 "$GUSIM" conform --against nobody
silent out
says err "conform: --against nobody"
expect 2 "$GUSIM" conform --against gus --set machine.memory=relaxed
says err "machine.memory must be sc or tso"
expect 2 "$GUSIM" conform --against gus --set machine.cpus=33
says err "at most 32 CPUs"
expect 2 "$GUSIM" conform kernel.yaml --against gus --set policy=leak
silent out
sed 's/policy:.*/policy: leak/' kernel.yaml >leak.yaml
expect 2 "$GUSIM" conform leak.yaml --against gus
says err "conform compares cores of the policy gus"
expect 2 "$GUSIM" conform nosuch.yaml --against gus
says err "nosuch.yaml"
expect 2 "$GUSIM" conform --against gus --operations 0
says err "--operations"

# Where FreeBSD's core is not built in, it is said how to have it.
if "$GUSIM" --version | grep -q "not built in"; then
	expect 2 "$GUSIM" conform --operations 100
	silent out
	says err "core freebsd"
	says err "GUSIM_FREEBSD_SRC"
fi

# A token of another kind of run.
token=$("$GUSIM" run "$tiny" --json | grep -o 'gus1[.][^"]*' | head -1)
expect 2 "$GUSIM" conform "$token" --against gus
says err "only those that conform has printed"
