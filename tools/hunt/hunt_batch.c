/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/hunt/hunt_batch.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <xxhash.h>

#include "sim/base/must.h"

static void
add_behaviour(struct hunt_batch *batch, uint64_t behaviour)
{

	if (batch->runs == batch->behaviour_room) {
		batch->behaviour_room = batch->behaviour_room == 0 ? 256 :
		    batch->behaviour_room * 2;
		batch->behaviours = reallocarray(batch->behaviours,
		    batch->behaviour_room, sizeof(*batch->behaviours));
		if (batch->behaviours == NULL)
			abort();
	}
	batch->behaviours[batch->runs++] = behaviour;
}

void
hunt_batch_add(struct hunt_batch *batch, const struct run_result *result)
{
	struct hunt_batch_coverage *coverage;
	size_t i;

	add_behaviour(batch, result->behaviour);
	batch->accesses += result->accesses;
	batch->given_up += result->status == RUN_TIMEOUT;
	for (i = 0; i < result->coverage_count; i++) {
		coverage = &batch->coverage[i];
		if (i == batch->coverage_count) {
			batch->coverage_count++;
			snprintf(coverage->name, sizeof(coverage->name), "%s",
			    result->coverage[i].name);
			snprintf(coverage->about, sizeof(coverage->about),
			    "%s", result->coverage[i].about == NULL ? "" :
			    result->coverage[i].about);
		}
		coverage->hits += result->coverage[i].hits;
	}
}

/* "146.2 ns" and "3 us" are the same words: "0". */
static size_t
skip_number(const char *text)
{
	static const char *const units[] = {
		" ps", " ns", " us", " ms", " s", "ps", "ns", "us", "ms", "s"
	};
	size_t length, i;

	length = strspn(text, "0123456789.");
	/* The full stop of a sentence. */
	if (text[length - 1] == '.')
		length--;
	for (i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		if (strncmp(text + length, units[i], strlen(units[i])) == 0 &&
		    !isalnum((unsigned char)text[length + strlen(units[i])]))
			return (length + strlen(units[i]));
	}
	return (length);
}

/* The places of the code say it all; where there are none, the words do. */
uint64_t
hunt_cause(const struct run_finding *finding)
{
	char shape[RUN_SUMMARY_SIZE];
	uint64_t words[RUN_WHERE_MAX + 1];
	const char *c;
	size_t count, used;

	count = 0;
	words[count++] = XXH3_64bits(finding->check, strlen(finding->check));
	for (; count - 1 < finding->where_count; count++)
		words[count] = finding->where[count - 1];
	if (finding->where_count > 0)
		return (XXH3_64bits(words, count * sizeof(words[0])));
	used = 0;
	for (c = finding->summary; *c != '\0';) {
		if (isdigit((unsigned char)*c)) {
			shape[used++] = '0';
			c += skip_number(c);
		} else
			shape[used++] = *c++;
	}
	return (words[0] ^ XXH3_64bits(shape, used));
}

struct hunt_batch_finding *
hunt_batch_find(struct hunt_batch *batch, uint64_t cause)
{
	size_t i;

	for (i = 0; i < batch->finding_count; i++)
		if (batch->findings[i].cause == cause)
			return (&batch->findings[i]);
	return (NULL);
}

struct hunt_batch_finding *
hunt_batch_append(struct hunt_batch *batch, uint64_t cause, uint64_t number)
{
	struct hunt_batch_finding *finding;

	batch->findings = must_grow(batch->findings, batch->finding_count,
	    sizeof(*batch->findings));
	finding = &batch->findings[batch->finding_count++];
	memset(finding, 0, sizeof(*finding));
	finding->cause = cause;
	finding->number = number;
	finding->count = 1;
	return (finding);
}

void
hunt_batch_clear(struct hunt_batch *batch)
{
	struct hunt_batch empty;
	struct hunt_account *account;
	size_t i;

	for (i = 0; i < batch->finding_count; i++) {
		account = batch->findings[i].account;
		if (account == NULL)
			continue;
		free(account->token);
		free(account->result);
		free(account);
	}
	memset(&empty, 0, sizeof(empty));
	empty.behaviours = batch->behaviours;
	empty.behaviour_room = batch->behaviour_room;
	empty.findings = batch->findings;
	*batch = empty;
}

