# Runs ONE, OTHER and, in another place with another environment, ONE again.
execute_process(COMMAND ${ONE} OUTPUT_VARIABLE one RESULT_VARIABLE failed)
if(failed OR one STREQUAL "")
  message(FATAL_ERROR "${ONE} failed: ${failed}")
endif()
execute_process(COMMAND ${OTHER} OUTPUT_VARIABLE other)
if(NOT one STREQUAL other)
  message(FATAL_ERROR "host code without optimisation gives other answers:\n${one}\n---\n${other}")
endif()
execute_process(COMMAND env -i LC_ALL=tr_TR.UTF-8
  TZ=Asia/Kathmandu MALLOC_PERTURB_=165 ${ONE} OUTPUT_VARIABLE other
  WORKING_DIRECTORY / RESULT_VARIABLE failed)
if(failed OR NOT one STREQUAL other)
  message(FATAL_ERROR "the environment changes the answers:\n${one}\n---\n${other}")
endif()
