# What a system gets: the program, its manual page, its scenarios, and what
# completes its command line.  engine/ installs libgus by itself.
set(manual ${PROJECT_BINARY_DIR}/gusim.1)
add_custom_command(OUTPUT ${manual}
  COMMAND ${PROJECT_SOURCE_DIR}/docs/man/make-man $<TARGET_FILE:gusim> > ${manual}.new
  COMMAND ${CMAKE_COMMAND} -E rename ${manual}.new ${manual}
  DEPENDS gusim docs/man/make-man
  COMMENT "Writing the manual page" VERBATIM)
add_custom_target(manual ALL DEPENDS ${manual})

install(FILES ${manual} DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
install(FILES tools/cli/gusim.bash RENAME gusim
  DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions)
install(DIRECTORY scenarios/ DESTINATION ${CMAKE_INSTALL_DATADIR}/gusim/scenarios
  FILES_MATCHING PATTERN "*.yaml")
# What replay --gdb gives to gdb.
install(FILES tools/gdb/gusim-gdb.py DESTINATION ${CMAKE_INSTALL_DATADIR}/gusim)
install(FILES LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR})
