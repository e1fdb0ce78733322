# Does a finding name the line of code, everywhere the same, and does the
# program without debug information say that it does not know?
# SPDX-License-Identifier: BSD-2-Clause
. "$HERE/lib.sh"

root=$HERE/../..

# A policy that is wrong on purpose: its reader is hurt in the workload's code.
cat >unsafe.yaml <<'END'
name: unsafe
about: Frees at once, so that readers are hurt.
machine: {cpus: 4}
policy: immediate
workload: {stress: {}}
run: {warmup: 0ns, duration: 1ms}
END

# place CHECK FILE: what follows the last "at " of the finding's summary.
place() {
	sqlite3 :memory: "SELECT json_extract(value, '$.summary')
	    FROM json_each(readfile('$2'), '$.findings')
	    WHERE json_extract(value, '$.check') = '$1'" | sed 's/.*, at //'
}

# is_there PLACE: "file:line (function...)" of a file that has such a function,
# which begins at or before the line.
is_there() {
	words=$1
	words=${words#near }	# the best that a compiler may have left
	case $words in
	*.[ch]:[1-9]*\ \(*\)) ;;
	*) fail "'$words' is no line of code" ;;
	esac
	file=${words%%:*}
	line=${words#*:}
	line=${line%% *}
	function=${words#*(}
	function=${function%%[,)]*}
	path=$(find "$root/engine" "$root/policies" "$root/sim" -name "$file")
	[ -n "$path" ] || fail "'$words': there is no file $file"
	begin=$(grep -n "^$function(" "$path" | head -1 | cut -d: -f1)
	[ -n "$begin" ] || fail "'$words': no function $function in $path"
	[ "$begin" -le "$line" ] || fail "'$words': $function begins at $begin"
	end=$(sed -n "$begin,\$p" "$path" | grep -n '^}' | head -1 |
	    cut -d: -f1)
	[ "$line" -lt $((begin + end)) ] || fail "'$words': $function has ended"
}

expect 1 "$GUSIM" run unsafe.yaml --json --trace unsafe.trace --db unsafe.db
cp out unsafe.json
grep -q '@[01]' unsafe.json && fail "a mark is left"
grace=$(place premature_grace unsafe.json)
is_there "$grace"
[ "${grace%%:*}" = immediate.c ] || fail "premature_grace is at $grace"
use=$(place use_after_free unsafe.json)
is_there "$use"
[ "${use%%:*}" = stress.c ] || fail "use_after_free is at $use"

# The same words for people, in the database, in the trace, and another time.
expect 1 "$GUSIM" run unsafe.yaml
for words in "$grace" "$use"; do
	says out "$words"
	says err "$words"
	grep -qaF "$words" unsafe.trace || fail "the trace does not say $words"
done
expect 0 sqlite3 unsafe.db "SELECT count(*) FROM finding
    WHERE check_name = 'premature_grace' AND summary LIKE '%, at $grace'"
[ "$(cat out)" = 1 ] || fail "the database does not say $grace"
grep -qaF gus.c unsafe.trace && fail "the trace tells of code that did not run"
grep -qaF immediate_retire unsafe.trace || fail "no event of the trace has a line"
token=$(sqlite3 unsafe.db "SELECT token FROM finding LIMIT 1")
expect 1 "$GUSIM" replay "$token" --json
cmp -s out unsafe.json || fail "the replay's document is another"

# Without debug information: nothing is known, and nothing else differs.
command -v strip >/dev/null || exit 0
strip -o stripped "$GUSIM"
expect 1 ./stripped run unsafe.yaml --json --trace stripped.trace
for check in premature_grace use_after_free; do
	[ "$(place $check out)" = '?' ] ||
	    fail "stripped, $check is at $(place $check out)"
done
digest() { sed -n 's/^  "digest": //p' "$1"; }
[ "$(digest out)" = "$(digest unsafe.json)" ] ||
    fail "debug information changes the run"
[ -s stripped.trace ] || fail "stripped, it writes no trace"
expect 1 ./stripped replay "$token"
silent err
