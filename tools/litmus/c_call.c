/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "tools/litmus/c_value.h"
#include "tools/litmus/names.h"

/*
 * C11's functions, and those of the Linux kernel that herd knows too.  What
 * becomes of the kernel's is told in docs/commands.md.
 */
enum shape {
	LOAD, STORE, EXCHANGE, FETCH,
	COMPARE,		/* C11: (object, address of expected, value) */
	SWAP,			/* kernel: (object, expected, value) */
	FENCE, NOTHING, LOCK, TRY, UNLOCK, LOOK,
};

enum {
	C11 = 1,		/* and NAME_explicit, with orders */
	KERNEL = 2,		/* and NAME_relaxed, _acquire, _release */
	THING = 4,		/* the object itself is written, not its address */
	NEW = 8,		/* gives the new value */
	ZERO = 16,		/* gives whether the new value is 0 */
	VOID = 32,		/* gives nothing, orders nothing */
	ONE = 64,		/* the operand is 1 */
	PLAIN = 128,
	PREFIX = 256,		/* orders before its store, too: smp_store_mb */
};

static const struct call {
	const char *name;
	enum shape shape;
	enum litmus_alu alu;
	int order;
	unsigned how;
} calls[] = {
	{ "atomic_load", LOAD, 0, ORDER_SEQ_CST, C11 },
	{ "atomic_store", STORE, 0, ORDER_SEQ_CST, C11 },
	{ "atomic_init", STORE, 0, ORDER_RELAXED, PLAIN },
	{ "atomic_exchange", EXCHANGE, 0, ORDER_SEQ_CST, C11 },
	{ "atomic_compare_exchange_strong", COMPARE, 0, ORDER_SEQ_CST, C11 },
	{ "atomic_compare_exchange_weak", COMPARE, 0, ORDER_SEQ_CST, C11 },
	{ "atomic_flag_test_and_set", EXCHANGE, 0, ORDER_SEQ_CST, C11 | ONE },
	{ "atomic_flag_clear", STORE, 0, ORDER_SEQ_CST, C11 },
	{ "atomic_thread_fence", FENCE, 0, -1, 0 },
	{ "atomic_signal_fence", NOTHING, 0, -1, 0 },
	/* In both, told apart by the place of the address. */
	{ "atomic_fetch_add", FETCH, LITMUS_ADD, ORDER_SEQ_CST, C11 | KERNEL },
	{ "atomic_fetch_sub", FETCH, LITMUS_SUB, ORDER_SEQ_CST, C11 | KERNEL },
	{ "atomic_fetch_and", FETCH, LITMUS_AND, ORDER_SEQ_CST, C11 | KERNEL },
	{ "atomic_fetch_or", FETCH, LITMUS_OR, ORDER_SEQ_CST, C11 | KERNEL },
	{ "atomic_fetch_xor", FETCH, LITMUS_XOR, ORDER_SEQ_CST, C11 | KERNEL },
	/* The kernel's. */
	{ "READ_ONCE", LOAD, 0, ORDER_RELAXED, THING },
	{ "WRITE_ONCE", STORE, 0, ORDER_RELAXED, THING },
	{ "smp_load_acquire", LOAD, 0, ORDER_ACQUIRE, 0 },
	{ "smp_store_release", STORE, 0, ORDER_RELEASE, 0 },
	{ "smp_store_mb", STORE, 0, ORDER_RELAXED, THING | PREFIX },
	{ "smp_mb", FENCE, 0, ORDER_SEQ_CST, 0 },
	{ "smp_rmb", FENCE, 0, ORDER_ACQUIRE, 0 },
	{ "smp_wmb", FENCE, 0, ORDER_RELEASE, 0 },
	{ "smp_mb__before_atomic", FENCE, 0, ORDER_SEQ_CST, 0 },
	{ "smp_mb__after_atomic", FENCE, 0, ORDER_SEQ_CST, 0 },
	{ "smp_mb__after_spinlock", FENCE, 0, ORDER_SEQ_CST, 0 },
	{ "smp_mb__after_unlock_lock", FENCE, 0, ORDER_SEQ_CST, 0 },
	{ "barrier", NOTHING, 0, ORDER_RELAXED, 0 },
	{ "xchg", EXCHANGE, 0, ORDER_LOCKED, KERNEL },
	{ "cmpxchg", SWAP, 0, ORDER_LOCKED, KERNEL },
	{ "atomic_read", LOAD, 0, ORDER_RELAXED, KERNEL },
	{ "atomic_set", STORE, 0, ORDER_RELAXED, KERNEL },
	{ "atomic_xchg", EXCHANGE, 0, ORDER_LOCKED, KERNEL },
	{ "atomic_cmpxchg", SWAP, 0, ORDER_LOCKED, KERNEL },
	{ "atomic_add", FETCH, LITMUS_ADD, ORDER_RELAXED, VOID },
	{ "atomic_sub", FETCH, LITMUS_SUB, ORDER_RELAXED, VOID },
	{ "atomic_and", FETCH, LITMUS_AND, ORDER_RELAXED, VOID },
	{ "atomic_or", FETCH, LITMUS_OR, ORDER_RELAXED, VOID },
	{ "atomic_xor", FETCH, LITMUS_XOR, ORDER_RELAXED, VOID },
	{ "atomic_inc", FETCH, LITMUS_ADD, ORDER_RELAXED, VOID | ONE },
	{ "atomic_dec", FETCH, LITMUS_SUB, ORDER_RELAXED, VOID | ONE },
	{ "atomic_add_return", FETCH, LITMUS_ADD, ORDER_LOCKED, KERNEL | NEW },
	{ "atomic_sub_return", FETCH, LITMUS_SUB, ORDER_LOCKED, KERNEL | NEW },
	{ "atomic_inc_return", FETCH, LITMUS_ADD, ORDER_LOCKED,
	    KERNEL | NEW | ONE },
	{ "atomic_dec_return", FETCH, LITMUS_SUB, ORDER_LOCKED,
	    KERNEL | NEW | ONE },
	{ "atomic_fetch_inc", FETCH, LITMUS_ADD, ORDER_LOCKED, KERNEL | ONE },
	{ "atomic_fetch_dec", FETCH, LITMUS_SUB, ORDER_LOCKED, KERNEL | ONE },
	{ "atomic_sub_and_test", FETCH, LITMUS_SUB, ORDER_LOCKED, ZERO },
	{ "atomic_inc_and_test", FETCH, LITMUS_ADD, ORDER_LOCKED, ZERO | ONE },
	{ "atomic_dec_and_test", FETCH, LITMUS_SUB, ORDER_LOCKED, ZERO | ONE },
	{ "spin_lock", LOCK, 0, ORDER_ACQUIRE, 0 },
	{ "spin_unlock", UNLOCK, 0, ORDER_RELEASE, 0 },
	{ "spin_trylock", TRY, 0, ORDER_ACQUIRE, 0 },
	{ "spin_is_locked", LOOK, 0, ORDER_RELAXED, 0 },
	{ "mtx_lock", LOCK, 0, ORDER_ACQUIRE, 0 },
	{ "mtx_unlock", UNLOCK, 0, ORDER_RELEASE, 0 },
};

