/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/sim/machine/constructs.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <string.h>

/* What the compiler cannot know, and what it must not throw away. */
static volatile const uint64_t hidden = 3;
#define SINK(value)	__asm__ volatile("" : : "r"(value))

/* --- plain accesses of each width ------------------------------------------- */

#define PLAIN(type, name)						\
	static void							\
	plain_##name(unsigned char *at)					\
	{								\
		type *word = (type *)(void *)at;			\
		type value = *word;					\
									\
		__asm__ volatile("" : "+m"(value));			\
		word[1] = value;					\
	}

typedef unsigned vector __attribute__((vector_size(16)));
__extension__ typedef __int128 wide;

PLAIN(uint8_t, 1)
PLAIN(uint16_t, 2)
PLAIN(uint32_t, 4)
PLAIN(uint64_t, 8)
PLAIN(wide, 16)
PLAIN(vector, vector)
PLAIN(long double, long_double)
PLAIN(_Bool, bool)

static void
increment(unsigned char *at)
{

	(*(uint32_t *)(void *)at)++;
	*(uint64_t *)(void *)(at + 64) += hidden;
}

static void
volatile_access(unsigned char *at)
{
	volatile uint32_t *word = (volatile uint32_t *)(void *)at;
	volatile uint64_t *words = (volatile uint64_t *)(void *)(at + 64);

	*word = *word + 1;
	*words = *words + 1;
}

struct packed {
	uint8_t byte;
	uint16_t two;
	uint32_t four;
	uint64_t eight;
	wide sixteen;
	volatile uint32_t shy;
} __attribute__((packed));

static void
unaligned(unsigned char *at)
{
	struct packed *packed = (struct packed *)(void *)at;

	packed->two = (uint16_t)(packed->two + hidden);
	packed->four += (uint32_t)hidden;
	packed->eight += hidden;
	packed->sixteen += (wide)hidden;
	packed->shy = packed->shy + 1;
}

struct bits {
	unsigned low : 3;
	unsigned high : 7;
};

static void
bit_field(unsigned char *at)
{
	struct bits *bits = (struct bits *)(void *)at;

	bits->high = (unsigned)(hidden & 7);
	bits->low = bits->high & 3;
}

/* --- whole structures and the C library -------------------------------------- */

struct block {
	uint64_t words[12];
};

static void
struct_copy(unsigned char *at)
{
	struct block *block = (struct block *)(void *)at;

	block[1] = block[0];
}

static void
struct_clear(unsigned char *at)
{
	struct block *block = (struct block *)(void *)at;

	*block = (struct block){ { 0 } };
}

static void
struct_from_stack(unsigned char *at)
{
	struct block local;

	memset(&local, (int)hidden, sizeof(local));
	*(struct block *)(void *)at = local;
}

static void
struct_to_stack(unsigned char *at)
{
	struct block local;

	local = *(struct block *)(void *)at;
	SINK(local.words[hidden]);
}

static void
memcpy_constant(unsigned char *at)
{

	memcpy(at + 128, at, 64);
}

static void
memcpy_small(unsigned char *at)
{
	uint64_t word;

	memcpy(&word, at, sizeof(word));
	word += hidden;
	memcpy(at + 64, &word, sizeof(word));
}

static void
memcpy_variable(unsigned char *at)
{

	memcpy(at + 128, at, (size_t)hidden * 0 + 64);
}

static void
memmove_up(unsigned char *at)
{

	memmove(at + 8, at, 64);
}

static void
memmove_down(unsigned char *at)
{

	memmove(at, at + 8, 64);
}

static void
memset_constant(unsigned char *at)
{

	memset(at, 0x5a, 128);
}

static void
memset_variable(unsigned char *at)
{

	memset(at, (int)hidden, (size_t)hidden * 0 + 128);
}

/* --- atomics ------------------------------------------------------------------ */

