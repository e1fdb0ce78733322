/* SPDX-License-Identifier: BSD-2-Clause */
#include <criterion/criterion.h>
#include <string.h>

#include "sim/base/err.h"
#include "sim/strategies/strategy.h"
#include "tests/conform/altered.h"
#include "tools/campaign/token.h"
#include "tools/conform/conform.h"

enum { ENTRIES_MOST = 8192 };

static struct pair pair;

static struct pair_core
ours(void)
{

	return ((struct pair_core){ .name = "gus" });
}

static struct pair_core
copy_of(const char *name)
{
	const struct altered_core *core;

	core = altered_find(name);
	cr_assert_not_null(core, "%s", name);
	return ((struct pair_core){ .name = name,
	    .policy = &core->def->part });
}

static void
courses_of(struct course_list *list, const char *const *sets, size_t set_count)
{
	struct err err;

	memset(list, 0, sizeof(*list));
	cr_assert_eq(course_add(list, NULL, sets, set_count, &err), 0, "%s",
	    err.text);
}

static void
compare_all(struct conform *conform, const struct course_list *list,
    const char *name, uint64_t operations, size_t workers)
{
	struct conform_settings settings;
	struct err err;

	memset(&settings, 0, sizeof(settings));
	settings.cores[0] = ours();
	settings.cores[1] = copy_of(name);
	settings.courses = list->courses;
	settings.course_count = list->count;
	settings.operations = operations;
	settings.seed = 1;
	settings.workers = workers;
	settings.timeout_ns = UINT64_C(600000000000);
	cr_assert_eq(conform_run(conform, &settings, &err), POOL_DONE, "%s",
	    err.text);
}

Test(conform, never_finds_a_difference_between_a_core_and_its_copy)
{
	struct course_list list;
	struct conform conform;
	size_t i;

	courses_of(&list, NULL, 0);
	/* Mode, profile, memory, architecture. */
	cr_assert_eq(list.count, 3 * 2 * 2 * 2);
	compare_all(&conform, &list, "none", 20000, 2);
	for (i = 0; i < list.count; i++) {
		cr_assert_eq(conform.courses[i].fate, CONFORM_SAME);
		cr_assert_geq(conform.courses[i].operations, 20000);
		cr_assert_gt(conform.courses[i].runs, 5);
	}
	conform_fini(&conform);
	course_fini(&list);
}

Test(conform, finds_the_same_with_any_number_of_workers)
{
	static const char *const sets[] = { "core.mode=eager",
	    "machine.memory=tso", "machine.arch=arm64" };
	struct course_list list;
	struct conform one, more;
	size_t i;

	courses_of(&list, sets, 3);
	cr_assert_eq(list.count, 2);
	compare_all(&one, &list, "scan-stores-rd", 100000, 1);
	compare_all(&more, &list, "scan-stores-rd", 100000, 3);
	for (i = 0; i < list.count; i++) {
		cr_assert_eq(one.courses[i].fate, CONFORM_DIFFERS);
		cr_assert_eq(more.courses[i].fate, CONFORM_DIFFERS);
		cr_assert_eq(one.courses[i].run, more.courses[i].run);
		cr_assert_eq(one.courses[i].answer.at,
		    more.courses[i].answer.at);
		cr_assert_eq(memcmp(&one.courses[i].answer.held,
		    &more.courses[i].answer.held,
		    sizeof(one.courses[i].answer.held)), 0);
		cr_assert_str_eq(one.courses[i].tokens[0],
		    more.courses[i].tokens[0]);
	}
	conform_fini(&one);
	conform_fini(&more);
	course_fini(&list);
}

/* The first run of the course in which they part. */
static void
part(const char *name, const char *mode, struct pair_answer *answer)
{
	const char *sets[] = { mode, "core.profile=production",
	    "machine.memory=tso", "machine.arch=arm64" };
	struct pair_core cores[2] = { ours(), copy_of(name) };
	struct pair_guide guide;
	struct course_list list;
	struct run_spec spec;

	courses_of(&list, sets, 4);
	cr_assert_eq(list.count, 1);
	memset(&guide, 0, sizeof(guide));
	guide.strategy = strategy_find("laggard");
	guide.seed = 1;
	do {
		course_spec(&list.courses[0], 1, guide.number, &spec);
		pair_execute(&pair, cores, "calls", &spec, &guide,
		    ENTRIES_MOST, answer);
	} while (answer->difference == PAIR_SAME && ++guide.number < 100);
	course_fini(&list);
}

