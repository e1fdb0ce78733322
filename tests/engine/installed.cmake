# Installs libgus into a scratch prefix, compiles a program with nothing but
# what pkg-config says, and runs it.
set(prefix ${SCRATCH}/prefix)
file(REMOVE_RECURSE ${SCRATCH})
file(MAKE_DIRECTORY ${SCRATCH})
function(run)
  execute_process(COMMAND ${ARGN} RESULT_VARIABLE result
    OUTPUT_VARIABLE output ERROR_VARIABLE output)
  if(NOT result EQUAL 0)
    message(FATAL_ERROR "${ARGN}: ${result}\n${output}")
  endif()
endfunction()
run(${CMAKE_COMMAND} --install ${BUILD} --component libgus --prefix ${prefix})
file(GLOB_RECURSE found ${prefix}/*/libgus.pc)
get_filename_component(where "${found}" DIRECTORY)
set(ENV{PKG_CONFIG_PATH} ${where})
execute_process(COMMAND pkg-config --define-variable=prefix=${prefix}
  --cflags --libs libgus OUTPUT_VARIABLE flags OUTPUT_STRIP_TRAILING_WHITESPACE
  RESULT_VARIABLE result)
if(NOT result EQUAL 0)
  message(FATAL_ERROR "pkg-config does not know libgus")
endif()
separate_arguments(flags UNIX_COMMAND "${flags}")
# Who does not link has no use for -l and -L, and clang says so.
set(cflags ${flags})
list(FILTER cflags EXCLUDE REGEX "^-[lL]")
separate_arguments(extra UNIX_COMMAND "${FLAGS}")
run(${CC} -std=gnu11 -Wall -Werror ${extra} -o ${SCRATCH}/example ${PROGRAM}
  ${flags} -pthread -Wl,-rpath,${where}/..)
run(${SCRATCH}/example)
# The inline form and all that it drags in are there, too.
run(${CC} -std=gnu11 -Wall -Wextra -Werror ${extra} -O2 -c
  -o ${SCRATCH}/section_code.o ${HERE}/section_code.c ${cflags})
run(${CC} -std=gnu11 -Wall -Wextra -Werror ${extra} -O2 -c -DGUS_CHECKED
  -o ${SCRATCH}/section_code_checked.o ${HERE}/section_code.c ${cflags})
# From C++: what docs/libgus.md says may be included, and the word for the rest.
find_program(CXX NAMES g++)
if(CXX)
  file(WRITE ${SCRATCH}/may.cc
    "extern \"C\" {\n#include <engine/smr.h>\n#include <engine/zone.h>\n}\n")
  run(${CXX} -std=c++11 -Wall -Wextra -Werror -fsyntax-only ${SCRATCH}/may.cc
    ${flags})
  file(WRITE ${SCRATCH}/may_not.cc "#include <engine/kern.h>\n")
  execute_process(COMMAND ${CXX} -std=c++17 -fsyntax-only
    ${SCRATCH}/may_not.cc ${flags} RESULT_VARIABLE result ERROR_VARIABLE output
    OUTPUT_QUIET)
  if(result EQUAL 0 OR NOT output MATCHES "engine/kern.h is C11")
    message(FATAL_ERROR "kern.h in C++: ${result}\n${output}")
  endif()
endif()
