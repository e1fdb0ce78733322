/*
 * err - what went wrong, in words for a person?
 *
 * An err is one message.  It is set where a fault is first detected; callers
 * may put a place in front of it (file, line, column, key).
 *
 * Errors      err_set() and err_at() always return -1, so that a caller can
 *             write `return err_set(err, ...)`.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef SIM_BASE_ERR_H
#define SIM_BASE_ERR_H

enum { ERR_TEXT_SIZE = 1024 };

struct err {
	char text[ERR_TEXT_SIZE];
};

/* Replaces the message. */
int err_set(struct err *err, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Puts a place in front of the message: "PLACE: MESSAGE". */
int err_at(struct err *err, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