void
hunt_batch_fini(struct hunt_batch *batch)
{

	hunt_batch_clear(batch);
	free(batch->behaviours);
	free(batch->findings);
	memset(batch, 0, sizeof(*batch));
}

static void
put_finding(struct wire_buffer *buffer,
    const struct hunt_batch_finding *finding)
{
	const struct hunt_account *account = finding->account;

	wire_put_number(buffer, finding->cause);
	wire_put_number(buffer, finding->number);
	wire_put_number(buffer, finding->count);
	wire_put_number(buffer, account != NULL);
	if (account == NULL)
		return;
	wire_put_number(buffer, account->wall_ns);
	wire_put_text(buffer, account->strategy);
	wire_put_text(buffer, account->defect);
	wire_put_text(buffer, account->token);
	wire_put_blob(buffer, account->result, account->result_length);
}

void
hunt_batch_encode(const struct hunt_batch *batch, struct wire_buffer *buffer)
{
	size_t i;

	wire_put_number(buffer, batch->first);
	wire_put_number(buffer, batch->runs);
	for (i = 0; i < batch->runs; i++)
		wire_put_number(buffer, batch->behaviours[i]);
	wire_put_number(buffer, batch->accesses);
	wire_put_number(buffer, batch->given_up);
	wire_put_number(buffer, batch->spent);
	wire_put_number(buffer, batch->coverage_count);
	for (i = 0; i < batch->coverage_count; i++) {
		wire_put_text(buffer, batch->coverage[i].name);
		wire_put_text(buffer, batch->coverage[i].about);
		wire_put_number(buffer, batch->coverage[i].hits);
	}
	wire_put_number(buffer, batch->finding_count);
	for (i = 0; i < batch->finding_count; i++)
		put_finding(buffer, &batch->findings[i]);
	wire_put_text(buffer, batch->report);
}

static struct hunt_account *
get_account(struct wire_reader *reader)
{
	struct hunt_account *account;
	const unsigned char *bytes;

	account = must_alloc(1, sizeof(*account));
	account->wall_ns = wire_get_number(reader);
	wire_get_text_into(reader, account->strategy,
	    sizeof(account->strategy));
	wire_get_text_into(reader, account->defect, sizeof(account->defect));
	account->token = must_copy(wire_get_text(reader));
	bytes = wire_get_blob(reader, &account->result_length);
	account->result = must_alloc(account->result_length, 1);
	if (account->result_length > 0)
		memcpy(account->result, bytes, account->result_length);
	return (account);
}

/* The strategy of a run that the batch does not have is not known. */
static void
get_finding(struct wire_reader *reader, struct hunt_batch *batch)
{
	struct hunt_batch_finding *finding;
	uint64_t cause, number;

	cause = wire_get_number(reader);
	number = wire_get_number(reader);
	finding = hunt_batch_append(batch, cause, number);
	finding->count = wire_get_number(reader);
	if (wire_get_count(reader, 1) != 0)
		finding->account = get_account(reader);
	if (number - batch->first >= batch->runs)
		reader->bad = 1;
}

int
hunt_batch_decode(const unsigned char *bytes, size_t length,
    struct hunt_batch *batch)
{
	struct wire_reader reader = { bytes, length, 0 };
	struct hunt_batch_coverage *coverage;
	size_t count, i;

	batch->first = wire_get_number(&reader);
	count = wire_get_count(&reader, HUNT_BATCH_RUNS_MAX);
	for (i = 0; i < count && !reader.bad; i++)
		add_behaviour(batch, wire_get_number(&reader));
	batch->accesses = wire_get_number(&reader);
	batch->given_up = wire_get_number(&reader);
	batch->spent = wire_get_count(&reader, 1) != 0;
	batch->coverage_count = wire_get_count(&reader, RUN_COVERAGE_MAX);
	for (i = 0; i < batch->coverage_count && !reader.bad; i++) {
		coverage = &batch->coverage[i];
		wire_get_text_into(&reader, coverage->name,
		    sizeof(coverage->name));
		wire_get_text_into(&reader, coverage->about,
		    sizeof(coverage->about));
		coverage->hits = wire_get_number(&reader);
	}
	count = wire_get_count(&reader, batch->runs);
	while (batch->finding_count < count && !reader.bad)
		get_finding(&reader, batch);
	wire_get_text_into(&reader, batch->report, sizeof(batch->report));
	return (reader.bad || reader.left != 0 ? -1 : 0);
}