static const struct {
	const char *name;
	int order;
} orders[] = {
	{ "memory_order_relaxed", ORDER_RELAXED },
	{ "memory_order_consume", ORDER_CONSUME },
	{ "memory_order_acquire", ORDER_ACQUIRE },
	{ "memory_order_release", ORDER_RELEASE },
	{ "memory_order_acq_rel", ORDER_ACQ_REL },
	{ "memory_order_seq_cst", ORDER_SEQ_CST },
};

static const struct {
	const char *text;
	int order;
} endings[] = {
	{ "_relaxed", ORDER_RELAXED },
	{ "_acquire", ORDER_ACQUIRE },
	{ "_release", ORDER_RELEASE },
};

/* One call as it is read. */
struct site {
	const struct call *call;
	struct scan_token name;
	int order, order_fail;
	bool explicit;		/* the orders are arguments */
	struct value object;
};

/* --- which function is it? ---------------------------------------------------- */

static const struct call *
find(const char *name, size_t length)
{
	size_t i;

	for (i = 0; i < sizeof(calls) / sizeof(*calls); i++)
		if (strlen(calls[i].name) == length &&
		    memcmp(calls[i].name, name, length) == 0)
			return (&calls[i]);
	return (NULL);
}

static bool
ends(const char *name, size_t length, const char *ending)
{

	return (length > strlen(ending) && memcmp(name + length -
	    strlen(ending), ending, strlen(ending)) == 0);
}

