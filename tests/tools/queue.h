/*
 * queue - what does a queue with known answers do?
 *
 * One server, arrivals and services that are exponential (M/M/1): customers
 * come `load` times as often as they are served, and a service takes 1 in the
 * mean.  The time from arrival to departure is then exponential too, with mean
 * 1 / (1 - load).  A replica begins empty, so that its first customers are
 * served too soon.
 *
 * Source      Kleinrock, Queueing Systems, volume 1, 3.2 and 5.6.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef TESTS_TOOLS_QUEUE_H
#define TESTS_TOOLS_QUEUE_H

#include <stddef.h>
#include <stdint.h>

struct hist;

/* Sojourns are put into histograms in units of 2^-20. */
#define QUEUE_UNIT	0x1p-20

struct queue_spec {
	double load;
	double service;		/* mean service; 1 but in comparisons */
	size_t customers;
};

double queue_mean(const struct queue_spec *spec);
double queue_quantile(const struct queue_spec *spec, double p);

/*
 * The sojourns of a replica, customer by customer.  Two of the same seed and
 * replica have the same arrivals and the same services, scaled.
 */
void queue_run(const struct queue_spec *spec, uint64_t seed, uint64_t replica,
    double *sojourns);

/* The mean, and the histogram, of those from `first` on. */
double queue_average(const double *sojourns, size_t first, size_t count);
void queue_histogram(const double *sojourns, size_t first, size_t count,
    struct hist *hist);

#endif
