# Does each outcome have the exit status of the contract, and does each message
# say what was given and what is allowed?
# SPDX-License-Identifier: BSD-2-Clause
. "$HERE/lib.sh"

# 0: explanations go to standard output.
for words in "" "help" "--help" "help run" "run --help" "sweep -h" "--version"; do
	# shellcheck disable=SC2086
	expect 0 "$GUSIM" $words
	[ -s out ] || fail "'$words' says nothing"
	silent err
done
expect 0 "$GUSIM" --version
for word in gusim commit compiler build; do says out "$word"; done
expect 0 "$GUSIM" help
for verb in run sweep replay merge check list help; do says out "  $verb "; done

# 2: bad usage; nothing on standard output, nothing written.
expect 2 "$GUSIM" swepe; says err "did you mean 'sweep'?"
expect 2 "$GUSIM" help rum; says err "did you mean 'run'?"
expect 2 "$GUSIM" xyzzy; says err "gusim help"
expect 2 "$GUSIM" run; says err "usage: gusim run"
expect 2 "$GUSIM" run a b; says err "one argument too many"
expect 2 "$GUSIM" run --sed 1 "$tiny"; says err "did you mean --seed?"
expect 2 "$GUSIM" run "$tiny" --seed; says err "needs a value"
expect 2 "$GUSIM" run "$tiny" --seed x; says err "--seed x"
expect 2 "$GUSIM" run "$tiny" --seed 18446744073709551616
expect 2 "$GUSIM" run "$tiny" --json=yes; says err "takes no value"
expect 2 "$GUSIM" run "$tiny" --resume; says err "no option --resume"
expect 2 "$GUSIM" run nowhere.yaml; says err "nowhere.yaml"
expect 2 "$GUSIM" run "$tiny" --set zone.bucket_sise=4 --db x.db
says err "zone.bucket_size"
expect 2 "$GUSIM" run "$tiny" --set zone.bucket_size=many --db x.db
says err "--set zone.bucket_size=many"
expect 2 "$GUSIM" run "$tiny" --timeout 5; says err "--timeout"
expect 2 "$GUSIM" sweep "$tiny" -j 0 --db x.db; says err "from 1 to"
expect 2 "$GUSIM" sweep "$tiny" --seeds 0 --db x.db
expect 2 "$GUSIM" sweep "$tiny" --seeds 1000000000 --db x.db
says err "more than 100000000 runs"
expect 2 "$GUSIM" sweep "$tiny" --progress loud --db x.db
says err "auto, always, never"
expect 2 "$GUSIM" sweep "$tiny" --backend cloud --db x.db
says err "local, slurm"
printf 'name: bad\nzone: {bucket_size: -3}\n' >bad.yaml
expect 2 "$GUSIM" sweep bad.yaml --db x.db
says err "bad.yaml:2:"
says err "bucket_size"
silent out
expect 2 "$GUSIM" merge x.db; says err "usage: gusim merge"
expect 2 "$GUSIM" replay nowhere.txt; says err "nowhere.txt"
echo "no token here" >empty.txt
expect 2 "$GUSIM" replay empty.txt; says err "no token"

# 3: what the environment lacks: a database to read.
expect 3 "$GUSIM" merge x.db nowhere.db; says err "nowhere.db"

# 3 too: Slurm's programs, or a cluster that answers.
# Where there is a real one, it is not to hear of this.
expect 3 env PATH="$work" "$GUSIM" sweep "$tiny" --backend slurm --db x.db
says err "sbatch"
says err "slurm-client"
silent out
expect 3 env SLURM_CONF="$work/nowhere.conf" "$GUSIM" sweep "$tiny" \
    --backend slurm --db x.db
says err "sbatch"
silent out
[ ! -e x.db ] || fail "bad usage has written a database"
[ "$(ls)" = "bad.yaml
empty.txt
err
out" ] || fail "bad usage has left files: $(ls)"

# 0 and 1: a run without and with a finding.
expect 0 "$GUSIM" run "$tiny"
says err "compares 2 policies"
expect 1 "$GUSIM" run "$canary"
says out "canary"
says out "gusim replay gus1."
says err "gusim replay gus1."
expect 1 "$GUSIM" sweep "$canary" --db c.db
says err "canary"
says err "gusim replay gus1."
says out "c.db"
{ cat "$canary"; printf 'expect:\n  - {check: canary, fires: always}\n'; } >always.yaml
expect 0 "$GUSIM" run always.yaml
silent err
expect 0 "$GUSIM" sweep always.yaml --db c.db --seeds 3
silent err
{ cat "$tiny"; printf 'expect:\n  - {check: canary, fires: always}\n'; } >quiet.yaml
expect 1 "$GUSIM" run quiet.yaml; says err "canary did not fire"
{ cat "$tiny"; printf 'expect:\n  - {metric: footprint_bytes, stat: peak, at_most: 1KiB}\n'; } >bound.yaml
expect 1 "$GUSIM" run bound.yaml
says err "footprint_bytes peak at most 1KiB"
says err "footprint_bytes peak is "
says err "gusim replay gus1."
expect 1 "$GUSIM" sweep bound.yaml --db b.db --seeds 2
says err "... and"
{ cat "$tiny"; printf 'expect:\n  - {metric: footprint_bytes, stat: peak, at_most: 1GiB}\n  - {check: use_after_free, fires: never}\n'; } >good.yaml
expect 0 "$GUSIM" sweep good.yaml --db g.db --seeds 2
silent err

# 3: standard output that cannot be written.
if [ -w /dev/full ]; then
	"$GUSIM" help >/dev/full 2>err
	[ $? -eq 3 ] || fail "a full standard output has status $?"
	says err "standard output"
fi

# 3 too: one that was closed; the run itself is none the worse for it.
"$GUSIM" run "$tiny" >&- 2>err
[ $? -eq 3 ] || fail "a closed standard output has status $?"
says err "standard output"
"$GUSIM" sweep "$tiny" --seeds 1 --db closed.db -j 1 >&- 2>err
[ $? -eq 3 ] || fail "a closed standard output has status $?"
expect 0 sqlite3 closed.db "SELECT count(*) FROM run WHERE status <> 'ok'"
[ "$(cat out)" = 0 ] || fail "a closed standard output lets runs fail"
