# One locked instruction is the price of a section on x86-64, as smr.c claims:
# cmake -DOBJDUMP=... -DLIBRARY=... -P
execute_process(COMMAND ${OBJDUMP} -d --no-show-raw-insn ${LIBRARY}
  OUTPUT_VARIABLE text RESULT_VARIABLE result)
string(FIND "${text}" "<smr_enter>:" begin)
if(NOT result EQUAL 0 OR begin LESS 0)
  message(FATAL_ERROR "no smr_enter() in ${LIBRARY}")
endif()
string(SUBSTRING "${text}" ${begin} -1 text)
string(FIND "${text}" "\n\n" end)
string(SUBSTRING "${text}" 0 ${end} text)
string(REGEX MATCHALL "[ \t](lock |mfence|xchg )" fences "${text}")
list(LENGTH fences count)
if(NOT count EQUAL 1)
  message(FATAL_ERROR "smr_enter() has ${count} fences, not 1:\n${text}")
endif()