static bool
recognise(struct site *site)
{
	char name[LITMUS_NAME_SIZE * 2];
	size_t length, i, skip;

	length = site->name.length;
	if (length >= sizeof(name))
		return (false);
	memcpy(name, site->name.text, length);
	name[length] = '\0';
	/* The wider kinds of the kernel are told by their types. */
	skip = strncmp(name, "atomic_long_", 12) == 0 ? 5 :
	    strncmp(name, "atomic64_", 9) == 0 ? 2 : 0;
	if (skip > 0) {
		memmove(name + 6, name + 6 + skip, length - 6 - skip + 1);
		length -= skip;
	}
	site->call = find(name, length);
	if (site->call != NULL) {
		site->order = site->call->order;
		return (true);
	}
	if (ends(name, length, "_explicit")) {
		site->explicit = true;
		site->call = find(name, length - 9);
		return (site->call != NULL && (site->call->how & C11) != 0);
	}
	for (i = 0; i < sizeof(endings) / sizeof(*endings); i++) {
		if (!ends(name, length, endings[i].text))
			continue;
		site->order = endings[i].order;
		site->call = find(name, length - strlen(endings[i].text));
		return (site->call != NULL && (site->call->how & KERNEL) != 0);
	}
	return (false);
}

/* --- arguments ------------------------------------------------------------------ */

static void
comma(struct reader *reader, const struct site *site)
{
	char quote[SCAN_QUOTE_SIZE], what[SCAN_QUOTE_SIZE + 48];

	if (scan_take(&reader->scan, ','))
		return;
	snprintf(what, sizeof(what), "',' and one more argument of %s",
	    scan_quote(&site->name, quote));
	scan_unexpected(&reader->scan, what);
}

static int
read_order(struct reader *reader)
{
	size_t i;

	for (i = 0; i < sizeof(orders) / sizeof(*orders); i++)
		if (scan_take_name(&reader->scan, orders[i].name))
			return (orders[i].order);
	scan_unexpected(&reader->scan, "memory_order_relaxed, _consume, "
	    "_acquire, _release, _acq_rel or _seq_cst");
	return (ORDER_RELAXED);
}

/* Which orders C11 has for this: a load does not release. */
static int
order_argument(struct reader *reader, const struct site *site, bool load,
    bool store)
{
	struct scan_token token;
	int order;

	comma(reader, site);
	token = reader->scan.token;
	order = read_order(reader);
	if ((load && !store && (order == ORDER_RELEASE ||
	    order == ORDER_ACQ_REL)) || (store && !load &&
	    (order == ORDER_ACQUIRE || order == ORDER_CONSUME ||
	    order == ORDER_ACQ_REL)))
		scan_fail(&reader->scan, &token, "C11 has no %s with this "
		    "order; expected memory_order_relaxed, _%s or _seq_cst",
		    load ? "load" : "store", load ? "acquire" : "release");
	return (order);
}

static void
object(struct reader *reader, struct site *site)
{
	struct scan_token token;
	char quote[SCAN_QUOTE_SIZE];

	token = reader->scan.token;
	site->object = c_expression(reader);
	if ((site->call->how & THING) != 0 &&
	    site->object.kind == VALUE_MEMORY)
		return;
	if ((site->call->how & THING) == 0 &&
	    site->object.kind == VALUE_ADDRESS && site->object.type.size > 0)
		return;
	scan_fail(&reader->scan, &token, "expected %s as the argument of %s",
	    (site->call->how & THING) != 0 ? "a location, as in *x," :
	    "the address of a location, as in x or &x,",
	    scan_quote(&site->name, quote));
}

static struct litmus_operand
number(struct reader *reader, const struct site *site)
{

	comma(reader, site);
	return (c_number(reader, c_expression(reader)));
}

static struct litmus_instr *
access(struct reader *reader, const struct site *site, enum litmus_op op)
{
	struct litmus_instr *instr;

	instr = code_access(reader, op, site->object.offset,
	    site->object.type, site->order);
	instr->order_fail = (uint8_t)site->order_fail;
	return (instr);
}

static struct value
nothing(const struct site *site)
{
	struct value value;

	value = c_value(code_constant(0), type_int);
	value.kind = VALUE_NONE;
	value.token = site->name;
	return (value);
}

