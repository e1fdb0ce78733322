/*
 * sdt - which probes does it have?
 *
 * None: the machine traces every event by itself.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef ENGINE_FREEBSD_MODULE_SYS_SDT_H
#define ENGINE_FREEBSD_MODULE_SYS_SDT_H

#define SDT_PROVIDER_DECLARE(name)	struct gusim_hack
#define SDT_PROVIDER_DEFINE(name)	struct gusim_hack
#define SDT_PROBE_DEFINE0(...)	struct gusim_hack
#define SDT_PROBE0(...)	do { } while (0)
#define SDT_PROBE_DEFINE1(...)	struct gusim_hack
#define SDT_PROBE1(...)	do { } while (0)
#define SDT_PROBE_DEFINE2(...)	struct gusim_hack
#define SDT_PROBE2(...)	do { } while (0)
#define SDT_PROBE_DEFINE3(...)	struct gusim_hack
#define SDT_PROBE3(...)	do { } while (0)
#define SDT_PROBE_DEFINE4(...)	struct gusim_hack
#define SDT_PROBE4(...)	do { } while (0)
#define SDT_PROBE_DEFINE5(...)	struct gusim_hack
#define SDT_PROBE5(...)	do { } while (0)

#endif
