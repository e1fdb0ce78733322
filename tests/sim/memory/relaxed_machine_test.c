/*
 * The relaxed model on the machine in time: what it must be told, and for how
 * long it may show what is old.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include "sim/machine/hook.h"
#include "sim/memory/memory.h"
#include "tests/sim/machine/rig.h"

enum { LOOKS = 300 };

static uint64_t *word;
static uint64_t store_ps;
static uint64_t second_ps;
static struct {
	uint64_t at_ps;
	uint64_t value;
} looks[LOOKS];

static void
store(uint64_t value)
{

	atomic_write(word, sizeof(*word), value, ORDER_RELAXED, NULL);
}

static uint64_t
load(void)
{

	return (atomic_read(word, sizeof(*word), ORDER_RELAXED, NULL));
}

/* --- plain stores ---------------------------------------------------------- */

static void
mixed_body(void *argument)
{

	(void)argument;
	store(1);
	cr_expect_eq(load(), 1);
	hook_write(word, sizeof(*word), NULL);
	*word = 2;
	cr_expect_eq(load(), 2);
	cr_expect_eq(atomic_change(word, sizeof(*word), CHANGE_ADD, 1,
	    ORDER_RELAXED, NULL), 2);
}

Test(relaxed_machine, a_plain_store_is_what_a_load_sees_with_or_without_guide)
{
	struct machine_config config;

	config = rig_config(1, MACHINE_RELAXED);
	rig_begin(&config);
	word = rig_memory(1, 0);
	rig_thread(0, mixed_body, NULL);
	machine_run();
	cr_expect_eq(*word, 3);
}

/* --- time ------------------------------------------------------------------ */

/* Always the oldest, or the earliest place, that there is. */
static uint64_t
oldest(void *context, enum choice_kind kind, uint32_t cpu,
    uint64_t alternatives)
{

	(void)context;
	(void)cpu;
	return (kind == CHOICE_READ || kind == CHOICE_PLACE ?
	    alternatives - 1 : 0);
}

static const struct guide guide = { .choose = oldest };

static void
writer_body(void *argument)
{

	(void)argument;
	rig_until(10 * US);
	store(1);
	store_ps = rig_now();
}

static void
reader_body(void *argument)
{
	unsigned i;

	(void)argument;
	for (i = 0; i < LOOKS; i++) {
		rig_until((9 + i) * US);
		looks[i].value = load();
		looks[i].at_ps = rig_now();
	}
}

static void
begin(uint64_t hz)
{
	struct machine_config config;

	config = rig_config(2, MACHINE_RELAXED);
	config.hz = hz;
	rig_begin(&config);
	machine_guide(&guide);
	word = rig_memory(1, 0);
}

static void
expect_hidden_for(uint64_t hz, uint64_t hidden_ps)
{
	uint64_t last_ps = 0;
	unsigned i;

	begin(hz);
	rig_thread(0, writer_body, NULL);
	rig_thread(1, reader_body, NULL);
	machine_run();
	for (i = 0; i < LOOKS; i++)
		if (looks[i].value == 0)
			last_ps = looks[i].at_ps;
	cr_expect_leq(last_ps, store_ps + hidden_ps + US);
	cr_expect_geq(last_ps + 2 * US, store_ps + hidden_ps,
	    "at %u Hz the old value is seen only until %u ns after the store",
	    (unsigned)hz, (unsigned)((last_ps - store_ps) / NS));
}

Test(relaxed_machine, an_old_value_is_seen_for_20_us_and_no_longer)
{

	expect_hidden_for(1000, CHOICE_HIDDEN_MAX_PS);
}

Test(relaxed_machine, an_old_value_is_seen_for_a_quarter_of_a_short_tick)
{

	expect_hidden_for(25000, 10 * US);
}

/* The other CPU's store, so much later; the guide wants it to be the first. */
static void
second_body(void *argument)
{

	rig_until(10 * US + *(const uint64_t *)argument);
	store(2);
	second_ps = rig_now();
}

static uint64_t
last_of_two(uint64_t apart_ps)
{

	begin(1000);
	rig_thread(0, writer_body, NULL);
	rig_thread(1, second_body, &apart_ps);
	machine_run();
	cr_assert_gt(second_ps, store_ps);
	return (*word);
}

Test(relaxed_machine, a_store_goes_before_one_that_has_not_been_there_for_long)
{

	cr_expect_eq(last_of_two(10 * US), 1);
	cr_expect_eq(last_of_two(30 * US), 2);
}
