/*
 * data_race_slot - who knows what is to be known of this granule?
 *
 * On machines of up to four CPUs the places of a granule have chains of
 * accesses, one for all eight bytes or one for each half (sim/memory/place.h).
 * What is in no need of a closer look is judged in line (place_judge.h); what is
 * comes here.  Where an access meets one that its CPU does not know of, the
 * chain becomes a cell, which is exact; where other bytes are met, the granule
 * gets a list, until all its memory changes hands.  On larger machines all have
 * lists.
 *
 * Cost        some thirty instructions where all is known, a hundred for a cell.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef SIM_CHECKS_DATA_RACE_SLOT_H
#define SIM_CHECKS_DATA_RACE_SLOT_H

#include <stdbool.h>
#include <stdint.h>

/* Nothing is known; off: nor will be. */
void race_slots_begin(bool on);
/* The simple accesses are judged where they happen, until the run ends. */
void race_slots_listen(void);
void race_slots_fini(void);
void race_slots_forget(uint32_t offset, uint32_t bytes);

#endif
