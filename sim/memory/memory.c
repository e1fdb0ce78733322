/* SPDX-License-Identifier: BSD-2-Clause */
#include "sim/memory/memory.h"

#define MEMORY(name) extern const struct memory_model memory_##name;
#include "sim/memory/memories.def"
#undef MEMORY

const struct memory_model *const memory_models[] = {
#define MEMORY(name) &memory_##name,
#include "sim/memory/memories.def"
#undef MEMORY
};

const uint32_t memory_model_count =
    sizeof(memory_models) / sizeof(memory_models[0]);
