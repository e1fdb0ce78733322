/*
 * data_race_list - which older accesses to these 8 bytes could still race?
 *
 * A list for each granule, the newest first: the form that knows all machines
 * and all sizes.  See data_race_slot.h for the one that most accesses meet.
 *
 * Cost        linear in the list; four bytes for each byte of a page touched.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef SIM_CHECKS_DATA_RACE_LIST_H
#define SIM_CHECKS_DATA_RACE_LIST_H

#include "sim/checks/data_race_record.h"

void race_lists_begin(void);
void race_lists_fini(void);

void race_list_access(const struct race_access *access);
/* The current CPU's access, which lies within a granule that has a list. */
void race_list_within(uint32_t offset, uint32_t size, unsigned how,
    const void *where);
/* The list of the granule at `offset`, from records given the newest first. */
void race_list_make(uint32_t offset, const struct race_record *records,
    uint32_t count);
void race_lists_forget(uint32_t offset, uint32_t bytes);

#endif
