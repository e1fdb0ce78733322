/* SPDX-License-Identifier: BSD-2-Clause */
#define _GNU_SOURCE	/* vasprintf() */
#include "tools/report/html.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "tools/markup.h"
#include "tools/report/report_table.h"

/*
 * Text has a contrast of at least 7 to 1 on its ground, in the light scheme and
 * in the dark one; nothing depends on colour.  Drawings stay on white, since
 * their colours are made for it.  Wide tables scroll in a box of their own.
 * On paper what is folded stays folded, and says so.
 */
static const char style[] =
    ":root{color-scheme:light dark;--ink:#1a1a1a;--paper:#fff;--soft:#333;"
    "--link:#00408f;--line:#bbb;--strong:#444;--box:#f1f1f1}\n"
    "@media (prefers-color-scheme:dark){:root{--ink:#ececec;--paper:#161616;"
    "--soft:#d0d0d0;--link:#9ecbff;--line:#555;--strong:#aaa;--box:#262626}}\n"
    "body{font:16px/1.5 system-ui,-apple-system,\"Segoe UI\",sans-serif;"
    "color:var(--ink);background:var(--paper);max-width:72rem;margin:0 auto;"
    "padding:1rem 1.5rem 4rem}\n"
    "h1{font-size:1.7rem;margin:.5rem 0;overflow-wrap:anywhere}\n"
    "h2{font-size:1.4rem;margin:2.5rem 0 .5rem;"
    "border-bottom:2px solid var(--strong);padding-bottom:.2rem;"
    "overflow-wrap:anywhere}\n"
    "h3{font-size:1.15rem;margin:2rem 0 .5rem}\n"
    "h4{margin:1rem 0 .5rem;overflow-wrap:anywhere}\n"
    "a{color:var(--link)}\n"
    "a:focus-visible,summary:focus-visible,.scroll:focus-visible,"
    "pre:focus-visible{outline:3px solid var(--link);outline-offset:2px}\n"
    ".skip{position:absolute;left:-100rem}\n"
    ".skip:focus{position:static}\n"
    "nav ul{padding-left:1.2rem}\n"
    ".scroll{overflow-x:auto;margin:.5rem 0 1.5rem}\n"
    "table{border-collapse:collapse;font-size:.9rem;"
    "font-variant-numeric:tabular-nums}\n"
    "caption{text-align:left;font-weight:600;padding:.3rem 0}\n"
    "th,td{padding:.25rem .7rem;border-bottom:1px solid var(--line);"
    "text-align:left;vertical-align:top;white-space:nowrap}\n"
    "thead th{border-bottom:2px solid var(--strong)}\n"
    "tbody th{font-weight:400}\n"
    "th.r,td.r{text-align:right}\n"
    "td.wrap{white-space:normal;min-width:16rem}\n"
    "td.mono{font-family:ui-monospace,monospace;white-space:normal;"
    "word-break:break-all;min-width:18rem}\n"
    "figure{margin:1.5rem 0 2.5rem;overflow-x:auto}\n"
    "figure svg{display:block;width:100%;height:auto;background:#fff}\n"
    "figcaption{max-width:46rem;margin-top:.5rem;color:var(--soft)}\n"
    ".warn{border-left:5px solid var(--ink);background:var(--box);"
    "padding:.5rem 1rem;margin:1rem 0}\n"
    "dl{display:grid;grid-template-columns:max-content 1fr;gap:.2rem 1rem}\n"
    "dt{font-weight:600}\ndd{margin:0;overflow-wrap:anywhere}\n"
    "pre{background:var(--box);padding:.8rem;overflow-x:auto;"
    "font-size:.85rem}\n"
    "summary{cursor:pointer;font-weight:600;margin:.5rem 0}\n"
    "@media (max-width:40rem){body{padding:.5rem .8rem 2rem}"
    "dl{grid-template-columns:1fr}dd{margin-bottom:.5rem}"
    "figure svg{min-width:34rem}figcaption{position:sticky;left:0}}\n"
    "@media print{:root{--ink:#000;--paper:#fff;--soft:#222;--link:#000;"
    "--line:#999;--strong:#444;--box:#fff}body{max-width:none;padding:0}"
    "nav,.skip{display:none}figure,tr,.warn{break-inside:avoid}"
    "h2,h3,h4{break-after:avoid}.scroll,pre{overflow:visible}"
    "table{font-size:.65rem}th,td{padding:.1rem .3rem;white-space:normal}"
    "pre{white-space:pre-wrap}figure{overflow:visible}"
    "details:not([open])>summary::after{content:\" (folded)\"}}\n";

void
html_text(FILE *out, const char *text)
{

	markup_text(out, text);
}

void
html_printf(FILE *out, const char *format, ...)
{
	va_list args;
	char *text;

	va_start(args, format);
	if (vasprintf(&text, format, args) < 0)
		abort();
	va_end(args);
	html_text(out, text);
	free(text);
}

