/*
 * _smr - what is a sequence number to a module?
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef ENGINE_FREEBSD_MODULE_SYS__SMR_H
#define ENGINE_FREEBSD_MODULE_SYS__SMR_H

#include <sys/types.h>

typedef uint32_t smr_seq_t;
typedef int32_t smr_delta_t;
typedef struct smr *smr_t;

#define SMR_ENTERED(smr) \
	(gusim_smr_entered(smr))
bool gusim_smr_entered(smr_t smr);

#endif
