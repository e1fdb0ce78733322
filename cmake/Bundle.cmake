# core_bundle(NAME EXPORT symbol... [RENAME old new] [SOURCES file...]
#   [OBJECTS file...] [INCLUDES folder...] [OPTIONS flag...]):
# a whole core and its zone as ONE object in which nothing is visible but the
# symbols of EXPORT, usually one `const struct policy_def`.  So any number of
# cores, each with functions of the same names, live in one program.
#
# SOURCES are compiled as instrumented_library() does, with INCLUDES in front
# and OPTIONS last; OBJECTS are taken as they are (those of another bundle, or
# $<TARGET_OBJECTS:...>).  RENAME says what a source calls the symbol that the
# rest of the program shall know by another name.  What stays undefined (kern_*,
# the hooks of the machine, memcpy) is found when the program is linked, wrapped
# like everybody else's.
#
# Makes the library NAME to link with; its property CORE_BUNDLE is the object.
# A generated source is known in the folder that makes it, and only there.
find_program(BUNDLE_LINKER NAMES ld.bfd ld REQUIRED)
find_program(BUNDLE_OBJCOPY NAMES objcopy REQUIRED)
mark_as_advanced(BUNDLE_LINKER BUNDLE_OBJCOPY)

function(core_bundle name)
  cmake_parse_arguments(arg "" ""
    "EXPORT;RENAME;SOURCES;OBJECTS;INCLUDES;OPTIONS" ${ARGN})
  if(NOT arg_EXPORT OR arg_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "core_bundle(${name}): needs EXPORT, and does not know '${arg_UNPARSED_ARGUMENTS}'")
  endif()
  set(objects ${arg_OBJECTS})
  if(arg_SOURCES)
    instrumented_library(${name}_code ${arg_SOURCES})
    target_include_directories(${name}_code BEFORE PRIVATE ${arg_INCLUDES})
    target_compile_options(${name}_code PRIVATE ${arg_OPTIONS})
    list(APPEND objects $<TARGET_OBJECTS:${name}_code>)
  endif()
  # In two steps, so that it does not matter what objcopy does first.
  set(rename)
  if(arg_RENAME)
    list(GET arg_RENAME 0 old)
    list(GET arg_RENAME 1 new)
    set(rename --redefine-sym ${old}=${new})
  endif()
  set(keep)
  foreach(symbol IN LISTS arg_EXPORT)
    list(APPEND keep --keep-global-symbol=${symbol})
  endforeach()
  set(bundle ${CMAKE_CURRENT_BINARY_DIR}/${name}.o)
  add_custom_command(OUTPUT ${bundle}
    COMMAND ${BUNDLE_LINKER} -r --force-group-allocation -o ${bundle}.all ${objects}
    COMMAND ${BUNDLE_OBJCOPY} ${rename} ${bundle}.all
    COMMAND ${BUNDLE_OBJCOPY} ${keep} ${bundle}.all ${bundle}
    COMMAND ${CMAKE_COMMAND} -E rm ${bundle}.all
    DEPENDS ${objects} COMMAND_EXPAND_LISTS VERBATIM
    COMMENT "Bundling ${name}")
  add_custom_target(${name}_bundle DEPENDS ${bundle})
  add_library(${name} INTERFACE)
  target_link_libraries(${name} INTERFACE ${bundle})
  add_dependencies(${name} ${name}_bundle)
  set_target_properties(${name} PROPERTIES CORE_BUNDLE ${bundle})
endfunction()

# engine_bundle_sources(VAR): all that stands around a core in a bundle: the
# zone, and the policy that works with both.  A core is what implements
# engine/smr.h: smr.c smr_poll.c smr_life.c smr_audit.c, or something else.
function(engine_bundle_sources var)
  file(GLOB zone CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/engine/zone*.c
    ${PROJECT_SOURCE_DIR}/engine/slab*.c ${PROJECT_SOURCE_DIR}/engine/bucket*.c)
  set(${var} ${zone} ${PROJECT_SOURCE_DIR}/engine/mutex.c
    ${PROJECT_SOURCE_DIR}/policies/zoned.c ${PROJECT_SOURCE_DIR}/policies/gus.c
    PARENT_SCOPE)
endfunction()