void
html_begin(FILE *out, const char *title)
{

	fputs("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n"
	    "<meta charset=\"utf-8\">\n"
	    "<meta name=\"viewport\" content=\"width=device-width, "
	    "initial-scale=1\">\n"
	    "<meta name=\"color-scheme\" content=\"light dark\">\n"
	    "<meta name=\"generator\" content=\"gusim report\">\n<title>", out);
	html_text(out, title);
	fprintf(out, "</title>\n<style>\n%s</style>\n</head>\n<body>\n"
	    "<a class=\"skip\" href=\"#content\">Skip to the results</a>\n"
	    "<header>\n<h1>", style);
	html_text(out, title);
	fputs("</h1>\n", out);
}

void
html_main(FILE *out)
{

	fputs("</header>\n<main id=\"content\" tabindex=\"-1\">\n", out);
}

void
html_end(FILE *out)
{

	fputs("</main>\n</body>\n</html>\n", out);
}

void
html_heading(FILE *out, int level, const char *id, const char *text)
{

	fprintf(out, "<h%d", level);
	if (id != NULL) {
		fputs(" id=\"", out);
		html_text(out, id);
		fputs("\"", out);
	}
	fputs(">", out);
	html_text(out, text);
	fprintf(out, "</h%d>\n", level);
}

static void
put_head(FILE *out, const struct grid *grid)
{
	size_t i;

	fputs("<thead><tr>", out);
	for (i = 0; i < grid->column_count; i++) {
		fprintf(out, "<th scope=\"col\"%s>",
		    grid->columns[i] == 'r' ? " class=\"r\"" : "");
		html_text(out, grid->cells[i]);
		fputs("</th>", out);
	}
	fputs("</tr></thead>\n<tbody>\n", out);
}

void
html_table(FILE *out, const char *caption, const struct grid *grid, bool mono)
{
	size_t column, i;
	const char *class;
	bool last;

	/* A box that scrolls must be within reach of the keyboard. */
	fputs("<div class=\"scroll\" tabindex=\"0\" role=\"region\" "
	    "aria-label=\"", out);
	html_text(out, caption);
	fputs("\"><table>\n<caption>", out);
	html_text(out, caption);
	fputs("</caption>\n", out);
	put_head(out, grid);
	for (i = grid->column_count; i < grid->cell_count; i++) {
		column = i % grid->column_count;
		last = column + 1 == grid->column_count;
		class = grid->columns[column] == 'r' ? " class=\"r\"" :
		    mono && last ? " class=\"mono\"" :
		    mono && column > 0 ? " class=\"wrap\"" : "";
		if (column == 0)
			fprintf(out, "<tr><th scope=\"row\"%s>", class);
		else
			fprintf(out, "<td%s>", class);
		html_text(out, grid->cells[i]);
		fputs(column == 0 ? "</th>" : "</td>", out);
		if (last)
			fputs("</tr>\n", out);
	}
	fputs("</tbody>\n</table></div>\n", out);
}

/*
 * Several drawings of gnuplot in one page have the same names inside; each
 * name and each use of one gets the id of its drawing in front.
 */
static void
put_renamed(FILE *out, const char *svg, const char *id)
{
	static const char *const marks[] = { " id=\"", " id='", "href='#",
		"href=\"#", "url(#" };
	size_t i, length;

	while (*svg != '\0') {
		for (i = 0; i < sizeof(marks) / sizeof(marks[0]); i++) {
			length = strlen(marks[i]);
			if (strncmp(svg, marks[i], length) != 0)
				continue;
			fwrite(svg, 1, length, out);
			fprintf(out, "%s-", id);
			svg += length;
			break;
		}
		putc(*svg++, out);
	}
}

int
html_svg(FILE *out, const char *svg, const char *id, const char *title,
    const char *label)
{
	const char *box, *end;
	unsigned height, width;

	svg = strstr(svg, "<svg");
	end = svg == NULL ? NULL : strchr(svg, '>');
	box = svg == NULL ? NULL : strstr(svg, "viewBox=\"");
	if (end == NULL || box == NULL || box > end ||
	    sscanf(box, "viewBox=\"0 0 %u %u\"", &width, &height) != 2)
		return (-1);
	fprintf(out, "<svg role=\"img\" viewBox=\"0 0 %u %u\" "
	    "style=\"max-width:%upx\" xmlns=\"http://www.w3.org/2000/svg\" "
	    "xmlns:xlink=\"http://www.w3.org/1999/xlink\" "
	    "aria-labelledby=\"%s-title\" aria-describedby=\"%s-desc\">"
	    "<title id=\"%s-title\">", width, height, width, id, id, id);
	html_text(out, title);
	fprintf(out, "</title><desc id=\"%s-desc\">", id);
	html_text(out, label);
	fputs("</desc>", out);
	/* Its own title is no help: "Gnuplot". */
	box = strstr(end, "<title>");
	if (box != NULL && (box = strstr(box, "</desc>")) != NULL)
		end = box + strlen("</desc>") - 1;
	put_renamed(out, end + 1, id);
	return (0);
}
