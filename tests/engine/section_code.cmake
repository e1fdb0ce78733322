# What a section costs on x86-64, as smr.c and docs/libgus.md say:
#
#   the simulator's smr_enter()	one full fence, always
#   libgus's smr_enter()	none where fences are asymmetric, and one beside
#				the way, for where they are not
#   a reader's own section	the same, and no more than 20 instructions (gcc: 16) for
#				enter, the load of a pointer, what is behind it,
#				and exit
#
# cmake -DOBJDUMP=... -DLIBRARY=... -DSIMULATOR=smr.c.o -DREADER=section_code.c.o -P
function(code_of file name out)
  execute_process(COMMAND ${OBJDUMP} -dr --no-show-raw-insn ${file}
    OUTPUT_VARIABLE text RESULT_VARIABLE result)
  string(FIND "${text}" "<${name}>:" begin)
  if(NOT result EQUAL 0 OR begin LESS 0)
    message(FATAL_ERROR "no ${name}() in ${file}")
  endif()
  string(SUBSTRING "${text}" ${begin} -1 text)
  string(FIND "${text}" "\n\n" end)
  string(SUBSTRING "${text}" 0 ${end} text)
  set(${out} "${text}" PARENT_SCOPE)
endfunction()

# Up to the first return: what runs where nothing is amiss.
function(straight text out)
  string(REGEX MATCH "[ \t]ret" found "${text}")
  string(FIND "${text}" "${found}" end)
  string(SUBSTRING "${text}" 0 ${end} text)
  set(${out} "${text}" PARENT_SCOPE)
endfunction()

function(expect what text pattern wanted)
  string(REGEX MATCHALL "${pattern}" found "${text}")
  list(LENGTH found count)
  if(NOT count EQUAL wanted)
    message(FATAL_ERROR "${what}: ${count} and not ${wanted}\n${text}")
  endif()
endfunction()

set(fence "[ \t](lock|mfence|xchg)[ \t\n]")

code_of(${SIMULATOR} smr_enter text)
expect("full fences in the simulator's smr_enter()" "${text}"
  "__tsan_atomic_thread_fence" 1)

code_of(${LIBRARY} smr_enter text)
expect("fences in libgus's smr_enter()" "${text}" "${fence}" 1)
straight("${text}" text)
expect("fences on its way" "${text}" "${fence}" 0)
code_of(${LIBRARY} smr_exit text)
expect("fences in libgus's smr_exit()" "${text}" "${fence}" 0)

code_of(${READER} section_code text)
expect("fences in a reader's section" "${text}" "${fence}" 1)
straight("${text}" text)
expect("fences on its way" "${text}" "${fence}" 0)
string(REGEX MATCHALL "\n *[0-9a-f]+:[ \t]" found "${text}")
list(LENGTH found count)
if(count GREATER 20)
  message(FATAL_ERROR "a reader's section has ${count} instructions\n${text}")
endif()
code_of(${READER} section_code_lazy text)
expect("fences in a reader's lazy section" "${text}" "${fence}" 0)
message(STATUS "a reader's section has ${count} instructions")
