/* SPDX-License-Identifier: BSD-2-Clause */
#define _GNU_SOURCE	/* asprintf() */
#include "tests/tidy/tree.h"

#include <ctype.h>
#include <dirent.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* A test reads the tree and ends: nothing is given back. */
const char *__asan_default_options(void);
const char *
__asan_default_options(void)
{

	return ("detect_leaks=0");
}

static unsigned complaint_count;
static bool silent;

static void *
need(void *memory)
{

	if (memory == NULL) {
		fprintf(stderr, "out of memory\n");
		abort();
	}
	return (memory);
}

/* --- C without comments and literals --------------------------------------- */

enum lexing { CODE, COMMENT, LINE_COMMENT, STRING, CHARACTER };

static enum lexing
lexing_next(enum lexing at, const char *p)
{

	switch (at) {
	case CODE:
		if (p[0] == '/' && p[1] == '*')
			return (COMMENT);
		if (p[0] == '/' && p[1] == '/')
			return (LINE_COMMENT);
		if (p[0] == '"')
			return (STRING);
		/* 1'000 is not C11, so a quote begins a character. */
		return (p[0] == '\'' ? CHARACTER : CODE);
	case LINE_COMMENT:
		return (p[0] == '\n' ? CODE : LINE_COMMENT);
	case STRING:
		return (p[0] == '"' ? CODE : STRING);
	case CHARACTER:
		return (p[0] == '\'' ? CODE : CHARACTER);
	case COMMENT:
		break;
	}
	return (at);
}

static void
blank(char *code)
{
	enum lexing at, next;
	char *p;

	at = CODE;
	for (p = code; *p != '\0'; p++) {
		if (at == COMMENT && p[0] == '*' && p[1] == '/') {
			p[0] = p[1] = ' ';
			p++;
			at = CODE;
			continue;
		}
		if ((at == STRING || at == CHARACTER) && p[0] == '\\' &&
		    p[1] != '\0') {
			p[0] = ' ';
			if (p[1] != '\n')
				p[1] = ' ';
			p++;
			continue;
		}
		next = lexing_next(at, p);
		/* The quotes stay, so that a literal is still seen to be one. */
		if (*p != '\n' && (at == next ? at != CODE :
		    next == COMMENT || next == LINE_COMMENT))
			*p = ' ';
		if (at == CODE && next == COMMENT)
			*++p = ' ';
		at = next;
	}
}

/* --- files ------------------------------------------------------------------ */

static bool
is_c(const char *suffix)
{

	return (strcmp(suffix, "c") == 0 || strcmp(suffix, "h") == 0 ||
	    strcmp(suffix, "S") == 0 || strcmp(suffix, "def") == 0);
}

static void
file_shape(struct file *file, const char *path)
{
	const char *dot, *slash;

	file->path = need(strdup(path));
	slash = strrchr(file->path, '/');
	file->name = slash == NULL ? file->path : slash + 1;
	dot = strrchr(file->name, '.');
	file->suffix = dot == NULL ? "" : dot + 1;
	file->c = is_c(file->suffix);
	file->code = need(strdup(file->text));
	if (file->c)
		blank(file->code);
}

struct file
file_make(const char *path, const char *text)
{
	struct file file;

	file.text = need(strdup(text));
	file_shape(&file, path);
	return (file);
}

static char *
slurp(const char *path)
{
	struct stat status;
	char *text;
	FILE *stream;
	size_t size;

	stream = fopen(path, "rb");
	if (stream == NULL || fstat(fileno(stream), &status) != 0) {
		perror(path);
		abort();
	}
	text = need(malloc((size_t)status.st_size + 1));
	size = fread(text, 1, (size_t)status.st_size, stream);
	text[size] = '\0';
	fclose(stream);
	return (text);
}

