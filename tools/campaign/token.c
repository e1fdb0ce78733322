/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/campaign/token.h"

#include <assert.h>
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include <xxhash.h>
#include <zstd.h>

#include "sim/base/err.h"
#include "tools/campaign/token_schedule.h"
#include "tools/scenario/module.h"
#include "tools/store/varint.h"

#include "token_preset_value.h"

enum {
	TOKEN_HAS_DIGEST = 1,
	TOKEN_CRASHED = 2,
	TOKEN_STEPPED = 4,
	TOKEN_PACKED = 8,
	TOKEN_STRATEGY = 16,
	TOKEN_FLAGS = 31,

	TOKEN_HEAD = 5 + BUILD_ID_SHORT_LENGTH + 1,	/* "gus1.BUILD." */
	TOKEN_DIGEST = 16,
	TOKEN_CHECKSUM = 4,
	TOKEN_MAGIC = 4,		/* of a zstd frame; every one has it */
	TOKEN_FRAME_SIZE = TOKEN_TEXT_SIZE + 1024,
	TOKEN_BODY_SIZE = TOKEN_FRAME_SIZE + TOKEN_SCHEDULE_SIZE,
	TOKEN_LEVEL = 19,
};

static const unsigned char magic[TOKEN_MAGIC] = { 0x28, 0xb5, 0x2f, 0xfd };
static const char alphabet[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

bool
token_looks_like(const char *word)
{

	return (strncmp(word, "gus", 3) == 0 &&
	    isdigit((unsigned char)word[3]) &&
	    word[3 + strspn(word + 3, "0123456789")] == '.');
}

static uint32_t
checksum(const char *head, const unsigned char *body, size_t length)
{
	XXH64_state_t *state;
	uint64_t hash;

	state = XXH64_createState();
	if (state == NULL)
		abort();
	XXH64_reset(state, 0);
	XXH64_update(state, head, TOKEN_HEAD);
	XXH64_update(state, body, length);
	hash = XXH64_digest(state);
	XXH64_freeState(state);
	return ((uint32_t)hash);
}

static size_t
base64_put(const unsigned char *bytes, size_t length, char *text)
{
	uint32_t bits;
	size_t i, j, take, used;

	used = 0;
	for (i = 0; i < length; i += 3) {
		take = length - i < 3 ? length - i : 3;
		bits = 0;
		for (j = 0; j < 3; j++)
			bits = bits << 8 | (j < take ? bytes[i + j] : 0);
		for (j = 0; j <= take; j++)
			text[used++] = alphabet[bits >> (18 - 6 * j) & 63];
	}
	text[used] = '\0';
	return (used);
}

/* Returns how many bytes, or 0 if there is anything that put would not write. */
static size_t
base64_get(const char *text, size_t length, unsigned char *bytes, size_t room)
{
	const char *digit;
	uint32_t bits;
	size_t i, j, take, used;

	if (length % 4 == 1)
		return (0);
	used = 0;
	for (i = 0; i < length; i += 4) {
		take = length - i < 4 ? length - i : 4;
		bits = 0;
		for (j = 0; j < 4; j++) {
			digit = j < take ? strchr(alphabet, text[i + j]) :
			    alphabet;
			if (digit == NULL || *digit == '\0')
				return (0);
			bits = bits << 6 | (uint32_t)(digit - alphabet);
		}
		/* The bits that do not fill a byte are zero. */
		if (take < 4 && (bits & ((1u << (8 * (4 - take))) - 1)) != 0)
			return (0);
		for (j = 0; j + 1 < take; j++) {
			if (used == room)
				return (0);
			bytes[used++] = (unsigned char)(bits >> (16 - 8 * j));
		}
	}
	return (used);
}

static int
hex_digit(char c)
{

	if (c >= '0' && c <= '9')
		return (c - '0');
	return (c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1);
}

static void
digest_put(const char *hex, unsigned char *bytes)
{
	int high, low;
	size_t i;

	for (i = 0; i < TOKEN_DIGEST; i++) {
		high = hex_digit(hex[2 * i]);
		low = hex_digit(hex[2 * i + 1]);
		assert(high >= 0 && low >= 0);
		bytes[i] = (unsigned char)(high << 4 | low);
	}
}

static void
digest_get(const unsigned char *bytes, char *hex)
{
	static const char digits[] = "0123456789abcdef";
	size_t i;

	for (i = 0; i < TOKEN_DIGEST; i++) {
		hex[2 * i] = digits[bytes[i] >> 4];
		hex[2 * i + 1] = digits[bytes[i] & 15];
	}
	hex[2 * TOKEN_DIGEST] = '\0';
}

/* Returns the length of the compressed text. */
static size_t
compress_text(const char *text, size_t length, unsigned char *bytes,
    size_t room)
{
	unsigned char frame[TOKEN_FRAME_SIZE];
	ZSTD_CCtx *context;
	size_t size;

	context = ZSTD_createCCtx();
	if (context == NULL)
		abort();
	size = ZSTD_compress_usingDict(context, frame, sizeof(frame), text,
	    length, token_preset, sizeof(token_preset) - 1, TOKEN_LEVEL);
	ZSTD_freeCCtx(context);
	if (ZSTD_isError(size))
		abort();
	assert(memcmp(frame, magic, sizeof(magic)) == 0);
	size -= sizeof(magic);
	assert(size <= room);
	memcpy(bytes, frame + sizeof(magic), size);
	return (size);
}

static int
expand_text(const unsigned char *bytes, size_t length, char *text,
    size_t text_length)
{
	unsigned char frame[TOKEN_FRAME_SIZE + TOKEN_MAGIC];
	ZSTD_DCtx *context;
	size_t size;

	if (length > TOKEN_FRAME_SIZE)
		return (-1);
	memcpy(frame, magic, sizeof(magic));
	memcpy(frame + sizeof(magic), bytes, length);
	context = ZSTD_createDCtx();
	if (context == NULL)
		abort();
	/* Writes no more than it is given room for, whatever the frame says. */
	size = ZSTD_decompress_usingDict(context, text, text_length, frame,
	    length + sizeof(magic), token_preset, sizeof(token_preset) - 1);
	ZSTD_freeDCtx(context);
	if (ZSTD_isError(size) || size != text_length)
		return (-1);
	text[text_length] = '\0';
	return (strlen(text) == text_length ? 0 : -1);
}

/* The text of a token; its length may exceed the room. */
static size_t
write_text(const char *scenario, const struct run_spec *spec, char *text,
    size_t room)
{
	struct run_spec seedless;
	size_t length;

	length = strlen(scenario);
	assert(length < TOKEN_NAME_SIZE && strchr(scenario, '\n') == NULL);
	memcpy(text, scenario, length);
	text[length++] = '\n';
	/* The seed has a place of its own: most are shorter there. */
	seedless = *spec;
	seedless.seed = 1;
	return (length + spec_write(&seedless, text + length, room - length));
}

size_t
token_write(const char *scenario, const struct run_spec *spec,
    const char *digest, bool crashed, char text[TOKEN_SIZE])
{
	static const struct token_guide unguided;

	return (token_write_guided(scenario, spec, digest, crashed, &unguided,
	    text));
}

/* The strategy, or the schedule; returns the length, or 0. */
static size_t
write_guide(const struct token_guide *guide, uint64_t cpus,
    unsigned char *bytes, unsigned char *flags)
{
	const struct schedule *schedule = guide->schedule;
	size_t length, used;
	bool packed;

	used = 0;
	if (schedule == NULL && guide->strategy != NULL) {
		length = strlen(guide->strategy);
		assert(length < TOKEN_STRATEGY_SIZE);
		*flags |= TOKEN_STRATEGY;
		bytes[used++] = (unsigned char)length;
		memcpy(bytes + used, guide->strategy, length);
		used += length;
		used += varint_put(bytes + used, guide->number);
	}
	if (schedule == NULL)
		return (used + varint_put(bytes + used, 0));
	if (schedule->count > TOKEN_CHOICES_MAX ||
	    !schedule_valid(schedule, cpus))
		return (0);
	if (schedule->stepped)
		*flags |= TOKEN_STEPPED;
	used = varint_put(bytes, schedule->count);
	if (schedule->count == 0)
		return (used);
	length = token_schedule_put(schedule, bytes + used,
	    TOKEN_SCHEDULE_SIZE - VARINT_MAX, &packed);
	if (packed)
		*flags |= TOKEN_PACKED;
	return (length == 0 ? 0 : used + length);
}

size_t
token_write_guided(const char *scenario, const struct run_spec *spec,
    const char *digest, bool crashed, const struct token_guide *guide,
    char text[TOKEN_SIZE])
{
	unsigned char body[TOKEN_BODY_SIZE + 64];
	char plain[TOKEN_TEXT_SIZE];
	size_t guided, length, used;
	uint32_t sum;

	length = write_text(scenario, spec, plain, sizeof(plain));
	if (length >= sizeof(plain))
		return (0);

	used = 0;
	body[used++] = (unsigned char)((digest[0] != '\0' ?
	    TOKEN_HAS_DIGEST : 0) | (crashed ? TOKEN_CRASHED : 0));
	used += varint_put(body + used, spec->seed);
	if (digest[0] != '\0') {
		digest_put(digest, body + used);
		used += TOKEN_DIGEST;
	}
	guided = write_guide(guide, spec->machine.cpus, body + used, body);
	if (guided == 0)
		return (0);
	used += guided;
	used += varint_put(body + used, length);
	used += compress_text(plain, length, body + used,
	    sizeof(body) - used - TOKEN_CHECKSUM);

	memcpy(text, "gus1.", 5);
	memcpy(text + 5, build_id(), BUILD_ID_SHORT_LENGTH);
	text[TOKEN_HEAD - 1] = '.';
	sum = checksum(text, body, used);
	for (length = 0; length < TOKEN_CHECKSUM; length++)
		body[used++] = (unsigned char)(sum >> (8 * length));
	return (TOKEN_HEAD + base64_put(body, used, text + TOKEN_HEAD));
}

/* The head, the alphabet and the checksum: was it pasted as it was printed? */
static int
open_body(const char *text, unsigned char *body, size_t room, size_t *length,
    struct err *err)
{
	const unsigned char *sum;
	size_t i, size;
	uint32_t given;

	if (!token_looks_like(text)) {
		return (err_set(err, "this is not a token; one starts with "
		    "'gus1.'"));
	}
	if (strncmp(text, "gus1.", 5) != 0) {
		return (err_set(err, "this token has format '%.*s'; this gusim "
		    "reads gus1", (int)strcspn(text, "."), text));
	}
	size = strlen(text);
	for (i = 0; i < BUILD_ID_SHORT_LENGTH; i++) {
		if (hex_digit(text[5 + i]) < 0)
			goto damaged;
	}
	if (text[TOKEN_HEAD - 1] != '.' || size >= TOKEN_SIZE)
		goto damaged;
	size = base64_get(text + TOKEN_HEAD, size - TOKEN_HEAD, body, room);
	if (size <= TOKEN_CHECKSUM)
		goto damaged;
	size -= TOKEN_CHECKSUM;
	sum = body + size;
	given = (uint32_t)sum[0] | (uint32_t)sum[1] << 8 |
	    (uint32_t)sum[2] << 16 | (uint32_t)sum[3] << 24;
	if (given != checksum(text, body, size))
		goto damaged;
	*length = size;
	return (0);
damaged:
	return (err_set(err, "the token is damaged or not complete; copy it "
	    "once more, from 'gus1.' to its end"));
}

/* The inverse of write_text(). */
static int
read_text(char *text, struct token *token, struct err *err)
{
	char *spec;

	spec = strchr(text, '\n');
	if (spec == NULL || spec - text >= TOKEN_NAME_SIZE)
		return (err_set(err, "it names no scenario"));
	*spec++ = '\0';
	memcpy(token->scenario, text, strlen(text) + 1);
	if (spec_read(&token->spec, spec, err) != 0)
		return (-1);
	return (module_read(&token->spec, NULL, err));
}

/* The inverse of write_guide(), whose flags come first; 0: nonsense. */
static size_t
read_guide(const unsigned char *bytes, size_t length, unsigned flags,
    struct token *token)
{
	uint64_t choices;
	size_t at, got, name;

	at = 0;
	if ((flags & TOKEN_STRATEGY) != 0) {
		if (length == 0 || bytes[0] == 0 ||
		    bytes[0] >= TOKEN_STRATEGY_SIZE || bytes[0] >= length)
			return (0);
		name = bytes[0];
		memcpy(token->strategy, bytes + 1, name);
		token->strategy[name] = '\0';
		if (strspn(token->strategy, "abcdefghijklmnopqrstuvwxyz"
		    "0123456789_") != name)
			return (0);
		at = 1 + name;
		at += got = varint_get(bytes + at, length - at,
		    &token->number);
		if (got == 0)
			return (0);
	}
	at += got = varint_get(bytes + at, length - at, &choices);
	if (got == 0 || choices > TOKEN_CHOICES_MAX)
		return (0);
	token->schedule.stepped = (flags & TOKEN_STEPPED) != 0;
	/* A strategy knows better than the token; no list needs no packing. */
	if ((flags & TOKEN_STRATEGY) != 0 &&
	    (choices != 0 || token->schedule.stepped))
		return (0);
	if (choices == 0)
		return ((flags & TOKEN_PACKED) != 0 ? 0 : at);
	got = token_schedule_get(bytes + at, length - at,
	    (flags & TOKEN_PACKED) != 0, choices, &token->schedule);
	return (got == 0 ? 0 : at + got);
}

/* What comes before the text; returns its length, or 0. */
static size_t
read_head(const unsigned char *body, size_t length, struct token *token,
    uint64_t *seed)
{
	size_t at, got;

	if ((body[0] & ~TOKEN_FLAGS) != 0)
		return (0);
	token->crashed = (body[0] & TOKEN_CRASHED) != 0;
	at = 1;
	at += got = varint_get(body + at, length - at, seed);
	if (got == 0)
		return (0);
	if ((body[0] & TOKEN_HAS_DIGEST) != 0) {
		if (length - at < TOKEN_DIGEST)
			return (0);
		digest_get(body + at, token->digest);
		at += TOKEN_DIGEST;
	}
	at += got = read_guide(body + at, length - at, body[0], token);
	return (got == 0 ? 0 : at);
}

int
token_read(const char *text, struct token *token, struct err *err)
{
	unsigned char body[TOKEN_BODY_SIZE];
	char plain[TOKEN_TEXT_SIZE];
	uint64_t seed, text_length;
	size_t at, got, length;
	struct token read;

	length = 0;
	memset(&read, 0, sizeof(read));
	if (open_body(text, body, sizeof(body), &length, err) != 0)
		return (-1);
	memcpy(read.build, text + 5, BUILD_ID_SHORT_LENGTH);
	at = read_head(body, length, &read, &seed);
	if (at == 0)
		goto strange;
	at += got = varint_get(body + at, length - at, &text_length);
	if (got == 0 || text_length >= sizeof(plain) ||
	    expand_text(body + at, length - at, plain, text_length) != 0)
		goto strange;
	if (read_text(plain, &read, err) != 0) {
		token_fini(&read);
		return (err_at(err, "the token's run"));
	}
	read.spec.seed = seed;
	if (!schedule_valid(&read.schedule, read.spec.machine.cpus)) {
		token_fini(&read);
		return (err_set(err, "the token's schedule is none that its "
		    "machine of %llu CPUs could follow; somebody made it up",
		    (unsigned long long)read.spec.machine.cpus));
	}
	*token = read;
	return (0);
strange:
	token_fini(&read);
	return (err_set(err, "the token is whole but makes no sense to this "
	    "gusim; it is of another version, or somebody made it up"));
}

void
token_fini(struct token *token)
{

	schedule_fini(&token->schedule);
}
