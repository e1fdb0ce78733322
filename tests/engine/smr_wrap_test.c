/*
 * Sequence numbers wrap, and nothing else does.
 *
 * A model with numbers that never wrap runs beside the core, through the same
 * long random course of sections, advances and polls, from every start that is
 * near the wrap.  Whatever the core answers must be what the model answers.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include "engine/smr.h"

#include "tests/engine/cpus.h"

TestSuite(smr_wrap, .init = cpus_init, .timeout = 60);

enum { STEPS = 400, GOALS = 16 };

/* In steps of wr, not in sequence numbers. */
struct model {
	uint64_t wr;
	uint64_t rd;
	uint64_t section[CPUS];	/* 0: none */
	uint64_t deferred[CPUS];
	uint64_t deferral;
	uint64_t ahead;		/* how far ahead of wr a goal may be */
};

struct goal {
	struct smr_seq seq;
	uint64_t step;
};

static uint64_t
draw(uint64_t *state)
{

	*state = *state * UINT64_C(6364136223846793005) +
	    UINT64_C(1442695040888963407);
	return (*state >> 33);
}

static uint64_t
model_advance(struct model *model, unsigned cpu)
{

	if (++model->deferred[cpu] < model->deferral)
		return (model->wr + 1);
	model->deferred[cpu] = 0;
	return (++model->wr);
}

static bool
model_poll(struct model *model, uint64_t goal, bool wait)
{
	uint64_t least;
	unsigned cpu;

	if (goal <= model->rd)
		return (true);
	if (goal > model->wr) {
		cr_assert_leq(goal - model->wr, model->ahead);
		if (!wait)
			return (false);
		model->wr++;
	}
	least = model->wr;
	for (cpu = 0; cpu < CPUS; cpu++)
		if (model->section[cpu] != 0 && model->section[cpu] < least)
			least = model->section[cpu];
	if (least > model->rd)
		model->rd = least;
	return (goal <= model->rd);
}

static void
leave_all(struct smr *smr, struct model *model)
{
	unsigned cpu;

	for (cpu = 0; cpu < CPUS; cpu++)
		if (model->section[cpu] != 0) {
			exit_on(smr, cpu);
			model->section[cpu] = 0;
		}
}

/* An advance must not come to block here: nobody would let it go on. */
static bool
near_limit(const struct smr_config *config, const struct model *model)
{

	return ((model->wr - model->rd + 2) * config->incr >=
	    config->max_delta);
}

static void
course(const struct smr_config *config, uint64_t seed)
{
	struct goal goals[GOALS] = { { { 0 }, 0 } };
	struct model model = { .wr = 1, .rd = 1 };
	struct goal *goal;
	struct smr *smr;
	uint64_t state;
	unsigned cpu, step;
	bool expected, met;

	model.deferral = config->mode == SMR_DEFERRED ? config->deferral : 1;
	model.ahead = 1;
	smr = smr_create("wrap", config);
	for (cpu = 0; cpu < GOALS; cpu++)
		goals[cpu] = (struct goal){ smr_current(smr), 1 };
	state = seed;
	for (step = 0; step < STEPS; step++) {
		cpu = draw(&state) % CPUS;
		goal = &goals[draw(&state) % GOALS];
		switch (draw(&state) % 8) {
		case 0:
		case 1:
			if (model.section[cpu] == 0) {
				enter_on(smr, cpu);
				model.section[cpu] = model.wr;
			}
			break;
		case 2:
			if (model.section[cpu] != 0) {
				exit_on(smr, cpu);
				model.section[cpu] = 0;
			}
			break;
		case 3:
		case 4:
		case 5:
			if (near_limit(config, &model)) {
				leave_all(smr, &model);
				(void)model_poll(&model, model.wr, false);
				cr_assert(smr_poll(smr, smr_current(smr),
				    false));
			}
			if (model.section[cpu] != 0)
				break;
			goal->seq = advance_on(smr, cpu);
			goal->step = model_advance(&model, cpu);
			break;
		case 6:
			expected = model_poll(&model, goal->step, false);
			met = smr_poll(smr, goal->seq, false);
			cr_assert_eq(met, expected,
			    "start %u seed %llu step %u: goal %u: %d, not %d",
			    config->init, (unsigned long long)seed, step,
			    goal->seq.value, met, expected);
			break;
		case 7:
			leave_all(smr, &model);
			cr_assert(model_poll(&model, goal->step, true));
			smr_wait(smr, goal->seq);
			break;
		}
		cr_assert_eq(smr_current(smr).value,
		    (uint32_t)(config->init + (model.wr - 1) * config->incr),
		    "start %u seed %llu step %u", config->init,
		    (unsigned long long)seed, step);
		cr_assert_eq(rd_of(smr).value,
		    (uint32_t)(config->init + (model.rd - 1) * config->incr),
		    "start %u seed %llu step %u", config->init,
		    (unsigned long long)seed, step);
		AUDIT(smr);
	}
	leave_all(smr, &model);
	cr_assert_eq(counters_of(smr).advance_wait, 0);
	smr_destroy(smr);
}