static bool
passed_over(const char *path, const char *name)
{
	static const char *const hidden[] = { ".ci", ".clang-format",
	    ".clang-tidy", ".editorconfig", ".gitattributes", ".gitignore",
	    NULL };
	static const char *const products[] = { ".db", ".db-wal", ".db-shm",
	    ".png", ".orig", ".rej", NULL };
	const char *const *one;
	size_t length, tail;

	if (name[0] == '.') {
		for (one = hidden; *one != NULL; one++) {
			if (strcmp(name, *one) == 0)
				return (false);
		}
		return (true);
	}
	length = strlen(name);
	for (one = products; *one != NULL; one++) {
		tail = strlen(*one);
		if (length > tail && strcmp(name + length - tail, *one) == 0)
			return (true);
	}
	return (strncmp(path, "build", 5) == 0 &&
	    (path[5] == '\0' || path[5] == '/' || path[5] == '-'));
}

static int
by_path(const void *a, const void *b)
{

	return (strcmp(((const struct file *)a)->path,
	    ((const struct file *)b)->path));
}

static char *
below(const char *folder, const char *name)
{
	char *path;

	if (asprintf(&path, "%s%s%s", folder, folder[0] == '\0' ? "" : "/",
	    name) < 0)
		need(NULL);
	return (path);
}

static void walk(struct tree *tree, const char *folder);

static void
visit(struct tree *tree, const char *path)
{
	struct stat status;
	struct file *file;
	char *full;

	full = below(TIDY_ROOT, path);
	/* What is gone again was an editor's. */
	if (lstat(full, &status) != 0)
		status.st_mode = 0;
	if (S_ISDIR(status.st_mode))
		walk(tree, path);
	else if (S_ISREG(status.st_mode)) {
		tree->files = need(realloc(tree->files,
		    (tree->count + 1) * sizeof(*tree->files)));
		file = &tree->files[tree->count++];
		file->text = slurp(full);
		file_shape(file, path);
	}
	free(full);
}

static void
walk(struct tree *tree, const char *folder)
{
	struct dirent *entry;
	char *full, *path;
	DIR *dir;

	full = below(TIDY_ROOT, folder);
	dir = opendir(full);
	if (dir == NULL) {
		perror(full);
		abort();
	}
	while ((entry = readdir(dir)) != NULL) {
		path = below(folder, entry->d_name);
		if (!passed_over(path, entry->d_name))
			visit(tree, path);
		free(path);
	}
	closedir(dir);
	free(full);
}

void
tree_load(struct tree *tree)
{

	tree->files = NULL;
	tree->count = 0;
	walk(tree, "");
	qsort(tree->files, tree->count, sizeof(*tree->files), by_path);
}

bool
file_in(const struct file *file, const char *folder)
{

	return (strncmp(file->path, folder, strlen(folder)) == 0);
}

const struct file *
tree_find(const struct tree *tree, const char *path)
{
	size_t i;

	for (i = 0; i < tree->count; i++) {
		if (strcmp(tree->files[i].path, path) == 0)
			return (&tree->files[i]);
	}
	return (NULL);
}

/* --- complaints --------------------------------------------------------------- */

void
complain(const struct file *file, const char *at, const char *format, ...)
{
	const char *p;
	va_list args;
	size_t line;

	complaint_count++;
	if (silent)
		return;
	line = 1;
	for (p = file->text; p < at; p++)
		line += *p == '\n';
	fprintf(stderr, "%s:%zu: ", file->path, line);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	putc('\n', stderr);
}

unsigned
complaints(void)
{

	return (complaint_count);
}

void
complain_silently(void)
{

	silent = true;
}

/* --- words ---------------------------------------------------------------------- */

static bool
in_word(int c)
{

	return (isalnum(c) || c == '_');
}

const char *
word_find(const char *code, const char *word)
{
	const char *p;
	size_t length;

	length = strlen(word);
	for (p = strstr(code, word); p != NULL; p = strstr(p + 1, word)) {
		if ((p == code || !in_word((unsigned char)p[-1])) &&
		    !in_word((unsigned char)p[length]))
			return (p);
	}
	return (NULL);
}

const char *
line_next(const char *line)
{

	line = strchr(line, '\n');
	return (line == NULL ? NULL : line + 1);
}

const char *
text_at(const struct file *file, const char *code)
{

	return (file->text + (code - file->code));
}
