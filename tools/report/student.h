/*
 * student - how wide is a 95 % confidence interval of a mean?
 *
 * Cost        a look into a table, or four terms of a series.
 * Source      Abramowitz and Stegun, Handbook of Mathematical Functions, table
 *             26.10 and 26.7.5; the view `summary` in schema.sql has the same.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef TOOLS_REPORT_STUDENT_H
#define TOOLS_REPORT_STUDENT_H

#include <stddef.h>

/*
 * The 97.5 % point of Student's t with so many degrees of freedom, to six
 * digits; infinity where there are none.
 */
double student_t975(size_t freedom);

#endif
