# freebsd_core(NAME TREE): the GUS core of a FreeBSD source tree, unmodified,
# as four bundles beside our own core: with and without INVARIANTS, with what
# sys/smr.h has for amd64 and with what it has for every other machine.  They
# are the library NAME to link with, and the symbols
#
#	NAME_production_amd64  NAME_production_arm64
#	NAME_invariants_amd64  NAME_invariants_arm64
#
# NAME_ABOUT says in a few words which core that is, NAME_LAZY whether it has
# the lazy mode, NAME_FILES what of the tree was used.
#
# A tree that has no such core ends the configuration with a message.
set(FREEBSD_HERE ${PROJECT_SOURCE_DIR}/engine/freebsd)
set(FREEBSD_INCLUDES -isystem${FREEBSD_HERE}/include -isystem${FREEBSD_HERE}/own)

function(freebsd_core name tree)
  set(file ${tree}/sys/kern/subr_smr.c)
  freebsd_look(${tree} ${file} first)
  freebsd_headers(${name} ${tree} folder files)
  set(flags -ffreestanding -I${folder} ${FREEBSD_INCLUDES}
    -ffile-prefix-map=${tree}/=freebsd/ -Wno-sign-compare -Wno-unused-parameter)
  if(first)
    list(APPEND flags -DFREEBSD_SMR_FIRST)
  endif()
  freebsd_try(${file} "${flags}")

  freebsd_common()
  set(seam freebsd_feed freebsd_forget freebsd_counted)
  foreach(function invariants create destroy poke enter exit lazy_enter
      lazy_exit advance poll current words)
    list(APPEND seam freebsd_core_${function})
  endforeach()
  add_library(${name} INTERFACE)
  foreach(profile production invariants)
    foreach(arch amd64 arm64)
      set(variant ${name}_${profile}_${arch})
      set(options ${flags})
      if(profile STREQUAL invariants)
        list(APPEND options -DINVARIANTS -DINVARIANT_SUPPORT)
      endif()
      if(arch STREQUAL arm64)
        list(APPEND options -U__amd64__ -U__amd64)
      endif()
      # -w: what a compiler has to say of the kernel's file is not our affair.
      instrumented_library(${variant}_file ${file})
      target_compile_options(${variant}_file PRIVATE ${options} -w)
      core_bundle(${variant}_core EXPORT ${seam}
        SOURCES ${FREEBSD_HERE}/core.c OPTIONS ${options}
        OBJECTS $<TARGET_OBJECTS:${variant}_file>
          $<TARGET_OBJECTS:freebsd_support>)
      get_target_property(core ${variant}_core CORE_BUNDLE)
      core_bundle(${variant} EXPORT ${variant} RENAME policy_gus ${variant}
        OBJECTS ${core} $<TARGET_OBJECTS:freebsd_adapter>
          $<TARGET_OBJECTS:freebsd_around>)
      target_link_libraries(${name} INTERFACE ${variant})
    endforeach()
  endforeach()

  file(SHA256 ${file} sum)
  string(SUBSTRING ${sum} 0 12 sum)
  list(LENGTH files own)
  set(lazy 1)
  set(about "sys/kern/subr_smr.c ${sum}")
  if(first)
    set(lazy 0)
    string(APPEND about " (January 2020, no lazy mode)")
  endif()
  if(own EQUAL 1)
    string(APPEND about ", headers of gusim")
  else()
    string(APPEND about ", headers of its tree")
  endif()
  set(${name}_ABOUT ${about} PARENT_SCOPE)
  set(${name}_LAZY ${lazy} PARENT_SCOPE)
  set(${name}_FILES ${files} PARENT_SCOPE)
endfunction()

# What all of them have in common is compiled once, whatever the tree.
function(freebsd_common)
  if(TARGET freebsd_around)
    return()
  endif()
  engine_bundle_sources(around)
  instrumented_library(freebsd_around ${around})
  add_library(freebsd_support OBJECT ${FREEBSD_HERE}/support.c)
  target_compile_options(freebsd_support PRIVATE -ffreestanding ${FREEBSD_INCLUDES})
  add_library(freebsd_adapter OBJECT ${FREEBSD_HERE}/smr_freebsd.c)
  foreach(part support adapter)
    target_link_libraries(freebsd_${part} PRIVATE house)
    target_compile_options(freebsd_${part} PRIVATE -O2 -fno-builtin)
    target_include_directories(freebsd_${part} PRIVATE ${PROJECT_SOURCE_DIR}/sim/kern)
  endforeach()
