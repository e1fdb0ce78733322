/*
 * What a reader's own code is made of, for section_code.cmake to look at.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include "engine/smr_section.h"

SMR_POINTER(int *) section_code_pointer;

int section_code(struct smr *smr);
int section_code_lazy(struct smr *smr);

int
section_code(struct smr *smr)
{
	int value;

	smr_section_enter(smr);
	value = *smr_section_load(&section_code_pointer, smr);
	smr_section_exit(smr);
	return (value);
}

int
section_code_lazy(struct smr *smr)
{
	int value;

	smr_section_lazy_enter(smr);
	value = *smr_section_load(&section_code_pointer, smr);
	smr_section_lazy_exit(smr);
	return (value);
}
