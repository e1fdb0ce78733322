# Does --json print one document with the fields of the contract?
# SPDX-License-Identifier: BSD-2-Clause
. "$HERE/lib.sh"

field() {
	sqlite3 :memory: "SELECT json_extract(readfile('$1'), '\$.$2')"
}

expect 0 "$GUSIM" run "$tiny" --json --seed 12
cp out run.json
[ "$(sqlite3 :memory: "SELECT json_valid(readfile('run.json'))")" = 1 ] ||
    fail "not JSON"
[ "$(sqlite3 :memory: "SELECT group_concat(key) FROM json_each(readfile('run.json'))")" = \
    "scenario,policy,seed,status,digest,token,metrics,findings" ] ||
    fail "the fields are not those of the contract"
[ "$(sqlite3 :memory: "SELECT group_concat(key) FROM json_each(readfile('run.json'), '\$.metrics[3]')")" = \
    "name,stat,unit,value" ] || fail "the fields of a metric differ"
[ "$(field run.json scenario)" = tiny ] || fail "scenario"
[ "$(field run.json policy)" = gus ] || fail "policy"
[ "$(field run.json seed)" = 12 ] || fail "seed"
[ "$(field run.json status)" = ok ] || fail "status"
[ "$(field run.json digest | wc -c)" = 33 ] || fail "digest"

expect 0 "$GUSIM" replay --json "$(field run.json token)"
cmp -s out run.json || fail "the replay's document is another"
silent err

expect 1 "$GUSIM" run "$canary" --json
cp out canary.json
[ "$(field canary.json status)" = finding ] || fail "status of a finding"
[ "$(field canary.json 'findings[0].check')" = canary ] || fail "check"
[ "$(field canary.json 'findings[0].token')" = "$(field canary.json token)" ] ||
    fail "token of the finding"
