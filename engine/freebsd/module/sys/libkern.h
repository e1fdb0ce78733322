/*
 * libkern - which of C's library does a kernel have?
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef ENGINE_FREEBSD_MODULE_SYS_LIBKERN_H
#define ENGINE_FREEBSD_MODULE_SYS_LIBKERN_H

#include <sys/types.h>
#include <stdarg.h>

static inline int imax(int a, int b) { return (a > b ? a : b); }
static inline int imin(int a, int b) { return (a < b ? a : b); }
static inline long lmax(long a, long b) { return (a > b ? a : b); }
static inline long lmin(long a, long b) { return (a < b ? a : b); }
static inline u_int max(u_int a, u_int b) { return (a > b ? a : b); }
static inline u_int min(u_int a, u_int b) { return (a < b ? a : b); }
static inline u_long ulmax(u_long a, u_long b) { return (a > b ? a : b); }
static inline u_long ulmin(u_long a, u_long b) { return (a < b ? a : b); }
static inline quad_t qmax(quad_t a, quad_t b) { return (a > b ? a : b); }
static inline quad_t qmin(quad_t a, quad_t b) { return (a < b ? a : b); }
static inline off_t omax(off_t a, off_t b) { return (a > b ? a : b); }
static inline off_t omin(off_t a, off_t b) { return (a < b ? a : b); }
static inline int abs(int a) { return (a < 0 ? -a : a); }
static inline long labs(long a) { return (a < 0 ? -a : a); }

#define ffs(x)		__builtin_ffs(x)
#define ffsl(x)		__builtin_ffsl(x)
#define ffsll(x)	__builtin_ffsll(x)

static inline int
fls(int x)
{

	return (x == 0 ? 0 : 32 - __builtin_clz((u_int)x));
}

static inline int
flsl(long x)
{

	return (x == 0 ? 0 : 64 - __builtin_clzl((u_long)x));
}

#define flsll(x)	flsl(x)
#define ilog2(x)	(flsl((long)(x)) - 1)
#define bitcount32(x)	__builtin_popcount(x)
#define bitcount64(x)	__builtin_popcountl(x)

void *memcpy(void *restrict to, const void *restrict from, size_t bytes);
void *memmove(void *to, const void *from, size_t bytes);
void *memset(void *to, int byte, size_t bytes);
int memcmp(const void *a, const void *b, size_t bytes);
void *memchr(const void *at, int byte, size_t bytes);
#define bcopy(from, to, bytes)	((void)memmove((to), (from), (bytes)))
#define bzero(to, bytes)	((void)memset((to), 0, (bytes)))
#define bcmp(a, b, bytes)	memcmp((a), (b), (bytes))
#define explicit_bzero(to, bytes) ((void)memset((to), 0, (bytes)))
size_t strlen(const char *text);
size_t strnlen(const char *text, size_t most);
int strcmp(const char *a, const char *b);
int strncmp(const char *a, const char *b, size_t most);
int strcasecmp(const char *a, const char *b);
char *strcpy(char *restrict to, const char *restrict from);
char *strncpy(char *restrict to, const char *restrict from, size_t room);
char *strcat(char *restrict to, const char *restrict from);
size_t strlcpy(char *restrict to, const char *restrict from, size_t room);
size_t strlcat(char *restrict to, const char *restrict from, size_t room);
char *strchr(const char *text, int c);
char *strrchr(const char *text, int c);
char *strstr(const char *text, const char *word);
#define index(text, c)	strchr((text), (c))
#define rindex(text, c)	strrchr((text), (c))
long strtol(const char *text, char **end, int base);
u_long strtoul(const char *text, char **end, int base);
#define strtoq(text, end, base)		strtol((text), (end), (base))
#define strtouq(text, end, base)	strtoul((text), (end), (base))

/*
 * From a stream of the calling thread, decided by the run's seed: the same
 * seed draws the same numbers.
 */
u_long random(void);
void srandom(u_long seed);
uint32_t arc4random(void);
uint32_t arc4random_uniform(uint32_t bound);
void arc4random_buf(void *to, size_t bytes);
void arc4rand(void *to, u_int bytes, int reseed);
uint32_t prng32(void);
uint32_t prng32_bounded(uint32_t bound);
uint64_t prng64(void);
uint64_t prng64_bounded(uint64_t bound);

void qsort(void *base, size_t count, size_t bytes,
    int (*compare)(const void *, const void *));

static inline bool isdigit(int c) { return (c >= '0' && c <= '9'); }
static inline bool isspace(int c) { return (c == ' ' || (c >= 9 && c <= 13)); }
static inline bool isupper(int c) { return (c >= 'A' && c <= 'Z'); }
static inline bool islower(int c) { return (c >= 'a' && c <= 'z'); }
static inline bool isalpha(int c) { return (isupper(c) || islower(c)); }
static inline int toupper(int c) { return (islower(c) ? c - 32 : c); }
static inline int tolower(int c) { return (isupper(c) ? c + 32 : c); }

#endif