Test(conform, names_the_operation_and_what_was_held_after_it)
{
	struct pair_answer answer;
	uint32_t i;

	part("advance-counts-twice", "core.mode=eager", &answer);
	cr_assert_eq(answer.difference, PAIR_ENTRY);
	cr_assert_eq(answer.held[0].call, LOG_ADVANCE);
	cr_assert_eq(answer.held[1].call, LOG_ADVANCE);
	cr_assert_eq(answer.held[1].cpu, answer.held[0].cpu);
	cr_assert_eq(answer.held[1].values[LOG_COUNT_ADVANCE],
	    answer.held[0].values[LOG_COUNT_ADVANCE] + 1);
	for (i = 0; i < LOG_VALUES; i++)
		if (i != LOG_COUNT_ADVANCE)
			cr_assert_eq(answer.held[0].values[i],
			    answer.held[1].values[i], "%s",
			    log_value_names[i]);
	cr_assert_str_eq(answer.defect, "");
	pair_fini(&pair);
}

Test(conform, prints_a_token_that_parts_them_at_the_same_operation)
{
	struct pair_core cores[2] = { ours(), copy_of("lazy-no-cap") };
	struct pair_answer answer, again;
	struct pair_guide guide;
	struct token token;
	struct err err;

	part("lazy-no-cap", "core.mode=lazy", &answer);
	cr_assert_eq(answer.difference, PAIR_ENTRY);
	cr_assert_str_eq(answer.defect, "");
	/* A copy that the program does not know by name has none. */
	cr_assert_str_eq(pair.tokens[1], "");
	cr_assert_eq(token_read(pair.tokens[0], &token, &err), 0, "%s",
	    err.text);
	memset(&guide, 0, sizeof(guide));
	guide.schedule = &token.schedule;
	pair_execute(&pair, cores, "calls", &token.spec, &guide,
	    ENTRIES_MOST, &again);
	/* The other core takes ours' choices here, so it may do otherwise. */
	cr_assert_eq(again.difference, PAIR_ENTRY);
	cr_assert_eq(again.at, answer.at);
	cr_assert(log_same(&again.held[0], &answer.held[0]));
	token_fini(&token);
	pair_fini(&pair);
}

Test(conform, varies_what_is_not_set_and_nothing_else)
{
	static const char *const sets[] = { "core.mode=deferred",
	    "core.deferral=3", "core.profile=wrap" };
	struct course_list list;
	struct run_spec one, other;
	uint64_t number, starts, machines;

	courses_of(&list, sets, 3);
	cr_assert_eq(list.count, 4);
	starts = machines = 0;
	course_spec(&list.courses[0], 7, 0, &one);
	for (number = 1; number < 100; number++) {
		course_spec(&list.courses[0], 7, number, &other);
		cr_assert_eq(other.seed, 7 + number);
		cr_assert_eq(other.core.deferral, 3);
		cr_assert_eq(other.core.mode, CORE_DEFERRED);
		cr_assert_eq(other.core.profile, CORE_WRAP);
		starts += other.core.start_before_wrap !=
		    one.core.start_before_wrap;
		machines += other.machine.cpus != one.machine.cpus;
	}
	cr_assert_gt(starts, 50);
	cr_assert_gt(machines, 50);
	course_fini(&list);
}

Test(conform, refuses_what_cannot_be_compared)
{
	static const char *const relaxed[] = { "machine.memory=relaxed" };
	static const char *const large[] = { "machine.cpus=33" };
	struct course_list list;
	struct err err;

	memset(&list, 0, sizeof(list));
	cr_assert_eq(course_add(&list, NULL, relaxed, 1, &err), -1);
	cr_assert_not_null(strstr(err.text, "sc or tso"), "%s", err.text);
	cr_assert_eq(course_add(&list, NULL, large, 1, &err), -1);
	cr_assert_not_null(strstr(err.text, "32 CPUs"), "%s", err.text);
	course_fini(&list);
}
