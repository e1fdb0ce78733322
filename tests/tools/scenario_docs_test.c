/*
 * scenario_docs_test - is docs/scenarios.md true?
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/err.h"
#include "tools/scenario/library.h"
#include "tools/scenario/plan.h"
#include "tools/scenario/scenario.h"

static char *
read_docs(void)
{
	struct err err;
	char *text;
	size_t bytes;

	text = library_read(SCENARIO_DOCS, 1 << 20, &bytes, &err);
	cr_assert_not_null(text, "%s", err.text);
	return (text);
}

Test(scenario_docs, every_example_of_the_docs_is_taken)
{
	struct scenario *scenario;
	struct plan *plan;
	struct err err;
	char *at, *end, *text;
	size_t count;

	text = read_docs();
	count = 0;
	for (at = text; (at = strstr(at, "```yaml\n")) != NULL; at = end) {
		at += strlen("```yaml\n");
		end = strstr(at, "```");
		cr_assert_not_null(end);
		scenario = scenario_parse("docs.yaml", at, (size_t)(end - at),
		    NULL, 0, &err);
		cr_assert_not_null(scenario, "%s", err.text);
		plan = plan_make(scenario, 0, &err);
		cr_expect_not_null(plan, "%s\n%.*s", err.text,
		    (int)(end - at), at);
		/* The text says how many points its first example has. */
		if (strncmp(at, "sweep:\n  - {knob: machine.preset", 32) == 0)
			cr_expect_eq(plan->point_count, 12);
		plan_free(plan);
		scenario_free(scenario);
		count++;
		end += 3;
	}
	cr_expect_geq(count, 8);
	free(text);
}

Test(scenario_docs, the_docs_have_every_knob_as_it_is)
{
	const struct spec_section *section;
	const struct knob *knob;
	char allowed[512], row[1024];
	char *text;
	size_t i, j;

	text = read_docs();
	for (i = 0; i < spec_section_count; i++) {
		section = &spec_sections[i];
		for (j = 0; j < section->knob_count; j++) {
			knob = &section->knobs[j];
			knob_allowed(knob, allowed, sizeof(allowed));
			snprintf(row, sizeof(row), "| `%s.%s` | `%s` | %s | "
			    "%s |\n", section->name, knob->name, knob->preset,
			    allowed, knob->about);
			cr_expect(strstr(text, row) != NULL,
			    "docs/scenarios.md lacks this row:\n%s", row);
		}
	}
	free(text);
}
