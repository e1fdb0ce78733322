/*
 * uma - where do the blocks of a domain come from?
 *
 * The core asks UMA for the two kinds of block that a domain consists of; they
 * come out of pages that the adapter has set aside (../../domain.h).  Items
 * that readers use come from the zone of the engine, which stands around
 * either core alike.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef ENGINE_FREEBSD_INCLUDE_VM_UMA_H
#define ENGINE_FREEBSD_INCLUDE_VM_UMA_H

#include <sys/param.h>
#include <sys/malloc.h>

typedef struct uma_zone *uma_zone_t;
typedef int (*uma_ctor)(void *memory, int size, void *argument, int flags);
typedef void (*uma_dtor)(void *memory, int size, void *argument);
typedef int (*uma_init)(void *memory, int size, int flags);
typedef void (*uma_fini)(void *memory, int size);

#define UMA_ZONE_PCPU	0x8000

uma_zone_t uma_zcreate(const char *name, size_t size, uma_ctor ctor,
    uma_dtor dtor, uma_init init, uma_fini fini, int align, uint32_t flags);
void *uma_zalloc(uma_zone_t zone, int flags);
void *uma_zalloc_pcpu(uma_zone_t zone, int flags);
void uma_zfree(uma_zone_t zone, void *item);
void uma_zfree_pcpu(uma_zone_t zone, void *item);

#endif
