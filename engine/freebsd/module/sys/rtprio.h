/*
 * rtprio - who must not wait?
 *
 * Priorities are of no account here: see sys/priority.h.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef ENGINE_FREEBSD_MODULE_SYS_RTPRIO_H
#define ENGINE_FREEBSD_MODULE_SYS_RTPRIO_H

#define RTP_PRIO_MIN		0
#define RTP_PRIO_MAX		31
#define RTP_PRIO_REALTIME	2
#define RTP_PRIO_NORMAL		3
#define RTP_PRIO_IDLE		4

struct rtprio {
	unsigned short type;
	unsigned short prio;
};

#define rtp_to_pri(rtp, td)	((void)(rtp), (void)(td), 0)

#endif
