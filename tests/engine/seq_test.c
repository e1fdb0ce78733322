/* SPDX-License-Identifier: BSD-2-Clause */
#include "engine/seq.h"

#include <criterion/criterion.h>

/* Steps that half a turn still allows, and where on the circle they start. */
static const uint32_t distances[] = { 1, 2, 1000, 429496, 0x3fffffff,
	0x7fffffff };
static const uint32_t starts[] = { 0, 1, 2, 0x7ffffffe, 0x7fffffff, 0x80000000,
	0x80000001, 0xfffffffd, 0xfffffffe, 0xffffffff };

Test(seq, order_does_not_depend_on_where_the_circle_starts)
{
	struct smr_seq older, newer;
	size_t i, j;

	for (i = 0; i < sizeof(starts) / sizeof(starts[0]); i++)
		for (j = 0; j < sizeof(distances) / sizeof(distances[0]);
		    j++) {
			older = smr_seq_make(starts[i]);
			newer = smr_seq_add(older, distances[j]);
			cr_assert(smr_seq_lt(older, newer), "%u + %u",
			    starts[i], distances[j]);
			cr_assert(smr_seq_leq(older, newer));
			cr_assert(smr_seq_gt(newer, older));
			cr_assert(smr_seq_geq(newer, older));
			cr_assert_not(smr_seq_lt(newer, older));
			cr_assert_not(smr_seq_leq(newer, older));
			cr_assert_not(smr_seq_eq(newer, older));
			cr_assert_eq(smr_seq_delta(newer, older),
			    (int32_t)distances[j]);
			cr_assert_eq(smr_seq_delta(older, newer),
			    -(int32_t)distances[j]);
			cr_assert(smr_seq_eq(smr_seq_min(older, newer),
			    older));
			cr_assert(smr_seq_eq(smr_seq_min(newer, older),
			    older));
		}
}

Test(seq, a_number_is_neither_before_nor_after_itself)
{
	struct smr_seq seq;
	size_t i;

	for (i = 0; i < sizeof(starts) / sizeof(starts[0]); i++) {
		seq = smr_seq_make(starts[i]);
		cr_assert(smr_seq_eq(seq, seq));
		cr_assert(smr_seq_leq(seq, seq) && smr_seq_geq(seq, seq));
		cr_assert_not(smr_seq_lt(seq, seq) || smr_seq_gt(seq, seq));
		cr_assert_eq(smr_seq_delta(seq, seq), 0);
	}
}

Test(seq, only_zero_is_invalid)
{

	cr_assert_not(smr_seq_valid(SMR_SEQ_INVALID));
	cr_assert(smr_seq_valid(smr_seq_make(1)));
	cr_assert(smr_seq_valid(smr_seq_make(UINT32_MAX)));
}
