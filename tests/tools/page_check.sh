# Can everybody read the page of a report, and does it need nothing else?
# Headless Chromium runs page_check.js at the end of a copy of it, in a wide and
# a narrow window, light and dark; and it must find what is broken on purpose.
# SPDX-License-Identifier: BSD-2-Clause
. "$HERE/lib.sh"

passed=0
failed=0
browser=
for name in chromium chromium-browser google-chrome; do
	command -v "$name" >/dev/null 2>&1 && browser=$name && break
done
if [ -z "$browser" ]; then
	echo "skipped: there is no chromium to look with"
	exit 77
fi
if ! command -v gnuplot >/dev/null 2>&1; then
	echo "skipped: there is no gnuplot to draw with"
	exit 77
fi

# look PAGE WIDTH [OPTION]...: what page_check.js says of it, in `said`.
look() {
	page=$1
	width=$2
	shift 2
	{
		cat "$page"
		echo '<script>'
		cat "$HERE/../tools/page_check.js"
		echo '</script>'
	} >looked.html
	timeout 120 "$browser" --headless --no-sandbox --disable-gpu \
	    --force-renderer-accessibility \
	    --enable-blink-features=ComputedAccessibilityInfo \
	    --user-data-dir="$PWD/profile" --window-size="$width,900" "$@" \
	    --dump-dom "file://$PWD/looked.html" >dom 2>browser.err
	sed -n '/PAGE-CHECK/,/^END/p' dom | sed 's/.*PAGE-CHECK/PAGE-CHECK/' \
	    >said
	grep -q PAGE-CHECK said || {
		tail -5 browser.err >&2
		fail "the browser says nothing of $page"
	}
}

good() {
	look "$@"
	if grep -q '^PAGE-CHECK 0 wrong' said; then
		passed=$((passed + 1))
		head -1 said
	else
		failed=$((failed + 1))
		cat said
	fi
}

# bad WHAT SED: the page, spoilt, must be found to be so.
bad() {
	sed "$2" good.html >spoilt.html
	cmp -s good.html spoilt.html && fail "nothing was spoilt for $1"
	look spoilt.html 1280
	if grep -qF -e "$1" said; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		echo "not seen: $1"
		cat said
	fi
}

cat >page.yaml <<'END'
name: page
about: A little <b> & of all that a report can show.
machine: {cpus: 2}
zone: {item_size: 64B, bucket_growth: false}
policies: [gus, epoch]
workload: {slot_churn: {slots: 32, write_share: 50%}}
run: {warmup: 100us, duration: 400us}
sweep:
  - {knob: zone.bucket_size, over: [2, 8]}
  - {knob: machine.cpus, over: [2, 4]}
seeds: {from: 1, count: 3}
END
expect 0 "$GUSIM" sweep page.yaml --db page.db
sqlite3 page.db "INSERT INTO finding (run_id, check_name, summary, token)
    VALUES (1, 'use_after_free', 'a <b> & \"c\"', 'v1.none');
    UPDATE run SET status = 'crashed' WHERE id = 2"
expect 0 "$GUSIM" report page.db -o page
cp page/index.html good.html

good good.html 1280
good good.html 1280 --blink-settings=preferredColorScheme=0
good good.html 500
good good.html 500 --blink-settings=preferredColorScheme=0

bad 'no lang="en"' 's/<html lang="en">/<html>/'
bad 'there is not exactly one h1' 's/<h2 /<h1 /; s/<\/h2>/<\/h1>/'
bad 'from h' 's/<h3 /<h5 /; s/<\/h3>/<\/h5>/'
bad 'a picture without title' 's/<title id="f1-title">[^<]*</<title id="f1-title"></'
bad 'a table without a caption' 's/<caption>[^<]*<\/caption>//'
bad 'a head without scope' 's/ scope="col"//'
bad 'a row without a heading' 's/ scope="row"//'
bad 'contrast' 's/--soft:#333/--soft:#999/'
bad 'leads away' 's/<main /<img alt="x" src="http:\/\/localhost:1\/x.png"><main /'
bad 'a script' 's/<\/header>/<script>1<\/script><\/header>/'
bad 'a handler' 's/<main /<main onclick="1" /'
bad 'a link to nowhere' 's/href="#experiment-1-numbers"/href="#elsewhere"/'
bad 'the first stop' 's/<a class="skip"[^>]*>[^<]*<\/a>//'
bad 'an order of its own' 's/tabindex="0"/tabindex="3"/'
bad 'the page is wider' 's/<main /<p style="width:3000px">wide<\/p><main /'

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
