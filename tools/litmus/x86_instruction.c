/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/litmus/x86_instruction.h"

#include <string.h>

#include "tools/litmus/names.h"
#include "tools/litmus/x86_flags.h"
#include "tools/litmus/x86_mnemonic.h"
#include "tools/litmus/x86_operand.h"
#include "tools/litmus/x86_register.h"

/* One instruction as it is read. */
struct site {
	const struct x86_mnemonic *mnemonic;
	struct scan_token name;
	uint8_t width;		/* 0: its operands say */
	bool locked;
	struct x86_operand to, from;
};

/* --- names ------------------------------------------------------------------------ */

/* jne, setb, cmovel: the condition, and what is made of it. */
static const struct x86_condition *
conditional(char *name, const char *what, uint8_t *width)
{
	const struct x86_condition *condition;
	size_t length;

	length = strlen(what);
	if (strncmp(name, what, length) != 0)
		return (NULL);
	condition = x86_condition_find(name + length);
	if (condition == NULL && strcmp(what, "cmov") == 0 &&
	    x86_mnemonic_strip(name, width))
		condition = x86_condition_find(name + length);
	return (condition);
}

/* --- operands ------------------------------------------------------------------------ */

static uint8_t
width_of(struct reader *reader, struct site *site)
{
	const struct location *location;
	const struct x86_operand *memory;
	uint8_t most;

	if (site->width > 0)
		return (site->width);
	if (site->to.kind == X86_REGISTER)
		return (site->to.size);
	if (site->from.kind == X86_REGISTER)
		return (site->from.size);
	memory = site->to.kind == X86_MEMORY ? &site->to : &site->from;
	most = reader->test->dialect == LITMUS_X86 ? 4 : 8;
	if (memory->kind != X86_MEMORY)
		return (4);
	location = &reader->locations[memory->location];
	if (!location->typed || location->type.size > most)
		return (4);
	return (location->type.size);
}

/* The only operand, or the two in the order of the dialect. */
static void
operands(struct reader *reader, struct site *site, bool two)
{
	struct x86_operand first;

	first = x86_operand_read(reader);
	site->to = first;
	if (two) {
		scan_need(&reader->scan, ',', "between the two operands");
		site->from = x86_operand_read(reader);
		if (reader->test->dialect == LITMUS_X86_64) {
			site->to = site->from;
			site->from = first;
		}
	}
	if (two && site->to.kind == X86_MEMORY &&
	    site->from.kind == X86_MEMORY)
		scan_fail(&reader->scan, &first.token, "both operands are in "
		    "memory; one of them has to be a register or a number");
	site->width = width_of(reader, site);
}

static bool
need_register(struct reader *reader, const struct x86_operand *operand)
{

	return (operand->kind == X86_REGISTER || scan_fail(&reader->scan,
	    &operand->token, "expected a register here"));
}

/*
 * For the instructions that change memory, on whichever side it is; the other
 * operand is a register.
 */
static bool
memory_first(struct reader *reader, struct site *site)
{
	struct x86_operand other;

	if (site->from.kind == X86_MEMORY) {
		other = site->from;
		site->from = site->to;
		site->to = other;
	}
	if (site->locked && site->to.kind != X86_MEMORY)
		return (scan_fail(&reader->scan, &site->to.token, "LOCK needs "
		    "a location in memory as one of the two"));
	if (site->to.kind == X86_NUMBER)
		return (need_register(reader, &site->to));
	return (need_register(reader, &site->from));
}

static void
flags(struct reader *reader, const struct site *site, struct litmus_operand a,
    struct litmus_operand b, uint8_t width, bool order)
{

	x86_flags_set(reader, &site->name, a, b, width, order);
}

static struct litmus_operand
holds(struct reader *reader, const struct site *site,
    const struct x86_condition *condition, bool inverse)
{

	return (x86_flags_test(reader, &site->name, condition, inverse));
}

/* --- instructions ---------------------------------------------------------------------- */

static void
move(struct reader *reader, struct site *site)
{
	struct litmus_operand value;

	operands(reader, site, true);
	value = x86_operand_value(reader, &site->from, site->width);
	x86_operand_set(reader, &site->to, value, site->width,
	    site->from.kind == X86_MEMORY);
}

static void
extend(struct reader *reader, struct site *site)
{
	struct litmus_operand value;
	uint8_t to;

	operands(reader, site, true);
	if (!need_register(reader, &site->to))
		return;
	to = site->mnemonic->to;
	value = x86_operand_value(reader, &site->from, site->mnemonic->from);
	value = code_cut(reader, value, site->mnemonic->from,
	    site->mnemonic->sign);
	x86_operand_set(reader, &site->to, value, to, to == 8);
}

