/*
 * ktr - what happened, for whoever reads the trace?
 *
 * Nothing is kept: the machine traces every event by itself.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef ENGINE_FREEBSD_MODULE_SYS_KTR_H
#define ENGINE_FREEBSD_MODULE_SYS_KTR_H

#define CTR0(...)	do { } while (0)
#define CTR1(...)	do { } while (0)
#define CTR2(...)	do { } while (0)
#define CTR3(...)	do { } while (0)
#define CTR4(...)	do { } while (0)
#define CTR5(...)	do { } while (0)
#define CTR6(...)	do { } while (0)
#define CTR(...)	do { } while (0)
#define KTR_GEN	0
#define KTR_SMR	0
#define KTR_UMA	0

#endif
