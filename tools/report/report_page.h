/*
 * report_page - how is a report one HTML page?
 *
 * Everything is inside: figures, tables, where the numbers are from.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef TOOLS_REPORT_REPORT_PAGE_H
#define TOOLS_REPORT_REPORT_PAGE_H

#include <stddef.h>
#include <stdio.h>

struct err;
struct plot;
struct report_data;
struct report_part;

/* `folder` is where the drawings are. */
int report_page(FILE *out, const struct report_data *data,
    const struct report_part *parts, const struct plot *plot,
    const char *folder, const char *title, struct err *err);

#endif
