# instrumented_library(TARGET SOURCES...): code that runs inside the simulated
# machine.  The compiler turns each of its memory accesses into a call to a
# __tsan_* entry point, which sim/machine/hook.c implements; libtsan is never
# linked.  Optimisation is the same in every preset, so that debug and release
# builds make the same accesses and the same digests.
#
# -fno-builtin keeps gcc from inlining memcpy and memset of constant size
# without telling us; --wrap sends the calls to sim/machine/hook_string.c.
# A call that is a function's last must come back to it, or its return address
# would name the caller's line: -fno-optimize-sibling-calls.
set(INSTRUMENT_FLAGS -O2 -fno-builtin -fno-lto -fno-optimize-sibling-calls
  -fsanitize=thread -U_FORTIFY_SOURCE)
if(CMAKE_C_COMPILER_ID STREQUAL "GNU")
  list(APPEND INSTRUMENT_FLAGS --param=tsan-distinguish-volatile=1
    --param=tsan-instrument-func-entry-exit=0 -Wno-tsan)  # libtsan's limit, not ours
else()
  list(APPEND INSTRUMENT_FLAGS "SHELL:-mllvm -tsan-distinguish-volatile=1"
    "SHELL:-mllvm -tsan-instrument-read-before-write=1"
    "SHELL:-mllvm -tsan-instrument-func-entry-exit=0")
endif()

function(instrumented_library target)
  add_library(${target} OBJECT ${ARGN})
  target_link_libraries(${target} PRIVATE house)
  # After the preset's own flags, so that these win.
  target_compile_options(${target} PRIVATE ${INSTRUMENT_FLAGS})
  target_include_directories(${target} PRIVATE ${PROJECT_SOURCE_DIR}/sim/kern)
endfunction()
