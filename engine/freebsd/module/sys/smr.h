/*
 * smr - when has every reader that could hold it gone?
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef ENGINE_FREEBSD_MODULE_SYS_SMR_H
#define ENGINE_FREEBSD_MODULE_SYS_SMR_H

#include <sys/_smr.h>
#include <sys/smr_types.h>

#define SMR_SEQ_INVALID	0
#define SMR_SEQ_LT(a, b)	((smr_delta_t)((a) - (b)) < 0)
#define SMR_SEQ_LEQ(a, b)	((smr_delta_t)((a) - (b)) <= 0)
#define SMR_SEQ_GT(a, b)	((smr_delta_t)((a) - (b)) > 0)
#define SMR_SEQ_GEQ(a, b)	((smr_delta_t)((a) - (b)) >= 0)
#define SMR_SEQ_DELTA(a, b)	((smr_delta_t)((a) - (b)))
#define SMR_SEQ_MIN(a, b)	(SMR_SEQ_LT((a), (b)) ? (a) : (b))
#define SMR_SEQ_MAX(a, b)	(SMR_SEQ_GT((a), (b)) ? (a) : (b))

/* Flags of smr_create(). */
#define SMR_LAZY	0x0001
#define SMR_DEFERRED	0x0002

/*
 * A domain of the core that the scenario chooses.  smr_create(name) alone, as
 * in 2020, means no flags.
 */
smr_t gusim_smr_create(const char *name, int limit, int flags);
#define SMR_CREATE_(name, limit, flags, ...)				\
	gusim_smr_create((name), (limit), (flags))
#define smr_create(...)		SMR_CREATE_(__VA_ARGS__, 0, 0, 0)
void smr_destroy(smr_t smr);

void smr_enter(smr_t smr);
void smr_exit(smr_t smr);
void smr_lazy_enter(smr_t smr);
void smr_lazy_exit(smr_t smr);

smr_seq_t smr_advance(smr_t smr);
bool smr_poll(smr_t smr, smr_seq_t goal, bool wait);
void smr_synchronize(smr_t smr);
smr_seq_t smr_current(smr_t smr);

static inline void
smr_wait(smr_t smr, smr_seq_t goal)
{

	(void)smr_poll(smr, goal, true);
}

#define smr_init()	((void)0)

#endif
