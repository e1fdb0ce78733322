/*
 * kpi - which functions and variables may a kernel module use?
 *
 * The rows of kpi.def by number.  A function's address is one of this program,
 * a variable lies in the module's own image, so that it is simulated memory.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef SIM_KMOD_KPI_H
#define SIM_KMOD_KPI_H

#include <stddef.h>
#include <stdint.h>

struct kpi_row {
	const char *name;	/* as the module says it */
	const void *function;	/* NULL: a variable */
	uint32_t bytes;		/* of a variable */
};

extern const struct kpi_row kpi_rows[];
extern const size_t kpi_row_count;

enum { KPI_NONE = -1 };

/* The number of the row, or KPI_NONE. */
int kpi_find(const char *name);

#endif