/* to = to ALU from; of memory that is a load and a store, or locked. */
static void
combine(struct reader *reader, struct site *site, enum litmus_alu alu,
    struct litmus_operand by, bool order)
{
	struct litmus_operand old, result;
	struct litmus_instr *instr;
	uint8_t width;

	width = site->width;
	if (site->locked && site->to.kind != X86_MEMORY) {
		scan_fail(&reader->scan, &site->to.token, "LOCK needs a "
		    "location in memory as what is changed");
		return;
	}
	if (site->locked) {
		instr = x86_operand_access(reader, &site->to, LITMUS_FETCH,
		    width, true);
		instr->alu = (uint8_t)alu;
		instr->a = by;
		if (!reader->flags_wanted)
			return;
		instr->to = code_temp(reader);
		old = code_register(instr->to);
		result = code_compute(reader, alu, old, by);
	} else {
		old = x86_operand_value(reader, &site->to, width);
		/* The flags still want it after it has been written. */
		if (site->to.kind == X86_REGISTER && alu == LITMUS_SUB &&
		    reader->flags_wanted)
			old = code_compute(reader, LITMUS_ADD, old,
			    code_constant(0));
		result = code_compute(reader, alu, old, by);
		if (alu == LITMUS_SUB && site->from.kind == X86_REGISTER &&
		    reader->flags_wanted)
			by = code_compute(reader, LITMUS_ADD, by,
			    code_constant(0));
		if (reader->flags_wanted)
			result = code_cut(reader, result, width, false);
		x86_operand_set(reader, &site->to, result, width,
		    reader->flags_wanted);
		/* The register may have got the result in place of it. */
		if (site->to.kind == X86_REGISTER)
			result = x86_operand_value(reader, &site->to, width);
	}
	if (alu == LITMUS_SUB)
		flags(reader, site, old, by, width, order);
	else
		flags(reader, site, result, code_constant(0), width,
		    order);
}

static void
calculate(struct reader *reader, struct site *site)
{
	enum litmus_alu alu;

	operands(reader, site, true);
	alu = site->mnemonic->alu;
	combine(reader, site, alu, x86_operand_value(reader, &site->from,
	    site->width), alu != LITMUS_ADD);
}

static void
compare(struct reader *reader, struct site *site)
{
	struct litmus_operand a, b;

	operands(reader, site, true);
	a = x86_operand_value(reader, &site->to, site->width);
	b = x86_operand_value(reader, &site->from, site->width);
	if (site->mnemonic->act == X86_TEST) {
		a = code_compute(reader, LITMUS_AND, a, b);
		b = code_constant(0);
	}
	flags(reader, site, a, b, site->width, true);
}

static void
by_one(struct reader *reader, struct site *site)
{

	operands(reader, site, false);
	/* INC and DEC leave the carry as it was; the rest is as of SUB. */
	combine(reader, site, site->mnemonic->alu, code_constant(1), false);
}

static void
invert(struct reader *reader, struct site *site)
{
	struct litmus_operand value;

	operands(reader, site, false);
	value = x86_operand_value(reader, &site->to, site->width);
	if (site->mnemonic->act == X86_NEGATE)
		value = code_compute(reader, LITMUS_SUB, code_constant(0),
		    value);
	else
		value = code_compute(reader, LITMUS_XOR, value,
		    code_constant(-1));
	if (site->mnemonic->act == X86_NEGATE)
		flags(reader, site, value, code_constant(0), site->width,
		    false);
	x86_operand_set(reader, &site->to, value, site->width, false);
}

static void
shift(struct reader *reader, struct site *site)
{
	struct litmus_operand value;

	operands(reader, site, true);
	if (site->from.kind != X86_NUMBER || site->from.number < 0 ||
	    site->from.number >= site->width * 8) {
		scan_fail(&reader->scan, &site->from.token, "expected a number "
		    "of bits from 0 to %d", site->width * 8 - 1);
		return;
	}
	value = x86_operand_value(reader, &site->to, site->width);
	value = code_cut(reader, value, site->width, false);
	value = code_compute(reader, site->mnemonic->alu, value,
	    code_constant(site->from.number));
	value = code_cut(reader, value, site->width, false);
	flags(reader, site, value, code_constant(0), site->width, false);
	x86_operand_set(reader, &site->to, value, site->width, true);
}

