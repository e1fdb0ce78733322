/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/campaign/build_id.h"

#include <assert.h>

#include "build_commit_value.h"
#include "build_id_value.h"

static_assert(sizeof(BUILD_ID_VALUE) == BUILD_ID_LENGTH + 1,
    "the build id has 32 hex digits");

const char *
build_id(void)
{

	return (BUILD_ID_VALUE);
}

const char *
build_version(void)
{

	return (BUILD_VERSION_VALUE);
}

const char *
build_commit(void)
{

	return (BUILD_COMMIT_VALUE);
}

const char *
build_compiler(void)
{

	return (BUILD_COMPILER_VALUE);
}
