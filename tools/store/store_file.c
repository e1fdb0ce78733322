/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/store/store_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sim/base/err.h"
#include "sim/base/must.h"
#include "tools/store/store_sqlite.h"

enum {
	HEADER_BYTES = 100,
	HEADER_PAGES = 28,		/* the offsets of what is in it */
	HEADER_VERSION = 60,
	HEADER_APPLICATION = 68,

	JOURNAL_BYTES = 20,	/* of its head, as far as it matters */
	JOURNAL_PAGES = 16,	/* how many the database had before */

	MAKING_LOOKS = 25,	/* at what may be in the making */
	MAKING_PAUSE_US = 10000,
};

int
store_file_judge(const char *path, int64_t application, int64_t version,
    struct err *err)
{

	if (application != STORE_APPLICATION_ID) {
		return (err_set(err, "%s: this database belongs to another "
		    "program; it is left as it is", path));
	}
	if (version > STORE_SCHEMA_VERSION) {
		return (err_set(err, "%s: this database is of a newer gusim "
		    "(schema %lld, this one knows up to %d); it is left as it "
		    "is", path, (long long)version, STORE_SCHEMA_VERSION));
	}
	if (version < 1) {
		return (err_set(err, "%s: this database has schema %lld, which "
		    "no gusim ever wrote; it is left as it is", path,
		    (long long)version));
	}
	return (0);
}

static uint32_t
number(const unsigned char *header, size_t at)
{

	return ((uint32_t)header[at] << 24 | (uint32_t)header[at + 1] << 16 |
	    (uint32_t)header[at + 2] << 8 | header[at + 3]);
}

/* The head of a file; a negative length where it cannot be read. */
static ssize_t
read_head(const char *path, unsigned char *head, size_t size)
{
	ssize_t length;
	int fd;

	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0)
		return (-1);
	length = pread(fd, head, size, 0);
	close(fd);
	return (length);
}

/*
 * Is there a journal with something of before in it?  That of a file that is
 * being made, or whose maker was killed, leads back to no pages at all.
 */
static bool
has_journal(const char *path)
{
	unsigned char head[JOURNAL_BYTES];
	ssize_t length;
	size_t room;
	char *name;

	room = strlen(path) + sizeof("-journal");
	name = must_alloc(room, 1);
	snprintf(name, room, "%s-journal", path);
	length = read_head(name, head, sizeof(head));
	free(name);
	if (length < JOURNAL_BYTES)
		return (length > 0);
	return (number(head, JOURNAL_PAGES) > 0);
}

static int
check_header(const char *path, const unsigned char *header, size_t length,
    struct err *err)
{
	uint32_t application, version;

	if (length == 0)
		return (0);
	if (length < HEADER_BYTES ||
	    memcmp(header, "SQLite format 3", 16) != 0) {
		return (err_set(err, "%s: this is not a database; it is left "
		    "as it is", path));
	}
	application = number(header, HEADER_APPLICATION);
	version = number(header, HEADER_VERSION);
	/*
	 * Ours have their number from the first commit on, which may still be
	 * in the write-ahead log: then SQLite says what is in there.
	 */
	if (application == 0 && version == 0 &&
	    (number(header, HEADER_PAGES) == 0 || !has_journal(path)))
		return (0);
	return (store_file_judge(path, application, version, err));
}

int
store_file_check(const char *path, struct err *err)
{
	unsigned char header[HEADER_BYTES];
	struct stat status;
	ssize_t length;
	int judged, looks;

	if (stat(path, &status) != 0) {
		/* What is there now may have come a moment ago: look twice. */
		if (errno == ENOENT && lstat(path, &status) == 0 &&
		    S_ISLNK(status.st_mode) && stat(path, &status) != 0) {
			return (err_set(err, "%s: this is a symbolic link to a "
			    "file that is not there", path));
		}
		/* That it is not there, SQLite can say as well. */
		return (0);
	}
	if (S_ISDIR(status.st_mode)) {
		return (err_set(err, "%s: this is a folder, not a database",
		    path));
	}
	if (!S_ISREG(status.st_mode)) {
		return (err_set(err, "%s: this is a pipe, a socket or a device, "
		    "not a database", path));
	}
	/*
	 * One of ours that others are making just now has neither its number
	 * nor always a journal that leads back to nothing.  It will have.
	 */
	for (looks = 0;; looks++) {
		length = read_head(path, header, sizeof(header));
		judged = length < 0 ? 0 : check_header(path, header,
		    (size_t)length, err);
		if (judged == 0 || looks == MAKING_LOOKS ||
		    length < HEADER_BYTES ||
		    number(header, HEADER_APPLICATION) != 0)
			return (judged);
		usleep(MAKING_PAUSE_US);
	}
}

char *
store_file_name(const char *path)
{
	size_t room;
	char *name;
	bool special;

	special = path[0] == ':' || strncmp(path, "file:", 5) == 0;
	room = strlen(path) + sizeof("./");
	name = must_alloc(room, 1);
	snprintf(name, room, "%s%s", special ? "./" : "", path);
	return (name);
}