static void
exchange(struct reader *reader, struct site *site)
{
	struct litmus_operand a, b;
	struct litmus_instr *instr;
	bool unlocked;

	operands(reader, site, true);
	if (!memory_first(reader, site))
		return;
	unlocked = site->mnemonic->act == X86_EXCHANGE_UNLOCKED;
	b = x86_operand_value(reader, &site->from, site->width);
	if (site->to.kind == X86_MEMORY && !unlocked) {
		instr = x86_operand_access(reader, &site->to, LITMUS_EXCHANGE,
		    site->width, true);
		instr->a = b;
		instr->to = code_temp(reader);
		a = code_register(instr->to);
		x86_operand_set(reader, &site->from, a, site->width, true);
		return;
	}
	/* Copies: neither may see the other's new value. */
	a = x86_operand_value(reader, &site->to, site->width);
	if (site->to.kind == X86_REGISTER)
		a = code_compute(reader, LITMUS_ADD, a, code_constant(0));
	x86_operand_set(reader, &site->to, b, site->width, false);
	x86_operand_set(reader, &site->from, a, site->width, false);
}

static void
exchange_add(struct reader *reader, struct site *site)
{
	struct litmus_operand old, by, sum;
	struct litmus_instr *instr;

	operands(reader, site, true);
	if (!memory_first(reader, site))
		return;
	by = x86_operand_value(reader, &site->from, site->width);
	if (site->locked) {
		instr = x86_operand_access(reader, &site->to, LITMUS_FETCH,
		    site->width, true);
		instr->alu = LITMUS_ADD;
		instr->a = by;
		instr->to = code_temp(reader);
		old = code_register(instr->to);
	} else
		old = x86_operand_value(reader, &site->to, site->width);
	if (!site->locked && site->to.kind == X86_REGISTER)
		old = code_compute(reader, LITMUS_ADD, old, code_constant(0));
	if (!site->locked || reader->flags_wanted) {
		sum = code_compute(reader, LITMUS_ADD, old, by);
		flags(reader, site, sum, code_constant(0), site->width,
		    false);
	}
	x86_operand_set(reader, &site->from, old, site->width,
	    site->to.kind == X86_MEMORY);
	if (!site->locked)
		x86_operand_set(reader, &site->to, sum, site->width, false);
}

/* The register that is compared: EAX, as wide as the operands. */
static struct x86_operand
accumulator(struct reader *reader, const struct site *site)
{
	static const char *const name[] = { "EAX", "rax" };
	struct x86_operand operand;
	struct x86_register reg;
	struct scan_token token;

	token = site->name;
	token.text = name[reader->test->dialect == LITMUS_X86_64];
	token.length = 3;
	memset(&operand, 0, sizeof(operand));
	operand.token = site->name;
	operand.kind = X86_REGISTER;
	x86_register_find(&token, reader->test->dialect, &reg);
	operand.named = x86_register_use(reader, reader->thread, &site->name,
	    &reg);
	return (operand);
}

static void
compare_exchange(struct reader *reader, struct site *site)
{
	struct x86_operand eax;
	struct litmus_operand old, wanted, value, same;
	struct litmus_instr *instr;
	size_t jump;

	operands(reader, site, true);
	if (!memory_first(reader, site))
		return;
	eax = accumulator(reader, site);
	wanted = x86_operand_value(reader, &eax, site->width);
	value = x86_operand_value(reader, &site->from, site->width);
	if (site->locked) {
		instr = x86_operand_access(reader, &site->to, LITMUS_COMPARE,
		    site->width, true);
		instr->order_fail = ORDER_LOCKED;
		instr->a = wanted;
		instr->b = value;
		instr->to = code_temp(reader);
		instr->to2 = code_temp(reader);
		old = code_register(instr->to);
		same = code_register(instr->to2);
	} else {
		old = x86_operand_value(reader, &site->to, site->width);
		if (site->to.kind == X86_REGISTER)
			old = code_compute(reader, LITMUS_ADD, old,
			    code_constant(0));
		same = code_compute(reader, LITMUS_EQ, code_cut(reader, old,
		    site->width, false), code_cut(reader, wanted, site->width,
		    false));
		jump = code_jump(reader, same);
		x86_operand_set(reader, &site->to, value, site->width, false);
		code_land(reader, jump);
	}
	same = code_compute(reader, LITMUS_EQ, same, code_constant(0));
	flags(reader, site, same, code_constant(0), site->width, false);
	x86_operand_set(reader, &eax, old, site->width,
	    site->to.kind == X86_MEMORY);
}

