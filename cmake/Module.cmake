# Headers and flags for kernel modules of others: `gusim kmod flags` prints
# them, a pkg-config file has those of the compiler that gusim was built with.
set(KMOD_FLAGS -std=gnu11 -ffreestanding -nostdinc -D_KERNEL -DKLD_MODULE
  -DINVARIANTS -D__FreeBSD__=15 -U__linux__ -U__linux -Ulinux -U__gnu_linux__
  -O2 -g -fPIC -fno-builtin -fno-common -fno-strict-aliasing -fno-lto
  -fno-stack-protector -fno-omit-frame-pointer -fno-optimize-sibling-calls
  -fno-asynchronous-unwind-tables -Wno-pointer-sign -U_FORTIFY_SOURCE -fsanitize=thread)
string(REPLACE "SHELL:" "" kmod_tsan "${INSTRUMENT_FLAGS}")
list(FILTER kmod_tsan INCLUDE REGEX "tsan")
list(JOIN KMOD_FLAGS " " KMOD_FLAGS)
list(JOIN kmod_tsan " " kmod_tsan)
set(kmod_folder ${CMAKE_INSTALL_INCLUDEDIR}/gusim)

set_source_files_properties(tools/cli/verb_kmod.c TARGET_DIRECTORY gusim tools
  PROPERTIES COMPILE_DEFINITIONS "GUSIM_KMOD_FLAGS=\"${KMOD_FLAGS}\";GUSIM_SOURCE_MODULE=\"${PROJECT_SOURCE_DIR}/engine/freebsd/module\";GUSIM_SOURCE_FREEBSD=\"${PROJECT_SOURCE_DIR}/engine/freebsd/include\";GUSIM_INSTALLED_MODULE=\"${CMAKE_INSTALL_PREFIX}/${kmod_folder}/module\";GUSIM_INSTALLED_FREEBSD=\"${CMAKE_INSTALL_PREFIX}/${kmod_folder}/freebsd\"")

# Found from where the file lies, as libgus.pc.
file(RELATIVE_PATH up /${CMAKE_INSTALL_LIBDIR}/pkgconfig /)
file(CONFIGURE OUTPUT ${PROJECT_BINARY_DIR}/gusim-kmod.pc CONTENT
"prefix=\${pcfiledir}/${up}
includedir=\${prefix}/${kmod_folder}

Name: gusim-kmod
Description: What a kernel module is compiled with so that gusim can run it
Version: ${PROJECT_VERSION}
Cflags: ${KMOD_FLAGS} ${kmod_tsan} -isystem\${includedir}/module -isystem\${includedir}/freebsd
" @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/gusim-kmod.pc
  DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
install(DIRECTORY engine/freebsd/module DESTINATION ${kmod_folder}
  FILES_MATCHING PATTERN "*.h")
install(DIRECTORY engine/freebsd/include/ DESTINATION ${kmod_folder}/freebsd
  FILES_MATCHING PATTERN "machine/atomic.h" PATTERN "sys/cdefs.h"
  PATTERN "vm" EXCLUDE)
