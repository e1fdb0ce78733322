/*
 * _smr - what may a structure hold of smr(9)?
 *
 * For trees that have no such header.  Written from what smr(9) and the users
 * of the interface need.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef ENGINE_FREEBSD_OWN_SYS__SMR_H
#define ENGINE_FREEBSD_OWN_SYS__SMR_H

#include <sys/types.h>

typedef uint32_t smr_seq_t;
typedef int32_t smr_delta_t;
typedef struct smr *smr_t;

/* In a section of this domain, on this CPU. */
#define SMR_ENTERED(smr)						\
	(curthread->td_critnest > 0 &&					\
	zpcpu_get((smr))->c_seq != SMR_SEQ_INVALID)

#define SMR_ASSERT(condition, function)					\
	KASSERT((condition), ("%s: %s does not hold, at %s:%d",		\
	    (function), #condition, __FILE__, __LINE__))
#define SMR_ASSERT_ENTERED(smr) \
	KASSERT(SMR_ENTERED(smr), ("not in a section of the domain"))
#define SMR_ASSERT_NOT_ENTERED(smr) \
	KASSERT(!SMR_ENTERED(smr), ("in a section of the domain"))

#endif