/* --- what they do ------------------------------------------------------------------ */

static struct value
load(struct reader *reader, struct site *site)
{
	struct litmus_instr *instr;

	object(reader, site);
	if (site->explicit)
		site->order = order_argument(reader, site, true, false);
	instr = access(reader, site, LITMUS_LOAD);
	instr->to = code_temp(reader);
	return (c_value(code_register(instr->to), site->object.type));
}

static struct value
store(struct reader *reader, struct site *site)
{
	struct litmus_operand operand;
	struct litmus_instr *instr;

	object(reader, site);
	operand = code_constant(0);
	if (!ends(site->call->name, strlen(site->call->name), "_clear"))
		operand = number(reader, site);
	if (site->explicit)
		site->order = order_argument(reader, site, false, true);
	instr = access(reader, site, LITMUS_STORE);
	instr->a = operand;
	instr->plain = (site->call->how & PLAIN) != 0;
	if ((site->call->how & PREFIX) != 0)
		code_emit(reader, LITMUS_FENCE)->order = ORDER_SEQ_CST;
	return (nothing(site));
}

/* The object and the number, in either order where the kernel has it so. */
static struct litmus_operand
object_and_number(struct reader *reader, struct site *site)
{
	struct scan_token token;
	struct litmus_operand operand;
	struct value first;
	bool turned;

	if ((site->call->how & ONE) != 0) {
		object(reader, site);
		return (code_constant(1));
	}
	turned = site->call->shape == FETCH &&
	    (site->call->how & (C11 | KERNEL)) != C11 && !site->explicit;
	token = reader->scan.token;
	if (!turned) {
		object(reader, site);
		return (number(reader, site));
	}
	first = c_expression(reader);
	if (first.kind == VALUE_ADDRESS && first.type.size > 0) {
		if ((site->call->how & C11) == 0 || site->order <
		    ORDER_SEQ_CST) {
			scan_fail(&reader->scan, &token, "the address comes "
			    "last here, as in %s(1, x)", site->call->name);
		}
		site->object = first;
		return (number(reader, site));
	}
	operand = c_number(reader, first);
	if ((site->call->how & C11) != 0 && site->order == ORDER_SEQ_CST)
		site->order = ORDER_LOCKED;
	comma(reader, site);
	object(reader, site);
	return (operand);
}

static struct value
change(struct reader *reader, struct site *site)
{
	struct litmus_operand operand, result;
	struct litmus_instr *instr;
	struct type type;

	operand = object_and_number(reader, site);
	if (site->explicit)
		site->order = order_argument(reader, site, true, true);
	instr = access(reader, site, site->call->shape == EXCHANGE ?
	    LITMUS_EXCHANGE : LITMUS_FETCH);
	instr->alu = (uint8_t)site->call->alu;
	instr->a = operand;
	if ((site->call->how & VOID) != 0)
		return (nothing(site));
	type = site->object.type;
	instr->to = code_temp(reader);
	result = code_register(instr->to);
	if ((site->call->how & (NEW | ZERO)) != 0) {
		result = code_compute(reader, site->call->alu, result, operand);
		result = code_cut(reader, result, type.size, type.sign);
	}
	if ((site->call->how & ZERO) != 0)
		return (c_value(code_compute(reader, LITMUS_EQ, result,
		    code_constant(0)), type_int));
	return (c_value(result, type));
}

/* A failure orders what a success orders, less the release: C11 7.17.7.4. */
static int
order_of_failure(int order)
{

	return (order == ORDER_ACQ_REL ? ORDER_ACQUIRE :
	    order == ORDER_RELEASE ? ORDER_RELAXED : order);
}

