/* SPDX-License-Identifier: BSD-2-Clause */
#include "sim/kmod/kpi.h"

#include <string.h>

/*
 * Declared as bytes, by the names that the linker knows: only their addresses
 * are of interest here, and their types are as many as they are.
 */
#define KPI_STRING_(text)	#text
#define KPI_STRING(text)	KPI_STRING_(text)
#define KPI(name)							\
	extern const char kpi_function_##name[]				\
	    __asm__(KPI_STRING(kmod_##name));
#define KPI_AS(name, symbol)						\
	extern const char kpi_function_##name[]				\
	    __asm__(KPI_STRING(symbol));
#define KPI_VARIABLE(name, bytes)
#include "sim/kmod/kpi.def"
#undef KPI
#undef KPI_AS
#undef KPI_VARIABLE

#define KPI(name)		{ #name, kpi_function_##name, 0 },
#define KPI_AS(name, symbol)	{ #name, kpi_function_##name, 0 },
#define KPI_VARIABLE(name, bytes)	{ #name, NULL, (bytes) },
const struct kpi_row kpi_rows[] = {
#include "sim/kmod/kpi.def"
};
#undef KPI
#undef KPI_AS
#undef KPI_VARIABLE

const size_t kpi_row_count = sizeof(kpi_rows) / sizeof(kpi_rows[0]);

int
kpi_find(const char *name)
{
	size_t i;

	for (i = 0; i < kpi_row_count; i++)
		if (strcmp(kpi_rows[i].name, name) == 0)
			return ((int)i);
	return (KPI_NONE);
}
