/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/report/report.h"

#include <string.h>

#include "sim/base/err.h"
#include "sim/base/must.h"
#include "tools/report/plot.h"
#include "tools/report/report_data.h"
#include "tools/report/report_effects.h"
#include "tools/report/report_figures.h"
#include "tools/report/report_folder.h"
#include "tools/report/report_page.h"
#include "tools/report/report_part.h"
#include "tools/report/report_words.h"
#include "tools/store/store.h"

enum { BRIEF_ROWS_MAX = 12 };

/* A report while it is made. */
struct making {
	struct report_data *data;
	struct report_part *parts;	/* one for each experiment */
	struct plot *plot;
	struct report_folder *folder;
};

/* Two experiments of the same name must not share file names. */
static void
name_part(const struct report_data *data, size_t number,
    char prefix[REPORT_NAME_SIZE])
{
	const char *words[2];
	char digits[24];
	size_t i, words_count;
	bool alone;

	alone = true;
	for (i = 0; i < data->experiment_count; i++)
		alone = alone && (i == number || strcmp(
		    data->experiments[i].name,
		    data->experiments[number].name) != 0);
	snprintf(digits, sizeof(digits), "%lld",
	    (long long)data->experiments[number].id);
	words[0] = data->experiments[number].name;
	words[1] = digits;
	words_count = alone ? 1 : 2;
	report_name(prefix, words, words_count);
}

static int
make_figures(struct making *making, struct err *err)
{
	struct report_scene scene = { .data = making->data,
		.plot = making->plot };
	char prefix[REPORT_NAME_SIZE];
	size_t i;

	for (i = 0; i < making->data->experiment_count; i++) {
		name_part(making->data, i, prefix);
		scene.experiment = &making->data->experiments[i];
		scene.shape = making->parts[i].shape;
		scene.prefix = prefix;
		scene.omitted = 0;
		making->parts[i].figures_begin = plot_count(making->plot);
		sensitivity_figure(making->parts[i].sensitivity, &scene);
		if (report_figures(&scene, err) != 0)
			return (-1);
		making->parts[i].figures_end = plot_count(making->plot);
		making->parts[i].omitted = scene.omitted;
	}
	return (0);
}

static int
write_files(struct making *making, const char *title, struct err *err)
{
	FILE *out;
	int good;

	out = report_folder_begin(making->folder, "summary.csv", err);
	if (out == NULL)
		return (-1);
	report_csv(out, making->data);
	if (report_folder_end(making->folder, out, err) != 0)
		return (-1);
	out = report_folder_begin(making->folder, "report.md", err);
	if (out == NULL)
		return (-1);
	good = report_markdown(out, making->data, making->parts, err);
	if (report_folder_end(making->folder, out, good == 0 ? err : NULL) != 0
	    || good != 0)
		return (-1);
	out = report_folder_begin(making->folder, "mail.txt", err);
	if (out == NULL)
		return (-1);
	report_mail(out, making->data, making->parts);
	if (report_folder_end(making->folder, out, err) != 0)
		return (-1);
	out = report_folder_begin(making->folder, "index.html", err);
	if (out == NULL)
		return (-1);
	good = report_page(out, making->data, making->parts, making->plot,
	    report_folder_path(making->folder), title, err);
	if (report_folder_end(making->folder, out, good == 0 ? err : NULL) != 0
	    || good != 0)
		return (-1);
	return (0);
}

static void
print_brief(const struct making *making, FILE *brief)
{
	struct report_scene scene = { .data = making->data };
	size_t count, i, points[BRIEF_ROWS_MAX];

	for (i = 0; i < making->data->experiment_count; i++) {
		scene.experiment = &making->data->experiments[i];
		scene.shape = making->parts[i].shape;
		count = report_choose(&scene, points, BRIEF_ROWS_MAX);
		report_terminal(brief, making->data, &making->parts[i], points,
		    count);
	}
}

static enum report_end
make(struct making *making, const char *title,
    const volatile sig_atomic_t *stop, struct report_made *made,
    struct err *err)
{
	size_t i;

	making->parts = must_alloc(making->data->experiment_count,
	    sizeof(*making->parts));
	for (i = 0; i < making->data->experiment_count; i++) {
		if (report_part_init(&making->parts[i], making->data,
		    &making->data->experiments[i], err) != 0)
			return (REPORT_FAILED);
		if (*stop)
			return (REPORT_STOPPED);
	}
	making->plot = plot_create(report_folder_path(making->folder));
	if (make_figures(making, err) != 0)
		return (REPORT_FAILED);
	if (*stop)
		return (REPORT_STOPPED);
	if (plot_run(making->plot, &made->blind, err) != 0)
		/* A signal to the terminal ends gnuplot too. */
		return (*stop ? REPORT_STOPPED : REPORT_FAILED);
	if (write_files(making, title, err) != 0)
		return (REPORT_FAILED);
	return (*stop ? REPORT_STOPPED : REPORT_DONE);
}

static void
unmake(struct making *making)
{
	size_t i;

	for (i = 0; making->parts != NULL &&
	    i < making->data->experiment_count; i++)
		report_part_fini(&making->parts[i]);
	free(making->parts);
	plot_destroy(making->plot);
	report_folder_destroy(making->folder);
	report_data_free(making->data);
}

enum report_end
report_make(struct store *store, const char *folder, FILE *brief,
    const volatile sig_atomic_t *stop, struct report_made *made,
    struct err *err)
{
	struct making making = { 0 };
	enum report_end end;
	const char *slash;
	char title[400];

	memset(made, 0, sizeof(*made));
	switch (report_folder_look(folder, err)) {
	case 0:
		break;
	case 1:
		return (REPORT_REFUSED);
	default:
		return (REPORT_FAILED);
	}
	making.data = report_data_load(store, err);
	if (making.data == NULL)
		return (REPORT_FAILED);
	making.folder = report_folder_create(folder, err);
	end = REPORT_FAILED;
	slash = strrchr(store_path(store), '/');
	snprintf(title, sizeof(title), "gusim report: %s", slash == NULL ?
	    store_path(store) : slash + 1);
	if (making.folder != NULL)
		end = make(&making, title, stop, made, err);
	if (end == REPORT_DONE && report_folder_publish(making.folder,
	    &made->files, &made->file_count, err) != 0)
		end = REPORT_FAILED;
	if (end == REPORT_DONE)
		print_brief(&making, brief);
	unmake(&making);
	return (end);
}

void
report_made_fini(struct report_made *made)
{
	size_t i;

	for (i = 0; i < made->file_count; i++)
		free(made->files[i]);
	free(made->files);
	made->files = NULL;
	made->file_count = 0;
}
