/*
 * value - which number do these bytes of memory hold?
 *
 * Memory of the simulated machine, read and written for the machine's own
 * purposes: no access by the program, so nothing that the compiler could turn
 * into a call of memcpy(), which would be taken for one.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef SIM_MACHINE_VALUE_H
#define SIM_MACHINE_VALUE_H

#include <stdint.h>

static inline uint64_t
value_get(const void *address, uint32_t size)
{

	switch (size) {
	case 1:
		return (*(const volatile uint8_t *)address);
	case 2:
		return (*(const volatile uint16_t *)address);
	case 4:
		return (*(const volatile uint32_t *)address);
	default:
		return (*(const volatile uint64_t *)address);
	}
}

static inline void
value_set(void *address, uint32_t size, uint64_t value)
{

	switch (size) {
	case 1:
		*(volatile uint8_t *)address = (uint8_t)value;
		break;
	case 2:
		*(volatile uint16_t *)address = (uint16_t)value;
		break;
	case 4:
		*(volatile uint32_t *)address = (uint32_t)value;
		break;
	default:
		*(volatile uint64_t *)address = value;
	}
}

/* Without what does not fit into so many bytes. */
static inline uint64_t
value_narrow(uint64_t value, uint32_t size)
{

	return (size == 8 ? value : value & ((UINT64_C(1) << 8 * size) - 1));
}

#endif