static void
every_start(void (*profile)(struct smr_config *), enum smr_mode mode)
{
	struct smr_config config;
	uint64_t before;

	for (before = 0; before < 100; before++) {
		profile(&config);
		config.mode = mode;
		config.deferral = 3;
		/*
		 * Deferred goals are one step ahead; a longer grace would only
		 * widen what counts as not yet committed.
		 */
		config.lazy_grace = 1;
		smr_config_start_before_wrap(&config, before);
		course(&config, before * 7 + 1);
	}
}

Test(smr_wrap, eager_production_numbers_agree_with_the_model)
{

	every_start(smr_config_production, SMR_EAGER);
}

Test(smr_wrap, eager_wrap_numbers_agree_with_the_model)
{

	every_start(smr_config_wrap, SMR_EAGER);
}

Test(smr_wrap, deferred_production_numbers_agree_with_the_model)
{

	every_start(smr_config_production, SMR_DEFERRED);
}

Test(smr_wrap, deferred_wrap_numbers_agree_with_the_model)
{

	every_start(smr_config_wrap, SMR_DEFERRED);
}

Test(smr_wrap, start_says_which_advance_wraps)
{
	struct smr_config config;
	struct smr *smr;
	uint32_t before, profile;
	struct smr_seq last, goal;
	unsigned i;

	for (profile = 0; profile < 2; profile++)
		for (before = 1; before < 20; before++) {
			if (profile == 0)
				smr_config_production(&config);
			else
				smr_config_wrap(&config);
			smr_config_start_before_wrap(&config, before);
			smr = smr_create("wrap", &config);
			last = smr_current(smr);
			for (i = 1; i <= before + 1; i++) {
				goal = smr_advance(smr);
				cr_assert_eq(goal.value % 2, 1);
				cr_assert_eq(goal.value < last.value,
				    i == before, "%u of %u", i, before);
				last = goal;
			}
			smr_destroy(smr);
		}
}

Test(smr_wrap, start_farther_than_a_turn_is_a_turn)
{
	struct smr_config config;

	smr_config_wrap(&config);
	smr_config_start_before_wrap(&config, 1000000);
	cr_assert_eq(config.init, 1 - 10000u * config.incr);
	cr_assert_eq(config.init % 2, 1);
}

Test(smr_wrap, wrap_profile_wraps_at_the_first_advance)
{
	struct smr_config config;
	struct smr *smr;
	struct smr_seq start, goal;

	smr_config_wrap(&config);
	smr = smr_create("wrap", &config);
	start = smr_current(smr);
	goal = smr_advance(smr);
	cr_assert_lt(goal.value, start.value);
	cr_assert(smr_seq_gt(goal, start));
	cr_assert_not(smr_seq_valid(SMR_SEQ_INVALID));
	cr_assert(smr_poll(smr, goal, false));
	smr_destroy(smr);
}

Test(smr_wrap, advance_looks_for_readers_before_it_gets_too_far_ahead)
{
	struct smr_config config;
	struct smr_seq goal;
	struct smr *smr;
	unsigned i;

	smr_config_wrap(&config);
	smr = smr_create("wrap", &config);

	/* Nobody polls, and nobody reads. */
	for (i = 1; i < 32; i++)
		goal = smr_advance(smr);
	cr_assert_eq(counters_of(smr).advance_wait, 0);
	cr_assert_eq(counters_of(smr).poll, 0);

	/* The one that is max_delta ahead of rd has to wait, which is short. */
	goal = smr_advance(smr);
	cr_assert_eq(counters_of(smr).advance_wait, 1);
	cr_assert_eq(counters_of(smr).poll_scan, 1);
	cr_assert(smr_seq_eq(rd_of(smr), goal));

	/* So the next one is far from the limit again. */
	for (i = 1; i < 32; i++)
		(void)smr_advance(smr);
	cr_assert_eq(counters_of(smr).advance_wait, 1);
	cr_assert_eq(counters_of(smr).advance, 63);
	AUDIT(smr);
	smr_destroy(smr);
}

Test(smr_wrap, whole_turns_change_nothing)
{
	struct smr_config config;
	struct smr_seq goal;
	struct smr *smr;
	unsigned i;

	/* Three times round, with a section at every thousandth advance. */
	smr_config_wrap(&config);
	smr = smr_create("wrap", &config);
	for (i = 0; i < 30000; i++) {
		if (i % 1000 == 0)
			enter_on(smr, 1);
		goal = advance_on(smr, 2);
		if (i % 1000 == 0) {
			cr_assert_not(smr_poll(smr, goal, false));
			exit_on(smr, 1);
		}
		if (i % 10 == 0)
			cr_assert(smr_poll(smr, goal, false));
		AUDIT(smr);
	}
	cr_assert_eq(counters_of(smr).advance_wait, 0);
	smr_destroy(smr);
}
