/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/sim/machine/litmus_code.h"

#include <stdatomic.h>

#define BARRIER()	__asm__ volatile("" ::: "memory")

static inline void
store_plain(uint64_t *at, uint64_t value)
{

	*at = value;
	BARRIER();
}

static inline uint64_t
load_plain(const uint64_t *at)
{
	uint64_t value;

	value = *at;
	BARRIER();
	return (value);
}

static inline void
store_atomic(uint64_t *at, uint64_t value)
{

	__atomic_store_n(at, value, __ATOMIC_RELAXED);
	BARRIER();
}

static inline uint64_t
load_atomic(const uint64_t *at)
{
	uint64_t value;

	value = __atomic_load_n(at, __ATOMIC_RELAXED);
	BARRIER();
	return (value);
}

static inline void
fence(void)
{

	atomic_thread_fence(memory_order_seq_cst);
	BARRIER();
}

static inline void
locked(uint64_t *at)
{

	(void)__atomic_fetch_add(at, 1, __ATOMIC_RELAXED);
	BARRIER();
}

/* Whose result is used: clang makes a plain store of one that nobody reads. */
static inline void
exchange(uint64_t *at, uint64_t value)
{

	value = __atomic_exchange_n(at, value, __ATOMIC_RELAXED);
	__asm__ volatile("" : : "r"(value) : "memory");
}

static inline void
store_seq_cst(uint64_t *at, uint64_t value)
{

	__atomic_store_n(at, value, __ATOMIC_SEQ_CST);
	BARRIER();
}

#define FLAVOUR(name)	name##_plain
#define ST(at, value)	store_plain(at, value)
#define LD(at)		load_plain(at)
#include "tests/sim/machine/litmus_body.h"

#define FLAVOUR(name)	name##_atomic
#define ST(at, value)	store_atomic(at, value)
#define LD(at)		load_atomic(at)
#include "tests/sim/machine/litmus_body.h"

#define FLAVOUR(name)	name##_mixed
#define ST(at, value)	store_plain(at, value)
#define LD(at)		load_atomic(at)
#include "tests/sim/machine/litmus_body.h"

/* Not aligned to their width, as packed structures have it. */
struct packed32 {
	uint32_t value;
} __attribute__((packed, may_alias));

struct packed64 {
	uint64_t value;
} __attribute__((packed, may_alias));

void
litmus_store8(unsigned char *at, unsigned value)
{

	*at = (unsigned char)value;
}

void
litmus_store32(unsigned char *at, uint32_t value)
{

	((struct packed32 *)at)->value = value;
}

void
litmus_store64(unsigned char *at, uint64_t value)
{

	((struct packed64 *)at)->value = value;
}

uint32_t
litmus_load32(const unsigned char *at)
{

	return (((const struct packed32 *)at)->value);
}

uint64_t
litmus_load64(const unsigned char *at)
{

	return (((const struct packed64 *)at)->value);
}
