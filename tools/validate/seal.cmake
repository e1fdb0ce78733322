# Makes one object of what runs on real threads, whose only names for the rest
# of the program begin with native_run and native_check.  The rest has copies
# of the same engine, policies and workloads, instrumented, under the same
# names: a name that is left undefined would quietly be taken from there.
#   LD, NM, OBJCOPY, OUT, INPUTS (objects and archives, separated by |)
string(REPLACE "|" ";" inputs "${INPUTS}")
execute_process(COMMAND ${LD} -r --force-group-allocation -o ${OUT}.part ${inputs}
  RESULT_VARIABLE status ERROR_VARIABLE words)
if(NOT status EQUAL 0)
  message(FATAL_ERROR "the parts of the native lab do not link: ${words}")
endif()
execute_process(COMMAND ${NM} --undefined-only ${OUT}.part
  RESULT_VARIABLE status OUTPUT_VARIABLE undefined)
string(REGEX MATCHALL
  " U (lab|kern|policy|workload|zone|zoned|smr|slab|bucket|mutex|cache|machine|items|section|run|metrics)_[a-z0-9_]*"
  leaks "${undefined}")
if(NOT status EQUAL 0 OR leaks)
  message(FATAL_ERROR "the native lab lacks:${leaks}")
endif()
# What the compiler calls for a copy must not come to the simulator's door.
execute_process(COMMAND ${OBJCOPY}
    --keep-global-symbol=native_run --keep-global-symbol=native_check
    --redefine-sym memcpy=__real_memcpy --redefine-sym memmove=__real_memmove
    --redefine-sym memset=__real_memset
    ${OUT}.part ${OUT}
  RESULT_VARIABLE status ERROR_VARIABLE words)
file(REMOVE ${OUT}.part)
if(NOT status EQUAL 0)
  message(FATAL_ERROR "the native lab cannot be sealed: ${words}")
endif()
