/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/cluster/program.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sim/base/err.h"
#include "sim/base/must.h"

extern char **environ;

void
program_quote(FILE *out, const char *word)
{

	putc('\'', out);
	for (; *word != '\0'; word++) {
		if (*word == '\'')
			fputs("'\\''", out);
		else
			putc(*word, out);
	}
	putc('\'', out);
}

static int
refused(const char *name, int error, struct err *err)
{

	if (error == ENOENT) {
		err_set(err, "%s: there is no such program in the PATH", name);
		return (PROGRAM_ABSENT);
	}
	return (err_set(err, "%s: cannot be started: %s", name,
	    strerror(error)));
}

/* A pipe that no other program inherits. */
static int
open_pipe(int ends[2])
{

	if (pipe(ends) != 0)
		return (-1);
	fcntl(ends[0], F_SETFD, FD_CLOEXEC);
	fcntl(ends[1], F_SETFD, FD_CLOEXEC);
	return (0);
}

/* Signals as a program expects them, whatever this one does with them. */
static int
spawn(const char *const *arguments, int out, int words, pid_t *pid)
{
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	sigset_t signals;
	char **line;
	size_t count;
	int error;

	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null",
	    O_RDONLY, 0);
	posix_spawn_file_actions_adddup2(&actions, out, STDOUT_FILENO);
	posix_spawn_file_actions_adddup2(&actions, words, STDERR_FILENO);
	posix_spawnattr_init(&attributes);
	sigemptyset(&signals);
	posix_spawnattr_setsigmask(&attributes, &signals);
	sigaddset(&signals, SIGPIPE);
	posix_spawnattr_setsigdefault(&attributes, &signals);
	posix_spawnattr_setflags(&attributes,
	    POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
	/* posix_spawnp() wants words that it could write to, and does not. */
	for (count = 0; arguments[count] != NULL; count++)
		continue;
	line = must_alloc(count + 1, sizeof(*line));
	memcpy(line, arguments, count * sizeof(*line));
	error = posix_spawnp(pid, line[0], &actions, &attributes, line,
	    environ);
	free(line);
	posix_spawnattr_destroy(&attributes);
	posix_spawn_file_actions_destroy(&actions);
	return (error);
}

/* What there is to read now; what has no room is dropped.  0: the end. */
static ssize_t
take(int fd, char *text, size_t *used, size_t size)
{
	char more[4096];
	ssize_t got;
	size_t kept;

	got = read(fd, more, sizeof(more));
	if (got <= 0)
		return (got < 0 && errno == EINTR ? 1 : 0);
	kept = (size_t)got < size - 1 - *used ? (size_t)got : size - 1 - *used;
	memcpy(text + *used, more, kept);
	*used += kept;
	return (got);
}

static void
listen_to(int out, int words, struct program *program)
{
	struct pollfd ears[2] = { { .fd = out, .events = POLLIN },
		{ .fd = words, .events = POLLIN } };
	size_t out_used, words_used;

	out_used = words_used = 0;
	while (ears[0].fd >= 0 || ears[1].fd >= 0) {
		if (poll(ears, 2, -1) < 0 && errno != EINTR)
			break;
		if (ears[0].fd >= 0 && ears[0].revents != 0 && take(out,
		    program->out, &out_used, PROGRAM_OUT_SIZE) == 0)
			ears[0].fd = -1;
		if (ears[1].fd >= 0 && ears[1].revents != 0 && take(words,
		    program->words, &words_used, sizeof(program->words)) == 0)
			ears[1].fd = -1;
	}
}

static void
one_line(char *text)
{
	size_t length;

	length = strlen(text);
	while (length > 0 && strchr(" \n\r\t", text[length - 1]) != NULL)
		text[--length] = '\0';
	for (; *text != '\0'; text++) {
		if (*text == '\n' || *text == '\r' || *text == '\t')
			*text = ' ';
	}
}

int
program_run(const char *const *arguments, struct program *program,
    struct err *err)
{
	int out[2], words[2];
	int error, status;
	pid_t pid;

	memset(program, 0, sizeof(*program));
	if (open_pipe(out) != 0)
		return (refused(arguments[0], errno, err));
	if (open_pipe(words) != 0) {
		error = errno;
		close(out[0]);
		close(out[1]);
		return (refused(arguments[0], error, err));
	}
	error = spawn(arguments, out[1], words[1], &pid);
	close(out[1]);
	close(words[1]);
	if (error == 0) {
		program->out = must_alloc(PROGRAM_OUT_SIZE, 1);
		listen_to(out[0], words[0], program);
		while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
			continue;
		program->status = WIFEXITED(status) ? WEXITSTATUS(status) :
		    128 + WTERMSIG(status);
		one_line(program->words);
	}
	close(out[0]);
	close(words[0]);
	return (error == 0 ? 0 : refused(arguments[0], error, err));
}

void
program_fini(struct program *program)
{

	free(program->out);
	memset(program, 0, sizeof(*program));
}

static void
add(struct program_line *line, char *word)
{

	/* One further place, for the NULL that ends them. */
	line->words = must_grow(line->words, line->count, sizeof(char *));
	line->words[line->count++] = word;
	line->words = must_grow(line->words, line->count, sizeof(char *));
	line->words[line->count] = NULL;
}

void
program_add(struct program_line *line, const char *format, ...)
{
	va_list args;
	char *word;
	int length;

	va_start(args, format);
	length = vsnprintf(NULL, 0, format, args);
	va_end(args);
	word = must_alloc((size_t)length + 1, 1);
	va_start(args, format);
	vsnprintf(word, (size_t)length + 1, format, args);
	va_end(args);
	add(line, word);
}

int
program_split(struct program_line *line, const char *text, struct err *err)
{
	char *word;
	size_t used;
	bool inside;
	char quote;

	word = NULL;
	used = 0;
	inside = false;
	quote = '\0';
	for (; *text != '\0'; text++) {
		if (!inside && strchr(" \t\n", *text) != NULL)
			continue;
		if (!inside) {
			word = must_alloc(strlen(text) + 1, 1);
			used = 0;
			inside = true;
		}
		if (quote != '\0' && *text == quote)
			quote = '\0';
		else if (quote == '\0' && (*text == '\'' || *text == '"'))
			quote = *text;
		else if (quote != '\'' && *text == '\\' && text[1] != '\0')
			word[used++] = *++text;
		else if (quote == '\0' && strchr(" \t\n", *text) != NULL) {
			add(line, word);
			inside = false;
		} else
			word[used++] = *text;
	}
	if (quote != '\0') {
		free(word);
		return (err_set(err, "a quote (%c) is opened and not closed",
		    quote));
	}
	if (inside)
		add(line, word);
	return (0);
}

void
program_line_fini(struct program_line *line)
{
	size_t i;

	for (i = 0; i < line->count; i++)
		free(line->words[i]);
	free(line->words);
	memset(line, 0, sizeof(*line));
}
