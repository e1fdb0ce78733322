/*
 * report_part - what is known of one experiment, for whoever writes of it?
 *
 * Made once, and then read by the page, by the texts and by the terminal.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef TOOLS_REPORT_REPORT_PART_H
#define TOOLS_REPORT_REPORT_PART_H

#include <stddef.h>

#include "tools/report/report_whole.h"

struct conduct;
struct err;
struct report_data;
struct report_experiment;
struct sensitivity;
struct settled;
struct shape;

struct report_part {
	const struct report_experiment *experiment;
	struct shape *shape;
	struct sensitivity *sensitivity;
	struct settled *settled;
	struct conduct *conduct;
	struct whole whole;
	size_t figures_begin;	/* its figures in the plot */
	size_t figures_end;
	size_t omitted;		/* figures that would have been too many */
};

/*
 * All but the figures; also experiment->front.  -1 with err.  What was made is
 * freed by report_part_fini() either way.
 */
int report_part_init(struct report_part *part, const struct report_data *data,
    struct report_experiment *experiment, struct err *err);
void report_part_fini(struct report_part *part);

/*
 * What a reader must know before believing a mean: runs that are missing,
 * crashed or were given up, points that grow without bound or never settled,
 * samples that are too small, audits that failed.  Returns how many of the
 * lines were filled.
 */
enum { WARNINGS_MAX = 16, WARNING_SIZE = 320 };
size_t report_warnings(const struct report_data *data,
    const struct report_part *part, char lines[WARNINGS_MAX][WARNING_SIZE]);

#endif
