/* SPDX-License-Identifier: BSD-2-Clause */
#include "sim/base/part.h"

#include <assert.h>
#include <string.h>

void
part_init(struct part *part, const struct part_def *def)
{

	assert(def->config_bytes <= PART_CONFIG_BYTES);
	memset(part, 0, sizeof(*part));
	part->def = def;
	knob_preset_all(def->knobs, def->knob_count, part->config);
}
