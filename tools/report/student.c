/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/report/student.h"

#include <math.h>

double
student_t975(size_t freedom)
{
	static const double table[] = { 12.7062047364, 4.3026527297,
		3.1824463053, 2.7764451052, 2.5705818356, 2.4469118511,
		2.3646242516, 2.3060041352, 2.2621571628, 2.2281388520,
		2.2009851601, 2.1788128297, 2.1603686565, 2.1447866879,
		2.1314495456, 2.1199052992, 2.1098155778, 2.1009220402,
		2.0930240544, 2.0859634473, 2.0796138447, 2.0738730679,
		2.0686576104, 2.0638985616, 2.0595385528, 2.0555294386,
		2.0518305165, 2.0484071418, 2.0452296421, 2.0422724563 };
	double f;

	if (freedom == 0)
		return (INFINITY);
	if (freedom <= sizeof(table) / sizeof(table[0]))
		return (table[freedom - 1]);
	f = (double)freedom;
	return (1.959963984540 + 2.372271230 / f + 2.822499 / f / f +
	    2.555850 / f / f / f);
}
