# The rules of the house for every target.
set(CMAKE_C_STANDARD 11)
set(CMAKE_C_STANDARD_REQUIRED ON)
set(CMAKE_C_EXTENSIONS ON)              # GNU attributes, __int128
set(CMAKE_POSITION_INDEPENDENT_CODE OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release)
endif()
# Assertions about our own bugs stay on in every build.
string(REPLACE "-DNDEBUG" "" CMAKE_C_FLAGS_RELEASE "${CMAKE_C_FLAGS_RELEASE}")
string(REPLACE "-DNDEBUG" "" CMAKE_C_FLAGS_RELWITHDEBINFO "${CMAKE_C_FLAGS_RELWITHDEBINFO}")
string(REPLACE "-O3" "-O2" CMAKE_C_FLAGS_RELEASE "${CMAKE_C_FLAGS_RELEASE}")

add_library(house INTERFACE)
target_compile_options(house INTERFACE
  -g -fno-omit-frame-pointer -ffp-contract=off
  -ffile-prefix-map=${PROJECT_SOURCE_DIR}/=
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wno-sign-conversion
  -Wstrict-prototypes -Wmissing-prototypes -Wvla
  $<$<BOOL:${GUSIM_WERROR}>:-Werror>)
target_include_directories(house INTERFACE ${PROJECT_SOURCE_DIR})

# Sanitizers go on host-side code; instrumented objects never get them.
add_library(house_host INTERFACE)
target_link_libraries(house_host INTERFACE house)
if(GUSIM_SANITIZE)
  target_compile_options(house_host INTERFACE -fsanitize=address,undefined
    -fno-sanitize-recover=undefined
    # gcc then knows prototypes of the entry points in sim/machine/hook_*.c,
    # which are not quite those of libtsan.
    $<$<C_COMPILER_ID:GNU>:-Wno-builtin-declaration-mismatch>)
  target_link_options(house_host INTERFACE -fsanitize=address,undefined)
endif()
if(GUSIM_COVERAGE)
  target_compile_options(house_host INTERFACE --coverage)
  target_link_options(house_host INTERFACE --coverage)
endif()
