/*
 * Instructions between accesses are free in the simulator, and a load that hits
 * costs its whole latency, though processors overlap loads that do not depend on
 * each other.  Both end up in one number, machine.hit: what an access that hits
 * costs together with the instructions around it.  It is found once, where no
 * other CPU has a part in the costs, and holds for all else.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <math.h>
#include <stdio.h>

#include "sim/base/err.h"
#include "tools/validate/validate.h"

/* The three costs together, of the kept rounds or of the runs. */
static double
costs(const struct validate_case *one, bool predicted)
{
	static const enum validate_row rows[] = { VALIDATE_SECTION,
		VALIDATE_ALLOC, VALIDATE_FREE };
	struct validate_verdict verdict;
	double sum;
	size_t i;

	sum = 0;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		validate_judge(one, rows[i], &verdict);
		sum += predicted ? verdict.predicted.value :
		    verdict.measured.value;
	}
	return (sum);
}

static int
set_hit(struct validate_case *cases, size_t count, double ps, struct err *err)
{
	char text[32];
	size_t i;

	snprintf(text, sizeof(text), "%.0fps", ps);
	for (i = 0; i < count; i++)
		if (spec_set(&cases[i].spec, "machine.hit", text, err) != 0)
			return (-1);
	return (0);
}

int
validate_fit(struct validate_case *cases, size_t count, size_t workers,
    uint64_t *hit_ps, struct err *err)
{
	double first, found, half, measured, ps;
	int status;

	/* Costs are linear in it, but for what it moves elsewhere. */
	measured = costs(cases, false);
	if (isnan(measured))
		return (err_set(err, "--fit: %s has no sections, allocations "
		    "or frees to fit machine.hit to; name a scenario first "
		    "that has all three", cases->name));
	ps = (double)cases->spec.machine.hit_ps;
	status = validate_predict(cases, 1, workers, err);
	first = costs(cases, true);
	if (status != 0 || set_hit(cases, count, ceil(ps / 2), err) != 0)
		return (status != 0 ? status : -1);
	status = validate_predict(cases, 1, workers, err);
	half = costs(cases, true);
	if (status != 0)
		return (status);
	found = ps - (first - measured) / (first - half) * (ps - ceil(ps / 2));
	if (!(found >= 1 && found < 4 * ps))
		return (err_set(err, "--fit: %s takes %.1f ns for a section, an "
		    "allocation and a free, %.1f by the preset; no machine.hit "
		    "makes up for that, so the preset is of another machine",
		    cases->name, measured, first));
	cases->fitted = true;
	*hit_ps = (uint64_t)found;
	return (set_hit(cases, count, floor(found), err));
}
