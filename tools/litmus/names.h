/*
 * names - which location or register is this?
 *
 * Errors      each complains at the token and gives -1, or the first one, so
 *             that an index is always good to use.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef TOOLS_LITMUS_NAMES_H
#define TOOLS_LITMUS_NAMES_H

#include "tools/litmus/reader.h"

static const struct type type_int = { .size = 4, .sign = true };

/* The location of that name, or -1. */
int names_location(const struct reader *reader,
    const struct scan_token *token);

/*
 * The same; a new one where it is not known, with `count` elements of the type
 * (0: one, and no array).
 */
int names_location_make(struct reader *reader, const struct scan_token *token,
    struct type type, bool typed, uint32_t count);

/* The register of a thread, or -1. */
int names_register(const struct reader *reader, size_t thread,
    const char *name, size_t length);
int names_register_make(struct reader *reader, size_t thread,
    const struct scan_token *token, const char *name, size_t length,
    struct type type, bool typed);

/* Whether a thread's number is one that there may be; complains. */
bool names_thread(struct reader *reader, const struct scan_token *token,
    int number);

/* Whether so many bytes hold the number, with a sign or without. */
bool names_fits(int64_t value, uint8_t size);

/* Copies a token's text; complains if it is too long for a name. */
bool names_copy(struct reader *reader, const struct scan_token *token,
    char name[LITMUS_NAME_SIZE]);

/* Gives the program its locations, once their types are known. */
void names_finish(struct reader *reader);

#endif
