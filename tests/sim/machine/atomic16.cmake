# Compiles SOURCE with the instrumentation (FLAGS) and links it with LIBRARY:
# that must fail for want of the 16-byte entry points, and for nothing else.
separate_arguments(flags UNIX_COMMAND "${FLAGS}")
execute_process(COMMAND ${CC} -std=gnu11 ${flags} -mcx16 -c ${SOURCE}
  -o ${OUTPUT}.o RESULT_VARIABLE result ERROR_VARIABLE errors)
if(result)
  message(FATAL_ERROR "atomic16.c does not even compile:\n${errors}")
endif()
execute_process(COMMAND ${CC} ${OUTPUT}.o ${LIBRARY}
  -Wl,--wrap=memcpy -Wl,--wrap=memmove -Wl,--wrap=memset -lxxhash -o ${OUTPUT}
  RESULT_VARIABLE result ERROR_VARIABLE errors)
if(NOT result)
  message(FATAL_ERROR "a 16-byte atomic access links: nobody would see it")
endif()
if(NOT errors MATCHES "undefined reference to [`']__tsan_atomic128_load'")
  message(FATAL_ERROR "linking failed, but for another reason:\n${errors}")
endif()
string(REGEX MATCHALL "undefined reference to [`'][^']*'" missing "${errors}")
list(REMOVE_DUPLICATES missing)
foreach(name IN LISTS missing)
  if(NOT name MATCHES "__tsan_atomic128_")
    message(FATAL_ERROR "something else is missing as well: ${name}")
  endif()
endforeach()
