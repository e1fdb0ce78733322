/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/litmus/names.h"

#include <string.h>

int
names_location(const struct reader *reader, const struct scan_token *token)
{
	size_t i;

	for (i = 0; i < reader->location_count; i++)
		if (scan_same(token, reader->locations[i].name))
			return ((int)i);
	return (-1);
}

bool
names_copy(struct reader *reader, const struct scan_token *token,
    char name[LITMUS_NAME_SIZE])
{
	char quote[SCAN_QUOTE_SIZE];

	if (token->length >= LITMUS_NAME_SIZE) {
		return (scan_fail(&reader->scan, token, "the name %s has %zu "
		    "letters, a name has at most %d",
		    scan_quote(token, quote), token->length,
		    LITMUS_NAME_SIZE - 1));
	}
	memcpy(name, token->text, token->length);
	name[token->length] = '\0';
	return (true);
}

int
names_location_make(struct reader *reader, const struct scan_token *token,
    struct type type, bool typed, uint32_t count)
{
	struct location *location;
	size_t elements;
	uint32_t bytes;
	int found;

	found = names_location(reader, token);
	if (found >= 0)
		return (found);
	elements = count == 0 ? 1 : count;
	if (reader->location_count == LITMUS_LOCATIONS_MAX ||
	    elements > READER_VALUES_MAX - reader->value_count) {
		scan_fail(&reader->scan, token, "more than %d locations; the "
		    "elements of arrays count too", LITMUS_LOCATIONS_MAX);
		return (0);
	}
	location = &reader->locations[reader->location_count];
	memset(location, 0, sizeof(*location));
	if (!names_copy(reader, token, location->name))
		return (0);
	/* A guessed type may grow to the widest. */
	bytes = (uint32_t)elements * 8;
	bytes = (bytes + READER_SLOT_BYTES - 1) / READER_SLOT_BYTES *
	    READER_SLOT_BYTES;
	location->offset = reader->memory_used;
	location->type = type;
	location->typed = typed;
	location->count = count;
	reader->memory_used += bytes;
	reader->value_count += elements;
	return ((int)reader->location_count++);
}

int
names_register(const struct reader *reader, size_t thread, const char *name,
    size_t length)
{
	const struct thread_names *names;
	size_t i;

	names = &reader->threads[thread];
	for (i = 0; i < names->count; i++)
		if (strlen(names->registers[i].name) == length &&
		    memcmp(names->registers[i].name, name, length) == 0)
			return ((int)i);
	return (-1);
}

int
names_register_make(struct reader *reader, size_t thread,
    const struct scan_token *token, const char *name, size_t length,
    struct type type, bool typed)
{
	struct thread_names *names;
	struct named_register *named;
	struct scan_token copy;
	int found;

	found = names_register(reader, thread, name, length);
	if (found >= 0)
		return (found);
	names = &reader->threads[thread];
	if ((int)names->count >= names->temp_low) {
		scan_fail(&reader->scan, token, "P%zu needs more than %d "
		    "registers, those for the parts of expressions counted",
		    thread, LITMUS_REGISTERS_MAX);
		return (0);
	}
	named = &names->registers[names->count];
	copy = *token;
	copy.text = name;
	copy.length = length;
	if (!names_copy(reader, &copy, named->name))
		return (0);
	named->type = type;
	named->typed = typed;
	named->address_of = -1;
	named->index = (int16_t)names->count;
	if (!names->spoken) {
		names->spoken = true;
		names->first = *token;
	}
	return ((int)names->count++);
}

bool
names_thread(struct reader *reader, const struct scan_token *token, int number)
{
	char quote[SCAN_QUOTE_SIZE];

	if (number < 0)
		return (scan_fail(&reader->scan, token, "expected a thread, "
		    "P0 to P%d, found %s", LITMUS_THREADS_MAX - 1,
		    scan_quote(token, quote)));
	if (number >= LITMUS_THREADS_MAX)
		return (scan_fail(&reader->scan, token, "thread %d; a test has "
		    "at most %d threads, P0 to P%d", number,
		    LITMUS_THREADS_MAX, LITMUS_THREADS_MAX - 1));
	return (true);
}

bool
names_fits(int64_t value, uint8_t size)
{

	if (size == 8)
		return (true);
	return (value >= -(INT64_C(1) << (size * 8 - 1)) &&
	    value < INT64_C(1) << (size * 8));
}

void
names_finish(struct reader *reader)
{
	struct litmus_program *program;
	struct litmus_location *element;
	const struct location *location;
	size_t i;
	uint32_t n;

	program = &reader->test->program;
	for (i = 0; i < reader->location_count; i++) {
		location = &reader->locations[i];
		n = 0;
		do {
			element = &program->locations[
			    program->location_count++];
			element->offset = location->offset +
			    n * location->type.size;
			element->size = location->type.size;
			element->value = location->values[n];
		} while (++n < location->count);
	}
}