endfunction()

# Is there a core, and of which kind?  FIRST gets whether it is of the revisions
# that have no lazy mode and defer by a call of its own.
function(freebsd_look tree file var)
  set(hint "GUSIM_FREEBSD_SRC names the root of a FreeBSD source tree, the folder that has sys/kern/subr_smr.c in it (./setup --freebsd-src DIR, or cmake -DGUSIM_FREEBSD_SRC=DIR; an empty value builds without FreeBSD's core)")
  if(NOT EXISTS ${tree})
    message(FATAL_ERROR "there is no '${tree}'.  ${hint}")
  elseif(NOT IS_DIRECTORY ${tree})
    message(FATAL_ERROR "'${tree}' is no folder.  ${hint}")
  elseif(NOT EXISTS ${file})
    message(FATAL_ERROR "'${tree}' has no sys/kern/subr_smr.c: is it the root of a FreeBSD tree from 2020 or later?  ${hint}")
  endif()
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${file})
  file(READ ${file} text)
  set(missing)
  foreach(function smr_init smr_create smr_destroy smr_advance smr_poll)
    if(NOT text MATCHES "(^|\n)${function}\\(")
      list(APPEND missing "${function}()")
    endif()
  endforeach()
  if(missing)
    list(JOIN missing ", " missing)
    message(FATAL_ERROR "'${file}' is no GUS core: it does not define ${missing}.  ${hint}")
  endif()
  if(text MATCHES "\nsmr_create\\([^,)]*\\)" OR
      text MATCHES "\nsmr_advance_deferred\\(")
    set(${var} TRUE PARENT_SCOPE)
  else()
    set(${var} FALSE PARENT_SCOPE)
  endif()
endfunction()

# The headers of smr(9) that the tree has, found before ours of own/; and
# nothing else of the tree, whose other headers need the rest of the kernel.
function(freebsd_headers name tree var_folder var_files)
  set(folder ${CMAKE_CURRENT_BINARY_DIR}/${name}_headers)
  file(REMOVE_RECURSE ${folder})
  set(files ${tree}/sys/kern/subr_smr.c)
  # Looked for in each build: one that comes later is to be used, too.
  file(GLOB there CONFIGURE_DEPENDS
    ${tree}/sys/sys/smr.h ${tree}/sys/sys/_smr.h ${tree}/sys/sys/smr_types.h)
  foreach(header smr.h _smr.h smr_types.h)
    set(theirs ${tree}/sys/sys/${header})
    if(EXISTS ${theirs})
      set(path sys/${header})
      if(header STREQUAL smr.h)
        set(path smr_tree.h)	# behind include/sys/smr.h
      endif()
      file(WRITE ${folder}/${path} "#include \"${theirs}\"\n")
      list(APPEND files ${theirs})
    endif()
  endforeach()
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${files})
  set(${var_folder} ${folder} PARENT_SCOPE)
  set(${var_files} ${files} PARENT_SCOPE)
endfunction()

# Better told here, once, than by the build four times.
function(freebsd_try file flags)
  execute_process(COMMAND ${CMAKE_C_COMPILER} -std=gnu11 -fsyntax-only -w
    -I${PROJECT_SOURCE_DIR} -I${PROJECT_SOURCE_DIR}/sim/kern ${flags}
    -DINVARIANTS ${file} -x c ${FREEBSD_HERE}/core.c
    RESULT_VARIABLE status ERROR_VARIABLE said)
  if(NOT status EQUAL 0)
    string(SUBSTRING "${said}" 0 2000 said)
    message(FATAL_ERROR "'${file}' does not compile with the headers of engine/freebsd/include; its revision may need something that they do not have (docs/freebsd-core.md).  The compiler says:\n${said}")
  endif()
endfunction()

# freebsd_define(SOURCE NAME ABOUT LAZY): what policies/policy_core.c is to know.
function(freebsd_define source name about lazy)
  set_property(SOURCE ${source} APPEND PROPERTY COMPILE_DEFINITIONS
    POLICY_CORE_FREEBSD=${name} POLICY_CORE_FREEBSD_LAZY=${lazy}
    "POLICY_CORE_FREEBSD_ABOUT=\"${about}\"")
endfunction()
