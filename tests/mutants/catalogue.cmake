# A gusim for each row of catalogue.tsv that has a patch and none yet.
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS catalogue.tsv)
file(STRINGS catalogue.tsv rows REGEX "^[a-z]")
foreach(row IN LISTS rows)
  string(REGEX MATCH "^([^\t]+)\t([^\t]+)\t" found "${row}")
  if(NOT TARGET gusim_${CMAKE_MATCH_1})
    mutate(${CMAKE_MATCH_1} ${CMAKE_MATCH_2})
  endif()
endforeach()