/* jcc, setcc, cmovcc; false: it is none of them. */
static bool
on_condition(struct reader *reader, struct site *site, char *name)
{
	const struct x86_condition *condition;
	struct litmus_operand value;
	size_t jump;

	condition = conditional(name, "j", &site->width);
	if (condition != NULL) {
		x86_jump(reader, holds(reader, site, condition, true));
		return (true);
	}
	condition = conditional(name, "set", &site->width);
	if (condition != NULL) {
		operands(reader, site, false);
		x86_operand_set(reader, &site->to, holds(reader, site,
		    condition, false), 1, true);
		return (true);
	}
	condition = conditional(name, "cmov", &site->width);
	if (condition == NULL)
		return (false);
	operands(reader, site, true);
	if (!need_register(reader, &site->to))
		return (true);
	/* What is in memory is loaded in any case. */
	value = x86_operand_value(reader, &site->from, site->width);
	jump = code_jump(reader, holds(reader, site, condition, false));
	x86_operand_set(reader, &site->to, value, site->width,
	    site->from.kind == X86_MEMORY);
	code_land(reader, jump);
	return (true);
}

static void
act(struct reader *reader, struct site *site)
{

	switch (site->mnemonic->act) {
	case X86_MOVE:
		move(reader, site);
		break;
	case X86_EXTEND:
		extend(reader, site);
		break;
	case X86_ALU:
		calculate(reader, site);
		break;
	case X86_COMPARE:
	case X86_TEST:
		compare(reader, site);
		break;
	case X86_ONE:
		by_one(reader, site);
		break;
	case X86_NEGATE:
	case X86_INVERT:
		invert(reader, site);
		break;
	case X86_SHIFT:
		shift(reader, site);
		break;
	case X86_EXCHANGE:
	case X86_EXCHANGE_UNLOCKED:
		exchange(reader, site);
		break;
	case X86_XADD:
		exchange_add(reader, site);
		break;
	case X86_CMPXCHG:
		compare_exchange(reader, site);
		break;
	case X86_FENCE:
		code_emit(reader, LITMUS_FENCE)->order =
		    (uint8_t)site->mnemonic->order;
		break;
	case X86_JUMP:
		x86_jump(reader, code_constant(0));
		break;
	case X86_NOTHING:
	case X86_LOCK:
		break;
	}
}

static bool
recognise(struct reader *reader, struct site *site)
{
	char name[16], quote[SCAN_QUOTE_SIZE];

	site->width = 0;
	if (x86_lower(&site->name, name)) {
		site->mnemonic = x86_mnemonic_find(name);
		if (site->mnemonic == NULL && !site->locked &&
		    on_condition(reader, site, name))
			return (false);
		x86_lower(&site->name, name);
		if (site->mnemonic == NULL &&
		    x86_mnemonic_strip(name, &site->width))
			site->mnemonic = x86_mnemonic_find(name);
	}
	if (site->mnemonic != NULL && (site->width == 0 ||
	    site->mnemonic->act < X86_FENCE))
		return (true);
	return (scan_fail(&reader->scan, &site->name, "%s is no instruction "
	    "that gusim knows; there are MOV, MOVZ.., MOVS.., ADD, SUB, AND, "
	    "OR, XOR, CMP, TEST, INC, DEC, NEG, NOT, SHL, SHR, XCHG, XADD, "
	    "CMPXCHG, CMOVcc, SETcc, Jcc, JMP, MFENCE, LFENCE, SFENCE, NOP, "
	    "PAUSE and the prefix LOCK", scan_quote(&site->name, quote)));
}

void
x86_instruction(struct reader *reader, const struct scan_token *name)
{
	struct site site;
	struct scan *scan;
	enum x86_act made;

	scan = &reader->scan;
	memset(&site, 0, sizeof(site));
	site.name = *name;
	if (!recognise(reader, &site))
		return;
	if (site.mnemonic->act != X86_LOCK) {
		act(reader, &site);
		return;
	}
	scan_take(scan, ';');
	site.locked = true;
	site.name = scan->token;
	site.mnemonic = NULL;
	if (site.name.kind != SCAN_NAME) {
		scan_unexpected(scan, "an instruction after LOCK");
		return;
	}
	scan_next(scan);
	if (!recognise(reader, &site))
		return;
	made = site.mnemonic->act;
	if (made != X86_ALU && made != X86_ONE && made != X86_EXCHANGE &&
	    made != X86_XADD && made != X86_CMPXCHG) {
		scan_fail(scan, &site.name, "LOCK goes with ADD, SUB, AND, OR, "
		    "XOR, INC, DEC, XCHG, XADD and CMPXCHG only");
		return;
	}
	act(reader, &site);
}
