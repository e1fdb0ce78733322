/* SPDX-License-Identifier: BSD-2-Clause */
#include "sim/base/survival.h"

#include "sim/base/hist.h"

uint64_t
survival_quantile(const struct hist *done, const struct hist *waiting,
    uint64_t ppm, bool *bound_only)
{
	uint64_t risk, middle, least, most;
	double surviving, target;
	size_t i;

	*bound_only = false;
	if (waiting->count == 0)
		return (hist_quantile(done, ppm));
	risk = done->count + waiting->count;
	surviving = 1.0;
	target = 1.0 - (double)ppm / 1e6;
	most = waiting->max > done->max || done->count == 0 ? waiting->max :
	    done->max;
	least = waiting->min < done->min ? waiting->min : done->min;
	for (i = hist_index(least); i < HIST_BUCKETS && risk > 0; i++) {
		if (done->bucket[i] != 0) {
			surviving *= 1.0 -
			    (double)done->bucket[i] / (double)risk;
			if (surviving <= target) {
				middle = hist_lower(i);
				if (i + 1 < HIST_BUCKETS)
					middle += (hist_lower(i + 1) -
					    hist_lower(i)) / 2;
				return (middle > done->max ? done->max :
				    middle < done->min ? done->min : middle);
			}
		}
		risk -= done->bucket[i] + waiting->bucket[i];
	}
	*bound_only = true;
	return (most);
}
