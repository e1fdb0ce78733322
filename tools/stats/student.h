/*
 * student - how far does chance reach?
 *
 * The tails of the normal distribution and of Student's t, and the points
 * beyond which so much of them lies.  Intervals of means are made of these.
 *
 * Cost        student_t975() is a look into a table or four terms of a series;
 *             student_t() is about 60 evaluations of a continued fraction.
 * Source      Abramowitz and Stegun, Handbook of Mathematical Functions: table
 *             26.10 and 26.7.5 (the view `summary` in schema.sql has the same),
 *             26.7.1 with 26.5.8 (the tail of t), 26.2.23 (where the search for
 *             a normal quantile begins).
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef TOOLS_STATS_STUDENT_H
#define TOOLS_STATS_STUDENT_H

#include <stddef.h>

/*
 * The 97.5 % point of Student's t with so many degrees of freedom, to six
 * digits; infinity where there are none.
 */
double student_t975(size_t freedom);

/*
 * The value below which a Student's t is with that probability, which lies
 * between 0 and 1; infinity where there are no degrees of freedom.  It is
 * student_t975() where that is asked for, so that both agree to the bit.
 */
double student_t(double probability, size_t freedom);

/*
 * The half-width, in standard errors, of a two-sided interval that holds with
 * `confidence`: student_t() of (1 + confidence) / 2.
 */
double student_width(double confidence, size_t freedom);

/*
 * The chance of a Student's t of that many degrees of freedom being farther
 * from 0 than `t`, on either side.
 */
double student_p(double t, size_t freedom);

/* The value below which a standard normal is with that probability. */
double student_normal(double probability);

#endif
