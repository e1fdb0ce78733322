/*
 * Each mistake that a caller can make is named, not survived.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <signal.h>

#include "engine/smr.h"
#include "engine/smr_types.h"

#include "tests/engine/cpus.h"

TestSuite(smr_misuse, .init = cpus_init, .timeout = 10);

#define MISTAKE(name) Test(smr_misuse, name, .signal = SIGABRT)

static struct smr *
domain(enum smr_mode mode)
{
	struct smr_config config;

	smr_config_production(&config);
	config.mode = mode;
	config.deferral = 4;
	return (smr_create("misuse", &config));
}

static struct smr *
numbers(uint32_t init, uint32_t incr, uint32_t max_delta, uint32_t max_advance)
{
	struct smr_config config;

	smr_config_production(&config);
	config.init = init;
	config.incr = incr;
	config.max_delta = max_delta;
	config.max_advance = max_advance;
	return (smr_create("misuse", &config));
}

MISTAKE(section_within_a_section_of_the_same_domain)
{
	struct smr *smr = domain(SMR_EAGER);

	smr_enter(smr);
	smr_enter(smr);
}

MISTAKE(exit_without_enter)
{
	struct smr *smr = domain(SMR_EAGER);

	kern_critical_enter();
	smr_exit(smr);
}

MISTAKE(exit_without_enter_where_preemption_is_on)
{
	struct smr *smr = domain(SMR_EAGER);

	smr_exit(smr);
}

MISTAKE(exit_after_preemption_came_on)
{
	struct smr *smr = domain(SMR_EAGER);

	smr_enter(smr);
	kern_critical_exit();
	smr_exit(smr);
}

MISTAKE(plain_enter_of_a_lazy_domain)
{

	smr_enter(domain(SMR_LAZY));
}

MISTAKE(lazy_enter_of_a_plain_domain)
{

	smr_lazy_enter(domain(SMR_DEFERRED));
}

MISTAKE(plain_exit_of_a_lazy_domain)
{
	struct smr *smr = domain(SMR_LAZY);

	smr_lazy_enter(smr);
	smr_exit(smr);
}

MISTAKE(lazy_exit_of_a_plain_domain)
{
	struct smr *smr = domain(SMR_EAGER);

	smr_enter(smr);
	smr_lazy_exit(smr);
}

MISTAKE(advance_in_a_section)
{
	struct smr *smr = domain(SMR_EAGER);

	smr_enter(smr);
	(void)smr_advance(smr);
}

MISTAKE(wait_in_a_section)
{
	struct smr *smr = domain(SMR_EAGER);

	smr_enter(smr);
	smr_wait(smr, smr_current(smr));
}

MISTAKE(wait_on_a_lazy_domain)
{
	struct smr *smr = domain(SMR_LAZY);

	smr_wait(smr, smr_advance(smr));
}

MISTAKE(lazy_synchronize_with_preemption_off)
{
	struct smr *smr = domain(SMR_LAZY);

	kern_critical_enter();
	smr_synchronize(smr);
}

MISTAKE(wait_for_a_goal_that_no_advance_returned)
{
	struct smr *smr = domain(SMR_DEFERRED);

	/* Near enough to look like a goal, too far for one step to reach. */
	smr_wait(smr, smr_seq_add(smr_current(smr), 4));
}

MISTAKE(even_start)
{

	(void)numbers(2, 2, 1000, 500);
}

MISTAKE(odd_step)
{

	(void)numbers(1, 3, 1000, 500);
}

MISTAKE(limit_beyond_a_quarter_turn)
{

	(void)numbers(1, 2, UINT32_MAX / 2, 500);
}

MISTAKE(release_of_more_than_the_limit)
{

	(void)numbers(1, 2, 1000, 1000);
}

MISTAKE(grace_beyond_a_quarter_turn)
{
	struct smr_config config;

	smr_config_wrap(&config);
	config.mode = SMR_LAZY;
	config.lazy_grace = 100000;
	(void)smr_create("misuse", &config);
}

MISTAKE(mode_out_of_range)
{

	(void)domain(SMR_MODE_COUNT);
}

struct node;
struct table {
	SMR_POINTER(struct node *) first;
};

MISTAKE(entered_load_outside_a_section)
{
	struct table table = { { NULL } };

	(void)smr_entered_load(&table.first, domain(SMR_EAGER));
}

MISTAKE(serialized_store_without_the_lock)
{
	struct table table = { { NULL } };
	bool owned = false;

	smr_serialized_store(&table.first, NULL, owned);
}

Test(smr_misuse, accessors_with_the_right_to_it_do_as_they_say)
{
	struct table table;
	struct smr *smr = domain(SMR_EAGER);
	struct node *one = (struct node *)&table, *two = (struct node *)&smr;

	smr_unserialized_store(&table.first, one, true);
	smr_enter(smr);
	cr_assert_eq(smr_entered_load(&table.first, smr), one);
	smr_exit(smr);
	cr_assert_eq(smr_serialized_load(&table.first, true), one);
	smr_serialized_store(&table.first, two, true);
	cr_assert_eq(smr_serialized_swap(&table.first, one, true), two);
	cr_assert_eq(smr_unserialized_load(&table.first, true), one);
	smr_destroy(smr);
}

Test(smr_misuse, sections_of_one_cpu_are_no_concern_of_another)
{
	struct smr *smr = domain(SMR_EAGER);

	enter_on(smr, 1);
	cr_assert_not(smr_entered(smr));
	(void)smr_advance(smr);
	on_cpu(1);
	cr_assert(smr_entered(smr));
	on_cpu(0);
	exit_on(smr, 1);
	smr_destroy(smr);
}
