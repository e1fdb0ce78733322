/* SPDX-License-Identifier: BSD-2-Clause */
#define _GNU_SOURCE	/* posix_spawn_file_actions_addchdir_np(), asprintf() */
#include "tools/report/plot.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdarg.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sim/base/err.h"
#include "sim/base/must.h"

enum { PATH_ROOM = 4096 };

static const char script_name[] = "plots.gp";
static const char complaint_name[] = ".gnuplot.err";

struct plot {
	char *folder;
	/* Pointers, since callers keep them while the list grows. */
	struct plot_figure **figures;
	size_t figure_count;
};

extern char **environ;

struct plot *
plot_create(const char *folder)
{
	struct plot *plot;

	plot = must_alloc(1, sizeof(*plot));
	plot->folder = must_copy(folder);
	return (plot);
}

void
plot_destroy(struct plot *plot)
{
	struct plot_figure *figure;
	size_t i;

	if (plot == NULL)
		return;
	for (i = 0; i < plot->figure_count; i++) {
		figure = plot->figures[i];
		if (figure->commands != NULL)
			fclose(figure->commands);
		free(figure->buffer);
		free(figure->name);
		free(figure->title);
		free(figure->caption);
		free(figure->text);
		free(figure);
	}
	free(plot->figures);
	free(plot->folder);
	free(plot);
}

/* The name, with a number behind it where it is taken. */
static char *
new_name(const struct plot *plot, const char *name)
{
	char *text;
	size_t i;
	unsigned copy;

	text = must_copy(name);
	copy = 1;
	for (i = 0; i < plot->figure_count; i++) {
		if (strcmp(plot->figures[i]->name, text) != 0)
			continue;
		free(text);
		if (asprintf(&text, "%s-%u", name, ++copy) < 0)
			abort();
		i = (size_t)-1;		/* from the first again */
	}
	return (text);
}

struct plot_figure *
plot_add(struct plot *plot, const char *name, const char *title,
    unsigned width, unsigned height)
{
	struct plot_figure *figure;

	figure = must_alloc(1, sizeof(*figure));
	figure->name = new_name(plot, name);
	figure->title = must_copy(title);
	figure->width = width;
	figure->height = height;
	figure->commands = open_memstream(&figure->buffer, &figure->length);
	if (figure->commands == NULL)
		abort();
	plot->figures = must_grow(plot->figures, plot->figure_count,
	    sizeof(*plot->figures));
	plot->figures[plot->figure_count++] = figure;
	return (figure);
}

size_t
plot_count(const struct plot *plot)
{

	return (plot->figure_count);
}

const struct plot_figure *
plot_at(const struct plot *plot, size_t i)
{

	return (plot->figures[i]);
}

static void
words(char **text, const char *format, va_list args)
{

	free(*text);
	if (vasprintf(text, format, args) < 0)
		abort();
}

void
plot_caption(struct plot_figure *figure, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	words(&figure->caption, format, args);
	va_end(args);
}

void
plot_text(struct plot_figure *figure, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	words(&figure->text, format, args);
	va_end(args);
}

/* --- the script ------------------------------------------------------------- */

/* `doubled` are the characters that stand for themselves when written twice. */
static void
quote(FILE *out, const char *text, const char *doubled)
{

	putc('\'', out);
	for (; *text != '\0'; text++) {
		if (strchr(doubled, *text) != NULL)
			putc(*text, out);
		putc((unsigned char)*text < ' ' || *text == 127 ? ' ' : *text,
		    out);
	}
	putc('\'', out);
}

void
plot_quote(FILE *out, const char *text)
{

	quote(out, text, "'");
}

void
plot_quote_tick(FILE *out, const char *text)
{

	quote(out, text, "'%");
}

static bool
is_cut(const char *tick)
{

	return (strlen(tick) > 49 && strchr(tick, '%') != NULL);
}

void
plot_row_tick(FILE *out, const char *name)
{

	plot_quote_tick(out, is_cut(name) ? "" : name);
}

void
plot_row_name(FILE *out, const char *name, double at)
{

	if (!is_cut(name))
		return;
	fputs("set label ", out);
	plot_quote(out, name);
	fprintf(out, " at graph 0,first %g right offset -1,0 front\n", at);
}

/*
 * The same commands draw both files.  The PNG has one and a half times the
 * pixels: it is looked at on screens that have them, or is printed.
 */
static void
write_figure(FILE *out, struct plot_figure *figure)
{
	static const char *const terminals[2] = {
		"pngcairo noenhanced size %u,%u font 'sans,10' fontscale 1.5 "
		"linewidth 1.5 pointscale 1.5 background rgb '#ffffff'",
		"svg noenhanced size %u,%u font 'sans-serif,10' fontscale 1.3 "
		"linewidth 1",
	};
	static const char *const endings[2] = { "png", "svg" };
	int i;

	fflush(figure->commands);
	fprintf(out, "\n# %s\n", figure->name);
	for (i = 0; i < 2; i++) {
		fputs("reset\nset term ", out);
		/* The formats are the two above. */
		if (i == 0)
			fprintf(out, terminals[0], figure->width * 3 / 2,
			    figure->height * 3 / 2);
		else
			fprintf(out, terminals[1], figure->width,
			    figure->height);
		fprintf(out, "\nset output '%s.%s'\n", figure->name,
		    endings[i]);
		fputs("set encoding utf8\nset border 3 lw 1 lc rgb '#333333'\n"
		    "set tics nomirror out scale 0.6\n"
		    "set grid lc rgb '#d0d0d0' lw 0.6 lt 1\nset label ", out);
		/* In the middle of the picture, not of the axes. */
		plot_quote(out, figure->title);
		fprintf(out, " at screen 0.5,screen %.4f center font ',12'\n",
		    1 - 18.0 / figure->height);
		fwrite(figure->buffer, 1, figure->length, out);
		fputs("unset output\n", out);
	}
}

