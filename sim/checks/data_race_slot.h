/*
 * data_race_slot - who knows what is to be known of this granule?
 *
 * For each granule, a cell and which of its bytes that cell is about, or that
 * it has a list.  On machines of up to four CPUs a granule has a cell until it
 * meets other bytes, and then a list until all its memory changes hands.  On
 * larger machines all have lists; so have those beyond some 260,000.
 *
 * Cost        some eighty instructions where there is a cell and nothing races;
 *             four bytes for each byte of a page touched, and the cells.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef SIM_CHECKS_DATA_RACE_SLOT_H
#define SIM_CHECKS_DATA_RACE_SLOT_H

#include <stdbool.h>
#include <stdint.h>

/* Nothing is known; off: nor will be. */
void race_slots_begin(bool on);
void race_slots_fini(void);
void race_slots_forget(uint32_t offset, uint32_t bytes);

#endif
