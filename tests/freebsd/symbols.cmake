# cmake -P: OBJECT defines the SYMBOLS and no other for the rest of a program.
execute_process(COMMAND ${NM} --defined-only --extern-only --format=posix ${OBJECT}
  OUTPUT_VARIABLE lines RESULT_VARIABLE status)
if(NOT status EQUAL 0)
  message(FATAL_ERROR "${NM} cannot read ${OBJECT}")
endif()
string(REGEX MATCHALL "[^\n]+" lines "${lines}")
list(TRANSFORM lines REPLACE " .*" "")
list(SORT lines)
list(SORT SYMBOLS)
if(NOT lines STREQUAL SYMBOLS)
  message(FATAL_ERROR "${OBJECT} shows '${lines}' and should show '${SYMBOLS}'")
endif()
