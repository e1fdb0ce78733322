/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/conform/altered.h"

#include <string.h>

#define ALTERED(symbol, name) extern const struct policy_def symbol;
#include "altered.def"
#undef ALTERED

const struct altered_core altered_cores[] = {
#define ALTERED(symbol, name) { name, &symbol },
#include "altered.def"
#undef ALTERED
};

const size_t altered_core_count =
    sizeof(altered_cores) / sizeof(altered_cores[0]);

const struct altered_core *
altered_find(const char *name)
{
	size_t i;

	for (i = 0; i < altered_core_count; i++)
		if (strcmp(altered_cores[i].name, name) == 0)
			return (&altered_cores[i]);
	return (NULL);
}
