# cmake -P: writes gusim-policy.pc, which names the build that it is of.
#   BUILD_ID   the header with the build id
#   IN, OUT    the template, and what it becomes
#   UP, INCLUDEDIR, DOCDIR, VERSION, COMPILER, FLAGS   what goes into it
cmake_policy(VERSION 3.25)
file(STRINGS ${BUILD_ID} line REGEX "BUILD_ID_VALUE")
string(REGEX REPLACE ".*\"([0-9a-f]+)\".*" "\\1" BUILD "${line}")
configure_file(${IN} ${OUT} @ONLY)
