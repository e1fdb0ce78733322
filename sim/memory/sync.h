/*
 * sync - which release does a load synchronise with, where stores have no history?
 *
 * Under sc and tso a location has one value that a load can return, or one in
 * the CPU's own buffer.  Beside it lies the stamp that its store left, for an
 * acquiring load to join; so happens-before is kept as C11 defines it, release
 * sequences included, on a machine that orders more.  The relaxed model keeps
 * stamps with its histories instead.
 *
 * Nothing here is called unless a check wants happens-before.
 *
 * Plain stores leave nothing: where one becomes visible, sync_visible() with 0
 * ends what stood there, as C11 has it; or nobody calls, and the old stamp
 * stays.  A compare-exchange that fails is a load.  A CPU that changes threads
 * makes a seq_cst fence here, after it has joined the newcomer's past: what its
 * release fences elsewhere have left is then left here as well.
 *
 * On a machine of a few CPUs a location keeps a clock itself, which is cheaper
 * than a stamp and says the same: sync_small.h; sync_now.h has that in line.
 *
 * Cost        O(1), and what clock.h says for each stamp made or joined.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef SIM_MEMORY_SYNC_H
#define SIM_MEMORY_SYNC_H

#include <stdint.h>

#include "sim/memory/clock.h"

/* After clocks_reset(), which did away with all stamps. */
void sync_reset(uint32_t cpus);
/* The same; kept as on a large machine, which small ones do by other means. */
void sync_reset_stamps(uint32_t cpus);
void sync_fini(void);

/* The load has returned the value that all CPUs see. */
void sync_load(uint32_t cpu, uint32_t offset, uint32_t size, int order);
/* A store is issued: what it leaves, for sync_visible() and nobody else. */
stamp_id sync_release(uint32_t cpu, uint32_t offset, uint32_t size, int order);
/* It is visible: the location's stamp is this from now on (and owns it). */
void sync_visible(uint32_t cpu, uint32_t offset, uint32_t size,
    stamp_id stamp);
/* Both at once: the store is issued and visible. */
void sync_store(uint32_t cpu, uint32_t offset, uint32_t size, int order);
/* A read-modify-write: joins what is there, and stays in its release sequence. */
void sync_change(uint32_t cpu, uint32_t offset, uint32_t size, int order);
void sync_fence(uint32_t cpu, int order);
/* Memory is cleared, or changes its owner: no stamp of it is left. */
void sync_forget(uint32_t offset, uint32_t bytes);

#endif
