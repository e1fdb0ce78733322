/*
 * design - which points shall stand for a whole space?
 *
 * A design is `count` points of a cube, each coordinate a fraction of 2^32:
 * where a knob has n values, design_level() says which of them a fraction is.
 *
 * Sobol       the sequence whose first 2^k points lie evenly in every box of a
 *             halving of the cube, so that it may be cut short.  The digital
 *             shift by a seed moves the whole of it and keeps that property.
 * Latin       in each coordinate, one point in each of `count` equal strata,
 *             and within its stratum anywhere.
 *
 * Both are integers from a seed by named streams (sim/base/rng.h): the same
 * everywhere.
 *
 * Source      Joe and Kuo, Constructing Sobol sequences with better
 *             two-dimensional projections, SIAM J. Sci. Comput. 30, 2008: the
 *             initial direction numbers of their file new-joe-kuo-6.  Antonov
 *             and Saleev, USSR Comput. Math. Math. Phys. 19, 1979: the order by
 *             Gray's code.  McKay, Beckman, Conover, A comparison of three
 *             methods for selecting values of input variables, Technometrics
 *             21, 1979.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef TOOLS_STATS_DESIGN_H
#define TOOLS_STATS_DESIGN_H

#include <stddef.h>
#include <stdint.h>

enum { DESIGN_DIMENSIONS = 32 };	/* the most of a Sobol design */

/*
 * The first `count` points as they are published, the origin among them;
 * points[i * dimensions + d] is coordinate d of point i.  `dimensions` is from
 * 1 to DESIGN_DIMENSIONS, `count` at most 2^32.
 */
void design_sobol_plain(uint32_t *points, size_t count, size_t dimensions);

/* The same under the digital shift of `seed`. */
void design_sobol(uint32_t *points, size_t count, size_t dimensions,
    uint64_t seed);

/* Any number of dimensions. */
void design_latin_hypercube(uint32_t *points, size_t count, size_t dimensions,
    uint64_t seed);

/* Which of `levels` equal parts of the axis: from 0 to levels - 1. */
size_t design_level(uint32_t fraction, size_t levels);

/* As a number in [0, 1). */
double design_unit(uint32_t fraction);

/*
 * How unevenly the points lie: the centred L2 discrepancy; 0 would be perfect.
 * Source      Hickernell, A generalized discrepancy and quadrature error bound,
 *             Mathematics of Computation 67, 1998.
 * Cost        count^2 * dimensions.
 */
double design_discrepancy(const uint32_t *points, size_t count,
    size_t dimensions);

#endif
