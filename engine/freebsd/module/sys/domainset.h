/*
 * domainset - from which memory may it come?
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef ENGINE_FREEBSD_MODULE_SYS_DOMAINSET_H
#define ENGINE_FREEBSD_MODULE_SYS_DOMAINSET_H

#include <sys/smp.h>

struct domainset;
#define DOMAINSET_RR()		((struct domainset *)0)
#define DOMAINSET_PREF(domain)	((void)(domain), (struct domainset *)0)
#define DOMAINSET_FIXED(domain)	((void)(domain), (struct domainset *)0)

#endif
