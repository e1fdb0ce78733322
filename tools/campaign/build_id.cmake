# cmake -P: writes the header that holds the build id.
#   ROOT      the source tree
#   FILES     file that lists the sources, one a line, relative to ROOT or absolute
#   EXTRA     further files, from anywhere, with | between them
#   COMPILER  id and version
#   FLAGS     flags of instrumented code
#   VERSION   of the project
#   OUT       the header
cmake_policy(VERSION 3.25)
file(STRINGS ${FILES} files)
list(SORT files)
set(all "${COMPILER}\n${FLAGS}\n")
foreach(name IN LISTS files)
  file(SHA256 ${ROOT}/${name} sum)
  string(APPEND all "${name} ${sum}\n")
endforeach()
# A file from outside the tree counts by its content, not by its place.
string(REPLACE "|" ";" EXTRA "${EXTRA}")
foreach(name IN LISTS EXTRA)
  file(SHA256 ${name} sum)
  string(APPEND all "extra ${sum}\n")
endforeach()
string(SHA256 id "${all}")
string(SUBSTRING ${id} 0 32 id)
file(CONFIGURE OUTPUT ${OUT} CONTENT [[
#define BUILD_ID_VALUE "@id@"
#define BUILD_COMPILER_VALUE "@COMPILER@"
#define BUILD_VERSION_VALUE "@VERSION@"
]] @ONLY)
