#!/bin/sh
# count - does the line at the end of tests/run count as it says?
#
# ctest runs programs that end in every way there is; what count.awk makes of
# its file is compared with what is known.
#
# SPDX-License-Identifier: BSD-2-Clause
set -eu
root=$1
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch"

passed=0
failed=0
is() {
	if [ "$2" = "$3" ]; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		echo "$1: '$2', not '$3'"
	fi
}

# counted TESTFILE-LINES: what is said of these tests.
counted() {
	printf '%s\n' "$1" >CTestTestfile.cmake
	ctest --output-junit out.xml --test-output-size-passed 1000000 \
	    --test-output-size-failed 1000000 >/dev/null 2>&1 || :
	awk -f "$root/tests/count.awk" out.xml || echo "exit $?"
}
fails='
exit 1'

echo '[====] Synthesis: Tested: 9 | Passing: 6 | Failing: 2 | Crashing: 1 ' >some
echo '[====] Synthesis: Tested: 4 | Passing: 4 | Failing: 0 | Crashing: 0 ' >all
echo '[====] Synthesis: Tested: 0 | Passing: 0 | Failing: 0 | Crashing: 0 ' >none
printf 'words\n5 passed, 0 failed\n' >script
printf 'Tests: 5 passed, 1 failed, 2 skipped\n' >script_some
printf '<&> 5 passed, 9 failed, they say\n' >prose

is silent "$(counted 'add_test(a true)')" '1 passed, 0 failed'
is "silent, failed" "$(counted 'add_test(a false)')" "0 passed, 1 failed$fails"
is criterion "$(counted 'add_test(a cat all)')" '4 passed, 0 failed'
is "criterion, failed" "$(counted 'add_test(a sh -c "cat some; exit 1")')" \
    "6 passed, 3 failed$fails"
is "crashed at the end" "$(counted 'add_test(a sh -c "cat all; kill -9 \$\$")')" \
    "4 passed, 1 failed$fails"
is "no test in it" "$(counted 'add_test(a cat none)')" "0 passed, 1 failed$fails"
is "a mutant" "$(counted 'add_test(a cat some)')" '1 passed, 0 failed'
is "a script that is content with failures" \
    "$(counted 'add_test(a cat script_some)')" \
    "5 passed, 1 failed, 2 skipped$fails"
is script "$(counted 'add_test(a cat script)')" '5 passed, 0 failed'
is "script, failed" "$(counted 'add_test(a sh -c "cat script_some; exit 1")')" \
    "5 passed, 1 failed, 2 skipped$fails"
is prose "$(counted 'add_test(a cat prose)')" '1 passed, 0 failed'
is "two programs" "$(counted 'add_test(a cat all)
add_test(b cat script)')" '9 passed, 0 failed'
is "not there" "$(counted 'add_test(a true)
add_test(b nowhere/to-be-found)')" "1 passed, 1 failed$fails"
is skipped "$(counted 'add_test(a true)
add_test(b sh -c "exit 77")
set_tests_properties(b PROPERTIES SKIP_RETURN_CODE 77)')" \
    '1 passed, 0 failed, 1 skipped'
is "too slow" "$(counted 'add_test(a sleep 9)
set_tests_properties(a PROPERTIES TIMEOUT 1)')" "0 passed, 1 failed$fails"
is "left no trace" "$(counted 'add_test(a true)' >/dev/null
    awk -v expected=3 -f "$root/tests/count.awk" out.xml || echo "exit $?")" \
    "1 passed, 2 failed$fails"

echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
