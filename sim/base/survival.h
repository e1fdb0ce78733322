/*
 * survival - which share was done by when, if some are still waiting?
 *
 * The product-limit estimate over two log-linear histograms: ages at which
 * items were reused, and ages at which observation ended with the item still
 * waiting (right-censored).
 *
 * Source      Kaplan and Meier, J. Amer. Statist. Assoc. 53 (1958).
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef SIM_BASE_SURVIVAL_H
#define SIM_BASE_SURVIVAL_H

#include <stdbool.h>
#include <stdint.h>

struct hist;

/*
 * The smallest age by which `ppm` parts per million are done.  Where the
 * estimate does not get that far, *bound_only is set and the largest age seen
 * is returned: the quantile is at least that.
 */
uint64_t survival_quantile(const struct hist *done, const struct hist *waiting,
    uint64_t ppm, bool *bound_only);

#endif
