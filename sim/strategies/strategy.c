/* SPDX-License-Identifier: BSD-2-Clause */
#include "sim/strategies/strategy.h"

#include <string.h>

#define STRATEGY(name) extern const struct strategy strategy_##name;
#include "sim/strategies/strategies.def"
#undef STRATEGY

#define STRATEGY(name) &strategy_##name,
const struct strategy *const strategies[] = {
#include "sim/strategies/strategies.def"
};
#undef STRATEGY

const size_t strategy_count = sizeof(strategies) / sizeof(strategies[0]);

const struct strategy *
strategy_find(const char *name)
{
	size_t i;

	for (i = 0; i < strategy_count; i++)
		if (strcmp(strategies[i]->name, name) == 0)
			return (strategies[i]);
	return (NULL);
}
