/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/scenario/where_type.h"

#include <stdio.h>
#include <stdlib.h>

#include "sim/base/err.h"

enum { SCALE_MOST = 90, POWER_MOST = 6 };

static const struct {
	enum where_sort sort;
	int time, bytes, scale;
	bool hertz;
} kinds[] = {
	[KNOB_COUNT] = { WHERE_A_NUMBER, 0, 0, 0, false },
	[KNOB_TIME] = { WHERE_A_NUMBER, 1, 0, -12, false },
	[KNOB_SIZE] = { WHERE_A_NUMBER, 0, 1, 0, false },
	[KNOB_RATE] = { WHERE_A_NUMBER, -1, 0, -6, false },
	[KNOB_SHARE] = { WHERE_A_NUMBER, 0, 0, -6, false },
	[KNOB_FREQUENCY] = { WHERE_A_NUMBER, -1, 0, 0, true },
	[KNOB_FLAG] = { WHERE_A_TRUTH, 0, 0, 0, false },
	[KNOB_CHOICE] = { WHERE_A_WORD, 0, 0, 0, false },
	/* These count with their means. */
	[KNOB_TIME_DIST] = { WHERE_A_NUMBER, 1, 0, -12, false },
	[KNOB_COUNT_DIST] = { WHERE_A_NUMBER, 0, 0, 0, false },
	[KNOB_WORDS] = { WHERE_A_WORD, 0, 0, 0, false },
};

void
where_type_set(struct where_node *node, enum knob_kind kind)
{

	node->kind = kind;
	node->type.sort = kinds[kind].sort;
	node->type.time = kinds[kind].time;
	node->type.bytes = kinds[kind].bytes;
	node->type.scale = kinds[kind].scale;
	node->type.hertz = kinds[kind].hertz;
}

void
where_type_describe(const struct where_node *node, char *text, size_t room)
{
	const struct where_type *type;

	type = &node->type;
	if (type->sort == WHERE_A_TRUTH)
		snprintf(text, room, "true or false");
	else if (type->sort == WHERE_A_WORD)
		snprintf(text, room, "a word");
	else if (type->time == 0 && type->bytes == 0)
		snprintf(text, room, "a number");
	else if (type->time == 1 && type->bytes == 0)
		snprintf(text, room, "a time");
	else if (type->time == 0 && type->bytes == 1)
		snprintf(text, room, "a size");
	else if (type->time == -1 && type->bytes == 0)
		snprintf(text, room, "a rate");
	else
		snprintf(text, room, "time^%d * size^%d", type->time,
		    type->bytes);
}

/* A number without unit takes that of the other side where this is clear. */
static void
adopt(struct where_node *bare, const struct where_node *other)
{

	if (!bare->type.bare || other->type.sort != WHERE_A_NUMBER ||
	    (bare->number != 0 && !other->type.hertz))
		return;
	bare->type.time = other->type.time;
	bare->type.bytes = other->type.bytes;
}

static double
power_of_ten(int exponent)
{
	double power;

	for (power = 1; exponent > 0; exponent--)
		power *= 10;
	return (power);
}

int
where_type_align(struct where_node *node, struct where_node *left,
    struct where_node *right, const char *sign, struct err *err)
{
	char one[40], other[40];
	int apart;

	adopt(left, right);
	adopt(right, left);
	if (left->type.time != right->type.time ||
	    left->type.bytes != right->type.bytes) {
		where_type_describe(left, one, sizeof(one));
		where_type_describe(right, other, sizeof(other));
		return (err_set(err, "given %s %s %s, allowed is the same kind "
		    "on both sides", one, sign, other));
	}
	node->type = left->type;
	node->type.bare = false;
	node->type.hertz = left->type.hertz || right->type.hertz;
	apart = left->type.scale - right->type.scale;
	if (apart > 0) {
		node->left_factor = power_of_ten(apart);
		node->type.scale = right->type.scale;
	} else
		node->right_factor = power_of_ten(-apart);
	return (0);
}

int
where_type_product(struct where_node *node, const struct where_node *left,
    const struct where_node *right, struct err *err)
{
	struct where_type *type;
	int sign;

	sign = node->op == WHERE_MULTIPLY ? 1 : -1;
	type = &node->type;
	type->sort = WHERE_A_NUMBER;
	type->time = left->type.time + sign * right->type.time;
	type->bytes = left->type.bytes + sign * right->type.bytes;
	type->scale = left->type.scale + sign * right->type.scale;
	if (abs(type->time) <= POWER_MOST && abs(type->bytes) <= POWER_MOST &&
	    abs(type->scale) <= SCALE_MOST)
		return (0);
	return (err_set(err, "given time^%d * size^%d, allowed are powers up "
	    "to %d", type->time, type->bytes, POWER_MOST));
}
