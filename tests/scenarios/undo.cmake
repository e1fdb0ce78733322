# undone(NAME FILE [SOURCE...]): a gusim in which a bug of the past is back:
# gusim_undo_NAME.  undo/NAME.patch changes FILE.  A header comes with the
# sources of the code under test that are to see it so, of which FILE may be one
# itself, in engine/.  The patches have no context, so that they go with the code
# for as long as the lines are there.
find_program(PATCH_PROGRAM patch REQUIRED)
get_target_property(parts gusim LINK_LIBRARIES)
function(undone name file)
  set(folder ${CMAKE_CURRENT_BINARY_DIR}/undo/${name})
  set(patched ${folder}/${file})
  get_filename_component(parent ${patched} DIRECTORY)
  file(MAKE_DIRECTORY ${parent})
  set(patch ${CMAKE_CURRENT_SOURCE_DIR}/undo/${name}.patch)
  add_custom_command(OUTPUT ${patched}
    COMMAND ${PATCH_PROGRAM} --quiet --fuzz=0 --output=${patched}
      ${PROJECT_SOURCE_DIR}/${file} ${patch}
    DEPENDS ${PROJECT_SOURCE_DIR}/${file} ${patch}
    COMMENT "Undoing a fix of ${file}: ${name}" VERBATIM)
  if(ARGN OR file MATCHES "^engine/")
    list(TRANSFORM ARGN PREPEND ${PROJECT_SOURCE_DIR}/)
    instrumented_library(undo_${name}_code ${ARGN} ${patched})
  else()
    add_library(undo_${name}_code OBJECT ${patched})
    target_link_libraries(undo_${name}_code PRIVATE house_host PkgConfig::XXHASH)
    target_include_directories(undo_${name}_code PRIVATE ${PROJECT_SOURCE_DIR}/sim/kern)
  endif()
  target_include_directories(undo_${name}_code BEFORE PRIVATE ${folder})
  # Another build, by its own account: no token of it is one of gusim's.
  set(id ${PROJECT_BINARY_DIR}/tools/generated)
  add_custom_command(OUTPUT ${folder}/build_id_value.h
    COMMAND ${CMAKE_COMMAND} -DROOT=${PROJECT_SOURCE_DIR}
      -DFILES=${id}/build_id_files.txt -DEXTRA=${patched}
      "-DCOMPILER=${CMAKE_C_COMPILER_ID} ${CMAKE_C_COMPILER_VERSION}"
      "-DFLAGS=${CMAKE_C_FLAGS} ${INSTRUMENT_FLAGS}"
      -DVERSION=${PROJECT_VERSION} -DOUT=${folder}/build_id_value.h
      -P ${PROJECT_SOURCE_DIR}/tools/campaign/build_id.cmake
    DEPENDS ${patched} ${id}/build_id_value.h
    COMMENT "Computing the build id of ${name}" VERBATIM)
  # Its objects come before the library, whose own are then not taken.
  add_executable(gusim_undo_${name}
    ${PROJECT_SOURCE_DIR}/tools/campaign/build_id.c ${folder}/build_id_value.h
    $<TARGET_OBJECTS:mutant_verbs> $<TARGET_OBJECTS:undo_${name}_code>)
  target_include_directories(gusim_undo_${name} BEFORE PRIVATE ${folder} ${id})
  target_link_libraries(gusim_undo_${name} PRIVATE ${parts})
endfunction()

undone(swap-acquire sim/lab.h sim/workloads/slot_churn.c)
undone(relaxed-grace sim/checks/premature_grace.c)
undone(short-hold sim/machine/hook_slow.c)
undone(spell-gap sim/faults/bucket_failure.c)
undone(leak-in-hand sim/checks/leak.c)
undone(leak-in-buffer sim/checks/leak.c)
undone(given-back sim/metrics/metrics.c)
undone(short-way sim/run.c)
undone(old-request sim/machine/cpu.c)
undone(moved-free engine/zone.c)
