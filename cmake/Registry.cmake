# registry_sources(VAR FILE.def MACRO): the members of an X-macro registry as
# source files beside it.  One row and one file add a member; a row without a
# file fails here, a file without a row is caught by tests/tidy.
function(registry_sources var def macro)
  get_filename_component(folder ${def} DIRECTORY)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${def})
  file(STRINGS ${def} rows REGEX "^${macro}\\([a-z0-9_]+\\)")
  set(files)
  foreach(row IN LISTS rows)
    string(REGEX REPLACE "^${macro}\\(([a-z0-9_]+)\\).*" "\\1" name ${row})
    if(NOT EXISTS ${folder}/${name}.c)
      message(FATAL_ERROR "${def} has a row ${macro}(${name}) but there is no ${name}.c beside it")
    endif()
    list(APPEND files ${folder}/${name}.c)
  endforeach()
  set(${var} ${files} PARENT_SCOPE)
endfunction()
