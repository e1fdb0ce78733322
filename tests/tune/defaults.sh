# Are the numbers of docs/defaults.md those of the study?
# SPDX-License-Identifier: BSD-2-Clause
set -eu
export LC_ALL=C
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
passed=0
failed=0

claim() {
	words=$1
	shift
	if "$@" >"$scratch/out" 2>&1; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		echo "not so: $words"
		cat "$scratch/out"
	fi
}
refused() { ! PAGE="$scratch/page" "$make" --check; }

make=$ROOT/docs/defaults/make-page
page=$ROOT/docs/defaults.md
claim "every table of the page is made from study.json" "$make" --check

# It would be seen: a number that was changed by hand, a table that nobody makes.
sed '/^<!-- table scenes-bucket-size -->/,/^<!-- end -->/s/ KiB/9 KiB/' \
    "$page" >"$scratch/page"
claim "a changed number is refused" refused
sed 's/^<!-- table growth -->/<!-- table grwth -->/' "$page" >"$scratch/page"
claim "an unknown table is refused" refused
sed '/^<!-- end -->/d' "$page" >"$scratch/page"
claim "a table without an end is refused" refused

# Tables that are made again are those that were there.
cp "$page" "$scratch/page"
sed -i '/^<!-- table memory-bucket-size -->/,/^<!-- end -->/{/^|/d}' \
    "$scratch/page"
claim "a table that was taken out comes back" env PAGE="$scratch/page" "$make"
claim "as it was" cmp "$page" "$scratch/page"

# The answer quotes tables: each "N %" of its words stands in one of them.
quoted() {
	sed -n '/^## The answer/,/^## What was asked/p' "$1" |
	    grep -o '[0-9][0-9.]* %' | sort -u >"$scratch/quoted"
	[ -s "$scratch/quoted" ] || return 1
	grep '^|' "$1" | grep -o '[0-9][0-9.]* %' | sort -u >"$scratch/tables"
	[ -z "$(comm -23 "$scratch/quoted" "$scratch/tables" | tee /dev/stderr)" ]
}
invented() { ! quoted "$scratch/page"; }
claim "each percentage of the answer is in a table" quoted "$page"
sed '/^## The answer/,/^## What was asked/s/78.4 %/79.4 %/' "$page" \
    >"$scratch/page"
claim "one that is not would be seen" invented

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
