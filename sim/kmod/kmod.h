/*
 * kmod - which kernel modules are there, and what does one do in a run?
 *
 * Modules are given to this program by the host side, before any run, and are
 * known by the digest of their files' content: a run's spec names a digest and
 * needs no file.  In each run the module is laid out anew in the arena, so its
 * variables are simulated memory and begin as the file says.
 *
 * The course of a run: MOD_LOAD (and SYSINITs) on CPU 0 while the machine is
 * set up; the module's threads run till the run's time is over; then MOD_QUIESCE
 * and MOD_UNLOAD (and SYSUNINITs) in a thread on CPU 0.
 *
 * Errors      kmod_provide() sets err where the file is no module.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef SIM_KMOD_KMOD_H
#define SIM_KMOD_KMOD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/base/knob.h"

struct err;
struct lab_thread;
struct policy_def;
struct run_spec;

enum {
	KMOD_DIGEST_SIZE = 33,
	KMODS_MAX = 64,
};

/* The knobs of the workload kernel_module. */
struct kmod_config {
	char file[KNOB_WORDS_SIZE];
	char content[KNOB_WORDS_SIZE];	/* digest of the file */
	char tunables[KNOB_WORDS_SIZE];
	uint64_t stop_within_ps;
};

/* --- before runs, by the host ------------------------------------------- */

/* The digest of a file's content, 128 bits in hex. */
void kmod_digest(const void *file, size_t bytes, char digest[KMOD_DIGEST_SIZE]);

/* Takes a module in; one that is there already is not read again. */
int kmod_provide(const char *name, const void *file, size_t bytes,
    struct err *err);
bool kmod_provided(const char *digest);
/* Forgets all of them. */
void kmods_fini(void);

/* What a spec asks for, or NULL where it has another workload. */
const struct kmod_config *kmod_of(const struct run_spec *spec);

/*
 * A place of sim/machine/stream.h in a module's code: the file, and where in
 * which of its sections; false: it is in no module.
 */
struct kmod_place {
	const char *name;	/* of the module's file */
	const void *file;
	size_t file_bytes;
	uint32_t section;
	const char *section_name;
	uint32_t offset;	/* in the section */
};
bool kmod_place(uint64_t place, struct kmod_place *found);

/*
 * Hears what the module prints; NULL: nobody.  Part of no result.
 */
extern void (*kmod_listener)(uint64_t at_ps, uint32_t cpu, const char *text);

/* --- in a run ----------------------------------------------------------- */

/* After lab_begin(): the module's zones take the place of the policy's. */
void kmod_begin(const struct run_spec *spec);
/* Set-up, called by the workload. */
void kmod_setup(struct lab_thread *thread, const void *config);
/* The clock of the run starts. */
void kmod_started(void);
/* An access of the module, about to happen. */
void kmod_accessed(uint32_t offset, uint32_t size, bool write,
    const void *where);
/* The run is over: what did the module leave behind? */
void kmod_end(void);

/* Before machine_close(), when no run will follow. */
void kmod_fini(void);

#endif
