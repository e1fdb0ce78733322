/*
 * uma - where do items come from, and when may a freed one be used again?
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef ENGINE_FREEBSD_MODULE_VM_UMA_H
#define ENGINE_FREEBSD_MODULE_VM_UMA_H

#include <sys/param.h>
#include <sys/malloc.h>
#include <sys/_smr.h>

struct uma_zone;
typedef struct uma_zone *uma_zone_t;
typedef int (*uma_ctor)(void *memory, int size, void *argument, int flags);
typedef void (*uma_dtor)(void *memory, int size, void *argument);
typedef int (*uma_init)(void *memory, int size, int flags);
typedef void (*uma_fini)(void *memory, int size);
typedef int (*uma_import)(void *arg, void **store, int count, int domain,
    int flags);
typedef void (*uma_release)(void *arg, void **store, int count);

#define UMA_ZONE_UNMANAGED	0x0001
#define UMA_ZONE_ZINIT		0x0002
#define UMA_ZONE_CONTIG		0x0004
#define UMA_ZONE_NOTOUCH	0x0008
#define UMA_ZONE_MALLOC		0x0010
#define UMA_ZONE_NOFREE		0x0020
#define UMA_ZONE_MTXCLASS	0x0040
#define UMA_ZONE_VM		0x0080
#define UMA_ZONE_NOTPAGE	0x0100
#define UMA_ZONE_SECONDARY	0x0200
#define UMA_ZONE_NOBUCKET	0x0400
#define UMA_ZONE_MAXBUCKET	0x0800
#define UMA_ZONE_MINBUCKET	0x1000
#define UMA_ZONE_CACHESPREAD	0x2000
#define UMA_ZONE_NODUMP		0x4000
#define UMA_ZONE_PCPU		0x8000
#define UMA_ZONE_FIRSTTOUCH	0x10000
#define UMA_ZONE_ROUNDROBIN	0x20000
#define UMA_ZONE_SMR		0x40000
#define UMA_ZONE_NOKASAN	0x80000
#define UMA_ZONE_NUMA		UMA_ZONE_FIRSTTOUCH

/* Items are aligned to 16 bytes at least. */
#define UMA_ALIGN_PTR		(sizeof(void *) - 1)
#define UMA_ALIGN_LONG		(sizeof(long) - 1)
#define UMA_ALIGN_INT		(sizeof(int) - 1)
#define UMA_ALIGN_SHORT		(sizeof(short) - 1)
#define UMA_ALIGN_CHAR		0
#define UMA_ALIGN_CACHE		(CACHE_LINE_SIZE - 1)
#define UMA_ALIGNOF(type)	(_Alignof(type) - 1)
#define UMA_ANYDOMAIN		(-1)

#define UMA_RECLAIM_DRAIN	1
#define UMA_RECLAIM_DRAIN_CPU	2
#define UMA_RECLAIM_TRIM	3

uma_zone_t uma_zcreate(const char *name, size_t size, uma_ctor ctor,
    uma_dtor dtor, uma_init init, uma_fini fini, int align, uint32_t flags);
void uma_zdestroy(uma_zone_t zone);

void *uma_zalloc_arg(uma_zone_t zone, void *argument, int flags);
void uma_zfree_arg(uma_zone_t zone, void *item, void *argument);
void *uma_zalloc_smr(uma_zone_t zone, int flags);
void uma_zfree_smr(uma_zone_t zone, void *item);
void *uma_zalloc_pcpu_arg(uma_zone_t zone, void *argument, int flags);
void uma_zfree_pcpu_arg(uma_zone_t zone, void *item, void *argument);

void uma_zone_set_smr(uma_zone_t zone, smr_t smr);
smr_t uma_zone_get_smr(uma_zone_t zone);
int uma_zone_set_max(uma_zone_t zone, int items);
int uma_zone_get_max(uma_zone_t zone);
void uma_zone_set_maxcache(uma_zone_t zone, int items);
int uma_zone_get_cur(uma_zone_t zone);
void uma_zone_set_nofree(uma_zone_t zone);
void uma_zone_reserve(uma_zone_t zone, int items);
int uma_zone_reserve_kva(uma_zone_t zone, int items);
void uma_prealloc(uma_zone_t zone, int items);
void uma_zone_reclaim(uma_zone_t zone, int how);
void uma_reclaim(int how);
size_t uma_zone_memory(uma_zone_t zone);

static inline void *
uma_zalloc(uma_zone_t zone, int flags)
{

	return (uma_zalloc_arg(zone, NULL, flags));
}

static inline void
uma_zfree(uma_zone_t zone, void *item)
{

	uma_zfree_arg(zone, item, NULL);
}

static inline void *
uma_zalloc_pcpu(uma_zone_t zone, int flags)
{

	return (uma_zalloc_pcpu_arg(zone, NULL, flags));
}

static inline void
uma_zfree_pcpu(uma_zone_t zone, void *item)
{

	uma_zfree_pcpu_arg(zone, item, NULL);
}

#define uma_zalloc_domain(zone, argument, domain, flags)		\
	((void)(domain), uma_zalloc_arg((zone), (argument), (flags)))
#define uma_zfree_domain(zone, item, argument)				\
	uma_zfree_arg((zone), (item), (argument))
#define uma_zone_set_warning(zone, text)	((void)(zone), (void)(text))
#define uma_zone_set_maxaction(zone, action)	((void)(zone), (void)(action))
#define uma_zone_set_zinit(zone, function)	((void)(zone), (void)(function))

#endif