static struct value
compare(struct reader *reader, struct site *site)
{
	struct litmus_operand wanted, operand, failed;
	struct litmus_instr *instr;
	struct value expected;
	struct scan_token token;
	size_t jump;
	int16_t old, same;

	object(reader, site);
	comma(reader, site);
	token = reader->scan.token;
	expected = c_expression(reader);
	if (expected.kind != VALUE_ADDRESS &&
	    expected.kind != VALUE_VARIABLE_ADDRESS) {
		scan_fail(&reader->scan, &token, "expected the address of what "
		    "is expected: a parameter of P%zu, or &r0",
		    reader->thread);
		return (nothing(site));
	}
	operand = number(reader, site);
	site->order_fail = order_of_failure(site->order);
	if (site->explicit) {
		site->order = order_argument(reader, site, true, true);
		site->order_fail = order_argument(reader, site, true, false);
	}
	if (expected.kind == VALUE_ADDRESS)
		expected.kind = VALUE_MEMORY;
	else
		expected.kind = VALUE_VARIABLE;
	wanted = c_number(reader, expected);
	instr = access(reader, site, LITMUS_COMPARE);
	instr->a = wanted;
	instr->b = operand;
	instr->to = old = code_temp(reader);
	instr->to2 = same = code_temp(reader);
	failed = code_compute(reader, LITMUS_EQ, code_register(same),
	    code_constant(0));
	jump = code_jump(reader, failed);
	c_assign(reader, expected, c_value(code_register(old),
	    site->object.type));
	code_land(reader, jump);
	return (c_value(code_register(same), type_int));
}

static struct value
swap(struct reader *reader, struct site *site)
{
	struct litmus_operand expected, operand;
	struct litmus_instr *instr;

	object(reader, site);
	expected = number(reader, site);
	operand = number(reader, site);
	site->order_fail = ORDER_RELAXED;
	instr = access(reader, site, LITMUS_COMPARE);
	instr->a = expected;
	instr->b = operand;
	instr->to = code_temp(reader);
	return (c_value(code_register(instr->to), site->object.type));
}

/* A lock is 0 or 1; whoever waits only looks, until it is 0. */
static struct value
lock(struct reader *reader, struct site *site)
{
	struct litmus_instr *instr;
	size_t again;
	int16_t same;

	object(reader, site);
	again = code_here(reader);
	if (site->call->shape == LOCK) {
		instr = code_access(reader, LITMUS_LOAD, site->object.offset,
		    site->object.type, ORDER_RELAXED);
		instr->to = code_temp(reader);
		code_jump_back(reader, code_compute(reader, LITMUS_EQ,
		    code_register(instr->to), code_constant(0)), again);
	}
	instr = access(reader, site, LITMUS_COMPARE);
	instr->a = code_constant(0);
	instr->b = code_constant(1);
	instr->to2 = same = code_temp(reader);
	if (site->call->shape == TRY)
		return (c_value(code_register(same), type_int));
	code_jump_back(reader, code_register(same), again);
	return (nothing(site));
}

static struct value
unlock(struct reader *reader, struct site *site)
{

	object(reader, site);
	access(reader, site, LITMUS_STORE)->a = code_constant(0);
	return (nothing(site));
}

static struct value
look(struct reader *reader, struct site *site)
{
	struct value value;

	value = load(reader, site);
	return (c_value(code_compute(reader, LITMUS_NE, value.operand,
	    code_constant(0)), type_int));
}

static struct value
fence(struct reader *reader, struct site *site)
{

	if (site->order < 0)
		site->order = read_order(reader);
	if (site->call->shape == FENCE && site->order != ORDER_RELAXED)
		code_emit(reader, LITMUS_FENCE)->order = (uint8_t)site->order;
	return (nothing(site));
}

struct value
c_call(struct reader *reader, const struct scan_token *name)
{
	static struct value (*const acts[])(struct reader *, struct site *) = {
		[LOAD] = load, [STORE] = store, [EXCHANGE] = change,
		[FETCH] = change, [COMPARE] = compare, [SWAP] = swap,
		[FENCE] = fence, [NOTHING] = fence, [LOCK] = lock,
		[TRY] = lock, [UNLOCK] = unlock, [LOOK] = look,
	};
	struct site site;
	struct value value;
	char quote[SCAN_QUOTE_SIZE];

	memset(&site, 0, sizeof(site));
	site.name = *name;
	if (!recognise(&site)) {
		scan_fail(&reader->scan, name, "%s is no function that gusim "
		    "knows; there are those of C11's <stdatomic.h> (atomic_..., "
		    "atomic_..._explicit), and of the Linux kernel READ_ONCE, "
		    "WRITE_ONCE, smp_..., xchg, cmpxchg, atomic_... and "
		    "spin_...", scan_quote(name, quote));
		return (nothing(&site));
	}
	scan_next(&reader->scan);
	value = acts[site.call->shape](reader, &site);
	scan_need(&reader->scan, ')', "after the arguments");
	return (value);
}