static void
place(char path[PATH_ROOM], const struct plot *plot, const char *name,
    const char *ending)
{

	/* Too long a path is noticed when it is opened. */
	snprintf(path, PATH_ROOM, "%s/%s%s", plot->folder, name, ending);
}

static int
write_script(const struct plot *plot, struct err *err)
{
	char path[PATH_ROOM];
	FILE *out;
	size_t i;
	bool bad;

	place(path, plot, script_name, "");
	out = fopen(path, "w");
	if (out == NULL)
		return (err_set(err, "%s: %s", path, strerror(errno)));
	fputs("# The figures of the report; `gnuplot plots.gp` draws them "
	    "again.\n", out);
	for (i = 0; i < plot->figure_count; i++)
		write_figure(out, plot->figures[i]);
	bad = ferror(out) != 0;
	if (fclose(out) != 0 || bad)
		return (err_set(err, "%s: %s", path, strerror(errno)));
	return (0);
}

/* --- the program ------------------------------------------------------------ */

/* Its first complaint, on one line. */
static void
read_complaint(const char *path, char *text, size_t room)
{
	size_t length;
	char *end;
	FILE *in;

	length = 0;
	in = fopen(path, "r");
	if (in != NULL) {
		length = fread(text, 1, room - 1, in);
		fclose(in);
	}
	text[length] = '\0';
	for (end = text; *end != '\0'; end++) {
		if ((unsigned char)*end < ' ')
			*end = ' ';
	}
	while (end > text && end[-1] == ' ')
		*--end = '\0';
	memmove(text, text + strspn(text, " "), strlen(text) + 1 -
	    strspn(text, " "));
}

static int
wait_for(pid_t pid)
{
	int status;

	while (waitpid(pid, &status, 0) < 0) {
		if (errno != EINTR)
			return (-1);
	}
	return (status);
}

static int
draw(const struct plot *plot, struct err *err)
{
	static char program[] = "gnuplot", defaults[] = "-d";
	char complaints[PATH_ROOM], script[sizeof(script_name)], said[300];
	char *argv[] = { program, defaults, script, NULL };
	posix_spawn_file_actions_t actions;
	pid_t pid;
	int code, status;

	memcpy(script, script_name, sizeof(script));
	place(complaints, plot, complaint_name, "");
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null",
	    O_RDONLY, 0);
	posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null",
	    O_WRONLY, 0);
	posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, complaints,
	    O_WRONLY | O_CREAT | O_TRUNC, 0666);
	posix_spawn_file_actions_addchdir_np(&actions, plot->folder);
	code = posix_spawnp(&pid, program, &actions, NULL, argv, environ);
	posix_spawn_file_actions_destroy(&actions);
	if (code == ENOENT)
		return (err_set(err, "there is no gnuplot in PATH; it draws "
		    "the figures: install the package gnuplot-nox"));
	if (code != 0)
		return (err_set(err, "cannot run gnuplot: %s",
		    strerror(code)));
	status = wait_for(pid);
	read_complaint(complaints, said, sizeof(said));
	unlink(complaints);
	if (status < 0 || WIFSIGNALED(status))
		return (err_set(err, "gnuplot was killed%s%s",
		    said[0] != '\0' ? ": " : "", said));
	if (WEXITSTATUS(status) != 0)
		return (err_set(err, "gnuplot gave up: %s", said));
	return (0);
}

/* gnuplot can fail to write and still be content. */
static int
check_files(const struct plot *plot, struct err *err)
{
	static const char *const endings[2] = { ".png", ".svg" };
	char path[PATH_ROOM];
	struct stat file;
	size_t i;

	for (i = 0; i < plot->figure_count * 2; i++) {
		place(path, plot, plot->figures[i / 2]->name, endings[i % 2]);
		if (stat(path, &file) != 0 || file.st_size == 0)
			return (err_set(err, "gnuplot did not write %s; the "
			    "disk may be full", path));
	}
	return (0);
}

/*
 * Without any font cairo leaves all text out and says nothing.  Where fc-list
 * is not installed nothing is known, and nothing is said.
 */
static bool
is_blind(void)
{
	static char program[] = "fc-list";
	char *argv[] = { program, NULL };
	posix_spawn_file_actions_t actions;
	char byte;
	pid_t pid;
	int code, ends[2], status;
	bool any;

	if (pipe2(ends, O_CLOEXEC) != 0)
		return (false);
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
	code = posix_spawnp(&pid, program, &actions, NULL, argv, environ);
	posix_spawn_file_actions_destroy(&actions);
	close(ends[1]);
	any = code == 0 && read(ends[0], &byte, 1) == 1;
	close(ends[0]);
	if (code != 0)
		return (false);
	status = wait_for(pid);
	return (!any && status >= 0 && WIFEXITED(status) &&
	    WEXITSTATUS(status) == 0);
}

int
plot_run(struct plot *plot, bool *blind, struct err *err)
{

	*blind = false;
	if (plot->figure_count == 0)
		return (0);
	if (write_script(plot, err) != 0 || draw(plot, err) != 0 ||
	    check_files(plot, err) != 0)
		return (-1);
	*blind = is_blind();
	return (0);
}
