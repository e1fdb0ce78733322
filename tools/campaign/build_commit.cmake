# cmake -P: writes the header that holds the commit, if it has changed.
#   ROOT  the source tree
#   OUT   the header
cmake_policy(VERSION 3.25)
find_program(GIT git)
set(commit "")
if(GIT)
  execute_process(COMMAND ${GIT} -C ${ROOT} describe --always --dirty --abbrev=12 --exclude=*
                  OUTPUT_VARIABLE commit OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
endif()
if(NOT commit)
  set(commit "unknown")
endif()
file(CONFIGURE OUTPUT ${OUT} CONTENT "#define BUILD_COMMIT_VALUE \"@commit@\"\n" @ONLY)
