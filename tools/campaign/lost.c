/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/campaign/lost.h"

#include <stdio.h>
#include <string.h>

enum run_status
lost_describe(enum pool_fate fate, const char *how, struct run_finding *finding)
{

	memset(finding, 0, sizeof(*finding));
	finding->check = "crash";
	switch (fate) {
	case POOL_TIMEOUT:
		snprintf(finding->summary, sizeof(finding->summary),
		    "the process that executed the run had to be ended: the "
		    "run did not come to its end");
		return (RUN_TIMEOUT);
	case POOL_CRASHED:
		snprintf(finding->summary, sizeof(finding->summary),
		    "the process that executed the run ended with %s", how);
		return (RUN_CRASHED);
	case POOL_ANSWERED:
		break;
	}
	snprintf(finding->summary, sizeof(finding->summary),
	    "the process that executed the run sent an answer that makes no "
	    "sense; its memory was overwritten");
	return (RUN_CRASHED);
}
