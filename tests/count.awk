# count.awk - how many tests passed, failed, were skipped?
#
# Reads the JUnit file that ctest writes and prints one line "N passed,
# N failed" (", N skipped" follows where there are any).  A program
# counts as many tests as it says it has: Criterion in its synthesis, a script
# in a line of the form that is printed here.  A program that says nothing is
# one test.  A program that ctest calls failed, though none of its tests is,
# has crashed: one failure more.  So has one that ran no test at all.  Where
# Criterion has failures and ctest is content, they were wanted: it is the test
# of a mutant, and one test.
#
#   -v expected=N   how many programs ctest has; one that left no trace failed
#
# Exit status: 0 if something passed and nothing failed, else 1.
#
# SPDX-License-Identifier: BSD-2-Clause

function begin_program() {
	here_said = 0
	here_passed = here_failed = here_skipped = 0
	synthesis_failed = 0
}

function end_program(verdict) {
	programs++
	if (verdict == "skipped" && here_passed + here_failed == 0) {
		skipped += here_skipped > 0 ? here_skipped : 1
		return
	}
	if (verdict == "passed" && synthesis_failed > 0) {
		here_passed = 1
		here_failed -= synthesis_failed
		here_skipped = 0
	} else if (!here_said && verdict == "passed")
		here_passed = 1
	else if (here_said && here_passed + here_failed + here_skipped == 0)
		here_failed = 1
	if (verdict == "failed" && here_failed == 0)
		here_failed = 1
	passed += here_passed
	failed += here_failed
	skipped += here_skipped
}

# The words of a synthesis: "Tested:" and the number after it.
function after(word,    i) {
	for (i = 1; i < NF; i++)
		if ($i == word)
			return ($(i + 1) + 0)
	return (0)
}

/^\t<testcase / {
	begin_program()
	verdict = /status="run"/ ? "passed" : "failed"
	if (/status="disabled"/)
		verdict = "skipped"
}

# Of what did not run, only what asked for it itself is skipped.
/^\t\t<skipped message="SKIP_/ {
	verdict = "skipped"
}

/^\t\t<system-out>/ {
	sub(/^\t\t<system-out>/, "")
	output = 1
}

output {
	if (sub(/<\/system-out>$/, ""))
		output = 0
	gsub(/\033\[[0-9;]*m|&#27;\[[0-9;]*m|\[NON-XML-CHAR-0x1B\]\[[0-9;]*m/, "")
	if (/Synthesis: Tested: /) {
		tested = after("Tested:")
		good = after("Passing:")
		bad = after("Failing:") + after("Crashing:")
		here_passed += good
		here_failed += bad
		synthesis_failed += bad
		if (tested > good + bad)
			here_skipped += tested - good - bad
		here_said = 1
	} else if (/^([A-Za-z]+: )?[0-9]+ passed, [0-9]+ failed(, [0-9]+ skipped)?$/) {
		sub(/^[A-Za-z]+: /, "")
		here_passed += $1
		here_failed += $3
		if (NF > 4)
			here_skipped += $5
		here_said = 1
	}
}

/^\t<\/testcase>/ {
	end_program(verdict)
}

END {
	if (expected + 0 > programs)
		failed += expected - programs
	printf "%d passed, %d failed", passed, failed
	if (skipped > 0)
		printf ", %d skipped", skipped
	printf "\n"
	exit (failed > 0 || passed == 0)
}
