# Policies that are built elsewhere (docs/policies-plugin.md): what gusim exports
# to them, and what it installs for those who write one: headers, a pkg-config
# file with the flags of instrumented code, and an example to begin with.
set(PLUGIN_HERE ${PROJECT_SOURCE_DIR}/tools/plugin)

# plugin_host(PROGRAM): it can load them.  The executable's own calls stay as
# they are; only its dynamic symbol table has more in it.  To be called in the
# folder in which the build id is made.
function(plugin_host program)
  target_link_options(${program} PRIVATE
    LINKER:--dynamic-list=${PLUGIN_HERE}/exports.list)
  set_property(TARGET ${program} APPEND PROPERTY
    LINK_DEPENDS ${PLUGIN_HERE}/exports.list)
  plugin_install(${CMAKE_CURRENT_BINARY_DIR}/generated/build_id_value.h)
endfunction()

function(plugin_install build_id)
  string(REPLACE "SHELL:" "" flags "${INSTRUMENT_FLAGS}")
  list(PREPEND flags -std=gnu11 -g -fPIC -fvisibility=hidden
    -fno-omit-frame-pointer -fno-stack-protector -ffp-contract=off)
  list(JOIN flags " " flags)
  get_filename_component(compiler ${CMAKE_C_COMPILER} NAME)
  # Found from where the file lies, as libgus.pc.
  file(RELATIVE_PATH up /${CMAKE_INSTALL_LIBDIR}/pkgconfig /)
  set(pc ${PROJECT_BINARY_DIR}/gusim-policy.pc)
  add_custom_command(OUTPUT ${pc}
    COMMAND ${CMAKE_COMMAND} -DBUILD_ID=${build_id} -DIN=${PLUGIN_HERE}/gusim-policy.pc.in
      -DOUT=${pc} -DUP=${up} -DINCLUDEDIR=${CMAKE_INSTALL_INCLUDEDIR}
      -DDOCDIR=${CMAKE_INSTALL_DOCDIR} -DVERSION=${PROJECT_VERSION}
      -DCOMPILER=${compiler} "-DFLAGS=${flags}" -P ${PLUGIN_HERE}/pc.cmake
    DEPENDS ${build_id} ${PLUGIN_HERE}/gusim-policy.pc.in ${PLUGIN_HERE}/pc.cmake
    COMMENT "Writing gusim-policy.pc" VERBATIM)
  add_custom_target(plugin_pc ALL DEPENDS ${pc})
  # Two targets that make one header at once would get in each other's way.
  add_dependencies(plugin_pc tools)

  install(FILES ${pc} DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
  set(folder ${CMAKE_INSTALL_INCLUDEDIR}/gusim/policy)
  file(GLOB engine CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/engine/*.h)
  install(FILES ${engine} DESTINATION ${folder}/engine)
  set(common)
  foreach(header policy policy_engine plugin zoned limbo broadcast)
    list(APPEND common ${PROJECT_SOURCE_DIR}/policies/${header}.h)
  endforeach()
  install(FILES ${common} DESTINATION ${folder}/policies)
  install(FILES ${PROJECT_SOURCE_DIR}/sim/base/part.h
    ${PROJECT_SOURCE_DIR}/sim/base/knob.h DESTINATION ${folder}/sim/base)
  install(FILES ${PROJECT_SOURCE_DIR}/sim/kern/kern_port.h
    DESTINATION ${folder}/port)
  install(DIRECTORY ${PROJECT_SOURCE_DIR}/examples/policy
    DESTINATION ${CMAKE_INSTALL_DOCDIR}/examples)
endfunction()