#define ATOMIC(type, bits)						\
	static void							\
	atomic_##bits(unsigned char *at)				\
	{								\
		_Atomic(type) *word = (_Atomic(type) *)(void *)at;	\
		type expected, value;					\
									\
		value = (type)hidden;					\
		atomic_store_explicit(word, value,			\
		    memory_order_release);				\
		atomic_store(word, value);				\
		value = (type)(value + atomic_load_explicit(word,	\
		    memory_order_acquire));				\
		value = (type)(value + atomic_load_explicit(word,	\
		    memory_order_consume));				\
		value = (type)(value + atomic_exchange(word, value));	\
		value = (type)(value + atomic_fetch_add(word, 1));	\
		value = (type)(value + atomic_fetch_sub(word, 1));	\
		value = (type)(value + atomic_fetch_and(word, 7));	\
		value = (type)(value + atomic_fetch_or(word, 2));	\
		value = (type)(value + atomic_fetch_xor(word, 5));	\
		value = (type)(value + __atomic_fetch_nand(		\
		    (type *)(void *)at, 6, __ATOMIC_RELAXED));		\
		expected = value;					\
		(void)atomic_compare_exchange_strong(word, &expected,	\
		    1);							\
		expected = value;					\
		(void)atomic_compare_exchange_weak_explicit(word,	\
		    &expected, 2, memory_order_acq_rel,			\
		    memory_order_relaxed);				\
		/* The older builtins, which map to the same. */	\
		(void)__sync_fetch_and_add((type *)(void *)at, 1);	\
		(void)__sync_val_compare_and_swap((type *)(void *)at,	\
		    1, 2);						\
		(void)__sync_bool_compare_and_swap((type *)(void *)at,	\
		    1, 2);						\
		(void)__sync_lock_test_and_set((type *)(void *)at, 1);	\
		__sync_lock_release((type *)(void *)at);		\
		SINK(value);						\
	}

ATOMIC(uint8_t, 8)
ATOMIC(uint16_t, 16)
ATOMIC(uint32_t, 32)
ATOMIC(uint64_t, 64)

static void
atomic_flags(unsigned char *at)
{
	atomic_flag *flag = (atomic_flag *)(void *)at;

	(void)atomic_flag_test_and_set(flag);
	atomic_flag_clear(flag);
	(void)atomic_fetch_add((_Atomic(uint64_t) *)(void *)(at + 64), hidden);
}

static void
fences(unsigned char *at)
{

	at[0] = 1;
	atomic_thread_fence(memory_order_acquire);
	at[1] = 2;
	atomic_thread_fence(memory_order_release);
	at[2] = 3;
	atomic_thread_fence(memory_order_seq_cst);
	at[3] = 4;
	atomic_signal_fence(memory_order_seq_cst);
	at[4] = 5;
	__sync_synchronize();
	at[5] = 6;
}

const struct construct constructs[] = {
	{ "1 byte", plain_1, 2, 0 },
	{ "2 bytes", plain_2, 2, 0 },
	{ "4 bytes", plain_4, 2, 0 },
	{ "8 bytes", plain_8, 2, 0 },
	{ "16 bytes", plain_16, 2, 0 },
	{ "vector", plain_vector, 2, 0 },
#ifdef __clang__	/* which leaves out what is 80 bits wide */
	{ "long double", plain_long_double, 0, 0 },
#else
	{ "long double", plain_long_double, 2, 0 },
#endif
	{ "bool", plain_bool, 2, 0 },
	{ "increment", increment, 4, 0 },
	{ "volatile", volatile_access, 4, 0 },
	{ "packed", unaligned, 10, 0 },
	{ "bit field", bit_field, 2, 0 },
	{ "struct copy", struct_copy, 12, 0 },
	{ "struct cleared", struct_clear, 6, 0 },
	{ "struct from the stack", struct_from_stack, 6, 0 },
	{ "struct to the stack", struct_to_stack, 1, 0 },
	{ "memcpy of constant size", memcpy_constant, 8, 0 },
	{ "memcpy of a word", memcpy_small, 2, 0 },
	{ "memcpy of variable size", memcpy_variable, 8, 0 },
	{ "memmove up", memmove_up, 8, 0 },
	{ "memmove down", memmove_down, 8, 0 },
	{ "memset of constant size", memset_constant, 8, 0 },
	{ "memset of variable size", memset_variable, 8, 0 },
	{ "atomics of 8 bits", atomic_8, 17, 13 },
	{ "atomics of 16 bits", atomic_16, 17, 13 },
	{ "atomics of 32 bits", atomic_32, 17, 13 },
	{ "atomics of 64 bits", atomic_64, 17, 13 },
	{ "atomic flag", atomic_flags, 3, 2 },
	{ "fences", fences, 6, 0 },
};
const size_t construct_count = sizeof(constructs) / sizeof(constructs[0]);
