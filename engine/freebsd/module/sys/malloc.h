/*
 * malloc - where does memory of any size come from?
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef ENGINE_FREEBSD_MODULE_SYS_MALLOC_H
#define ENGINE_FREEBSD_MODULE_SYS_MALLOC_H

#include <sys/param.h>

#define M_NOWAIT	0x0001
#define M_WAITOK	0x0002
#define M_NORECLAIM	0x0080
#define M_ZERO		0x0100
#define M_NOVM		0x0200
#define M_USE_RESERVE	0x0400
#define M_NODUMP	0x0800
#define M_FIRSTFIT	0x1000
#define M_BESTFIT	0x2000
#define M_EXEC		0x4000
#define M_NEXTFIT	0x8000

struct malloc_type {
	const char *ks_shortdesc;
	const char *ks_longdesc;
};

#define MALLOC_DEFINE(type, name, about)				\
	struct malloc_type type[1] = { { (name), (about) } }
#define MALLOC_DECLARE(type)	extern struct malloc_type type[1]

MALLOC_DECLARE(M_TEMP);
MALLOC_DECLARE(M_DEVBUF);
MALLOC_DECLARE(M_CACHE);

/*
 * Up to 2 KiB from zones of powers of two, above that whole pages.  M_WAITOK
 * waits until there is memory.
 */
void *malloc(size_t bytes, struct malloc_type *type, int flags)
    __malloc_like;
void *mallocarray(size_t count, size_t bytes, struct malloc_type *type,
    int flags);
void *realloc(void *memory, size_t bytes, struct malloc_type *type, int flags);
void *reallocf(void *memory, size_t bytes, struct malloc_type *type,
    int flags);
void free(void *memory, struct malloc_type *type);
void zfree(void *memory, struct malloc_type *type);
#define malloc_domainset(bytes, type, set, flags)			\
	((void)(set), malloc((bytes), (type), (flags)))
#define malloc_domain(bytes, type, domain, flags)			\
	((void)(domain), malloc((bytes), (type), (flags)))
#define malloc_aligned(bytes, align, type, flags)			\
	((void)(align), malloc((bytes), (type), (flags)))
#define free_domain(memory, type)	free((memory), (type))
#define contigmalloc(bytes, type, flags, low, high, align, boundary)	\
	malloc((bytes), (type), (flags))
#define contigfree(memory, bytes, type)	free((memory), (type))

#endif
