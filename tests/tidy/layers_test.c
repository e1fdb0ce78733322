/*
 * layers_test - who may include whom, and who may call what?
 *
 * The longest prefix of a file's path picks its row.  In `may`, a word that
 * ends in '/' allows a folder, any other word one header, <...> one of the
 * system's.  C means the plain C headers below.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <stdio.h>
#include <string.h>

#include <criterion/criterion.h>

#include "tests/tidy/tree.h"

struct layer {
	const char *prefix;
	const char *may;
};

/* What needs no operating system. */
#define FREESTANDING "<stdarg.h> <stdatomic.h> <stdbool.h> <stddef.h> " \
	"<stdint.h> <limits.h> "
/* The rest of what a pure function wants; <stdio.h> for snprintf() alone. */
#define PURE FREESTANDING "<assert.h> <inttypes.h> <stdio.h> <stdlib.h> " \
	"<string.h> "
#define INSIDE "sim/lab_run.h sim/run.h sim/spec.h sim/base/ sim/machine/ "

/* What the host side sees of a run. */
#define HOST "<*> tools/markup.h sim/run.h sim/spec.h " \
	"sim/core_state.h sim/base/ " \
	"sim/machine/stream.h sim/machine/config.h sim/machine/choice.h " \
	"sim/memory/memory.h sim/strategies/strategy.h " \
	"sim/strategies/schedule.h " \
	"policies/policy.h policies/policy_core.h " \
	"sim/faults/fault.h sim/checks/check.h sim/metrics/metrics.h "

static const struct layer layers[] = {
	{ "engine/", FREESTANDING "engine/ <kern_port.h>" },
	/* Kernel code: the headers that it finds in its own tree. */
	{ "engine/freebsd/", FREESTANDING "engine/ <sys/param.h> "
	    "<sys/systm.h> <sys/kernel.h> <sys/smp.h> <sys/smr.h> "
	    "<sys/sysctl.h> <vm/uma.h>" },
	{ "engine/freebsd/include/", FREESTANDING "engine/kern.h <sys/types.h> "
	    "<sys/cdefs.h> <sys/param.h> <sys/malloc.h> <sys/pcpu.h> "
	    "<sys/proc.h> <sys/systm.h> <sys/counter.h> <machine/atomic.h> "
	    "<machine/cpu.h> <smr_tree.h>" },
	{ "engine/freebsd/own/", "<sys/types.h> <sys/_smr.h>" },
	/* What modules of others include, and they alone. */
	{ "engine/freebsd/module/", "<*>" },
	{ "engine/native/", PURE "engine/ <linux/membarrier.h> <pthread.h> "
	    "<sched.h> <sys/mman.h> <sys/syscall.h> <time.h> <unistd.h> "
	    "<errno.h>" },
	{ "policies/", FREESTANDING "engine/ policies/ sim/base/part.h "
	    "sim/base/knob.h" },
	{ "sim/base/", PURE "sim/base/ <xxhash.h> <Random123/philox.h> "
	    "<emmintrin.h>" },
	/* The machine asks the model that a run has, and keeps the clocks: it
	 * sees the interfaces of sim/memory/, and no single model. */
	{ "sim/machine/", PURE "sim/base/ sim/machine/ engine/kern.h "
	    "sim/memory/memory.h sim/memory/memory_choose.h "
	    "sim/memory/clock.h sim/memory/sync.h sim/memory/sync_now.h "
	    /* Races that are none are seen where the access is. */
	    "sim/memory/place_now.h <sys/mman.h>" },
	{ "sim/memory/", PURE "sim/base/ sim/machine/ sim/memory/" },
	{ "sim/kern/", PURE "sim/kern/ sim/base/ sim/machine/ "
	    "sim/memory/memory.h sim/memory/sync.h sim/oracle/items.h "
	    "sim/oracle/sections.h engine/kern.h engine/kern_scheme.h "
	    /* The allocator of the machine's own pages is real code too. */
	    "engine/page_pool.h" },
	{ "sim/oracle/", PURE "sim/base/ sim/machine/ sim/oracle/ "
	    "engine/kern.h" },
	{ "sim/faults/", PURE INSIDE "sim/faults/ policies/policy.h" },
	/* Who guides a run answers questions, and has no hand in it. */
	{ "sim/strategies/", PURE "sim/run.h sim/spec.h sim/base/ "
	    "sim/machine/choice.h sim/strategies/" },
	{ "sim/checks/", PURE INSIDE "sim/checks/ sim/oracle/ "
	    "sim/memory/clock.h sim/memory/shadow.h sim/memory/place.h "
	    "sim/memory/place_judge.h sim/kern/kern_pages.h" },
	{ "sim/metrics/", PURE INSIDE "sim/metrics/ sim/oracle/ "
	    "sim/kern/kern_pages.h" },
	{ "sim/workloads/", FREESTANDING "sim/workloads/ sim/lab.h "
	    "sim/base/ engine/kern.h sim/kmod/kmod.h" },
	{ "sim/kmod/", PURE INSIDE "sim/kmod/ sim/oracle/ sim/lab.h "
	    "sim/checks/check.h sim/metrics/metrics.h sim/memory/memory.h "
	    "sim/memory/clock.h sim/memory/sync.h "
	    "engine/kern.h policies/policy.h policies/policy_engine.h "
	    "<elf.h> <sys/mman.h> <xxhash.h>" },
	{ "sim/litmus/", PURE INSIDE "sim/litmus/ sim/memory/memory.h "
	    "sim/memory/clock.h sim/strategies/explore.h" },
	{ "sim/", PURE "sim/ policies/policy.h policies/policy_core.h "
	    "engine/kern.h <xxhash.h>" },
	{ "tools/litmus/", HOST "tools/litmus/ sim/litmus/program.h "
	    "sim/memory/memories.def" },
	{ "tools/scenario/", HOST "tools/scenario/ tools/stats/design.h "
	    "sim/kmod/kmod.h sim/kmod/object.h" },
	{ "tools/store/", HOST "tools/store/ tools/scenario/ tools/campaign/ "
	    "tools/stats/" },
	{ "tools/source/", HOST "tools/source/ sim/kmod/kmod.h sim/plugin.h "
	    "tools/plugin/plugin.h" },
	{ "tools/plugin/", HOST "tools/plugin/ sim/plugin.h "
	    "policies/plugin.h tools/campaign/build_id.h "
	    "tools/scenario/library.h" },
	{ "tools/shrink/", HOST "tools/shrink/ tools/campaign/ "
	    "tools/source/" },
	{ "tools/trace/", HOST "tools/trace/ tools/store/ tools/source/" },
	{ "tools/report/", HOST "tools/report/ tools/store/ "
	    "tools/stats/ tools/campaign/build_id.h "
	    "tools/cli/human.h tools/cli/table.h" },
	{ "tools/cluster/", HOST "tools/cluster/ tools/campaign/ "
	    "tools/scenario/ tools/store/ tools/plugin/plugin.h "
	    "tools/cli/options.h tools/cli/progress.h tools/cli/human.h" },
	{ "tools/stats/", HOST "tools/stats/" },
	{ "tools/tune/", HOST "tools/tune/ tools/stats/ tools/scenario/ "
	    "tools/store/ tools/campaign/ tools/cli/ tools/show/show.h "
	    "tools/plugin/plugin.h" },
	{ "tools/compare/", HOST "tools/compare/ tools/stats/ tools/report/ "
	    "tools/store/ tools/cli/human.h tools/cli/table.h" },
	{ "tools/show/", HOST "tools/show/ tools/source/ tools/trace/ "
	    "tools/campaign/build_id.h tools/cli/options.h" },
	{ "tools/campaign/", HOST "tools/campaign/ tools/scenario/ "
	    "tools/stats/ tools/store/ tools/trace/ tools/source/ tools/cli/ "
	    "tools/show/show.h tools/plugin/plugin.h" },
	{ "tools/hunt/", HOST "tools/hunt/ tools/campaign/ tools/source/" },
	{ "tools/gdb/", HOST "tools/gdb/ sim/plugin.h tools/plugin/plugin.h" },
	{ "tools/calibrate/", HOST "tools/calibrate/ tools/cli/table.h "
	    "tools/campaign/build_id.h tools/campaign/host.h" },
	{ "tools/conform/", HOST "tools/conform/ tools/campaign/ "
	    "tools/scenario/ tools/source/ sim/lab.h" },
	{ "tools/claims/", HOST "tools/claims/ tools/campaign/ "
	    "tools/scenario/ tools/stats/ tools/cli/human.h "
	    "tools/cli/table.h tools/cli/progress.h tools/cli/wrap.h" },
	{ "tools/validate/", HOST "tools/validate/ tools/campaign/ "
	    "tools/report/ tools/cli/human.h tools/cli/table.h "
	    "tools/cli/progress.h" },
	/* What runs on real threads instead of the machine. */
	{ "tools/validate/lab_native", HOST "tools/validate/ sim/lab.h "
	    "engine/kern.h" },
	{ "tools/validate/native", HOST "tools/validate/ sim/lab.h "
	    "engine/kern.h" },
	{ "tools/", HOST "tools/ sim/lab.h sim/kmod/" },
	{ "bench/", "bench/ engine/ policies/ sim/ tools/ <*>" },
	{ "tests/", "tests/ bench/ engine/ policies/ sim/ tools/ <*>" },
	{ "docs/", "docs/ engine/ <*>" },
	/* What users begin with: no more than is installed for them. */
	{ "examples/", FREESTANDING "engine/ policies/" },
};

/* Whose headers, or calls, stay behind one door. */
struct door {
	const char *what;	/* a header, or a function with "(" */
	const char *rooms;	/* prefixes of files, within tools/ and sim/ */
};

static const struct door doors[] = {
	{ "<yaml.h>", "tools/scenario/yaml.c" },
	{ "<sqlite3.h>", "tools/store/ tools/report/report_data" },
	{ "<jansson.h>", "tools/cli/json_out.c tools/cli/list.c "
	    "tools/cli/shrink_text.c tools/calibrate/calibrate_out.c "
	    "tools/cli/verb_list.c tools/litmus/litmus_json.c "
	    "tools/validate/validate_json.c tools/compare/compare_json.c "
	    "tools/claims/claim_json.c tools/tune/tune_json.c" },
	{ "<zstd.h>", "tools/campaign/token" },
	{ "<cairo.h>", "tools/show/picture_png.c" },
	{ "<elfutils/libdw.h>", "tools/source/" },
	{ "<elfutils/libdwfl.h>", "tools/source/" },
	{ "<dwarf.h>", "tools/source/" },
	{ "<gelf.h>", "tools/source/" },
	{ "fork(", "tools/campaign/pool_process.c "
	    "tools/plugin/plugin_trial.c" },
	{ "dlopen(", "tools/plugin/plugin.c" },
	{ "vfork(", "" },
	{ "system(", "" },
	{ "popen(", "" },
	{ "pthread_create(", "tools/validate/native_ "
	    "tools/calibrate/partner.c" },
};

static bool
word_matches(const char *word, size_t length, const char *header)
{

	if (length == 3 && strncmp(word, "<*>", 3) == 0)
		return (header[0] == '<');
	if (word[length - 1] == '/')
		return (strncmp(header, word, length) == 0);
	return (strlen(header) == length && strncmp(header, word, length) == 0);
}

static bool
listed(const char *words, const char *header)
{
	size_t length;

	for (; *words != '\0'; words += length) {
		words += strspn(words, " ");
		length = strcspn(words, " ");
		if (length > 0 && word_matches(words, length, header))
			return (true);
	}
	return (false);
}

static bool
in_rooms(const char *rooms, const char *path)
{
	size_t length;

	for (; *rooms != '\0'; rooms += length) {
		rooms += strspn(rooms, " ");
		length = strcspn(rooms, " ");
		if (length > 0 && strncmp(path, rooms, length) == 0)
			return (true);
	}
	return (false);
}

static const struct layer *
layer_of(const struct file *file)
{
	const struct layer *layer, *best;

	best = NULL;
	for (layer = layers; layer < layers + sizeof(layers) / sizeof(*layers);
	    layer++) {
		if (file_in(file, layer->prefix) && (best == NULL ||
		    strlen(layer->prefix) > strlen(best->prefix)))
			best = layer;
	}
	return (best);
}

/* The include of a line as "folder/file.h" or "<file.h>"; false for none. */
static bool
include_of(const char *line, char *header, size_t size)
{
	size_t length;

	if (strncmp(line, "#include", 8) != 0)
		return (false);
	line += 8;
	line += strspn(line, " \t");
	length = *line == '"' ? strcspn(line + 1, "\"") :
	    *line == '<' ? strcspn(line, ">") + 1 : 0;
	if (length == 0)
		return (false);		/* a macro: the compiler sees to it */
	snprintf(header, size, "%.*s", (int)length,
	    *line == '"' ? line + 1 : line);
	return (true);
}

static bool
behind_door(const struct file *file, const char *header)
{
	const struct door *door;

	if (!file_in(file, "tools/"))
		return (false);
	for (door = doors; door < doors + sizeof(doors) / sizeof(*doors);
	    door++) {
		if (strcmp(door->what, header) == 0)
			return (!in_rooms(door->rooms, file->path));
	}
	return (false);
}

static void
check_includes(const struct file *file)
{
	const struct layer *layer;
	char header[256];
	const char *line;

	if (!file->c)
		return;
	layer = layer_of(file);
	if (layer == NULL) {
		complain(file, file->text, "no row of the table of layers in "
		    "tests/tidy/layers_test.c is for this folder");
		return;
	}
	for (line = file->text; line != NULL; line = line_next(line)) {
		if (!include_of(line, header, sizeof(header)))
			continue;
		/* What the build writes has no folder ... */
		if (file_in(file, "tools/") && strstr(header, "_value.h"))
			continue;
		/* ... and a test may name what stands beside it. */
		if (file_in(file, "tests/") && strchr(header, '/') == NULL)
			continue;
		if (!listed(layer->may, header)) {
			complain(file, line, "%s may not include %s",
			    layer->prefix, header);
		}
		if (behind_door(file, header)) {
			complain(file, line, "%s is included elsewhere only: "
			    "see `doors` in tests/tidy/layers_test.c", header);
		}
	}
}

static void
check_calls(const struct file *file)
{
	const struct door *door;
	const char *p;
	char name[64];

	if (!file_in(file, "tools/") && !file_in(file, "sim/"))
		return;
	for (door = doors; door < doors + sizeof(doors) / sizeof(*doors);
	    door++) {
		if (door->what[0] == '<' || in_rooms(door->rooms, file->path))
			continue;
		snprintf(name, sizeof(name), "%.*s",
		    (int)strcspn(door->what, "("), door->what);
		for (p = word_find(file->code, name); p != NULL;
		    p = word_find(p + 1, name)) {
			if (p[strlen(name)] == '(') {
				complain(file, text_at(file, p),
				    "%s() is for %s", name,
				    door->rooms[0] == '\0' ? "nobody here" :
				    door->rooms);
			}
		}
	}
}

Test(layers, every_include_obeys_the_table)
{
	struct tree tree;
	size_t i;

	tree_load(&tree);
	cr_assert_gt(tree.count, 200, "there are only %zu files", tree.count);
	for (i = 0; i < tree.count; i++)
		check_includes(&tree.files[i]);
	cr_assert_eq(complaints(), 0, "%u complaints", complaints());
}

Test(layers, what_is_behind_a_door_stays_there)
{
	struct tree tree;
	size_t i;

	tree_load(&tree);
	for (i = 0; i < tree.count; i++)
		check_calls(&tree.files[i]);
	cr_assert_eq(complaints(), 0, "%u complaints", complaints());
}

/* --- the rules bite --------------------------------------------------------- */

static unsigned
bites(const char *path, const char *text)
{
	struct file file;
	unsigned before;

	complain_silently();
	before = complaints();
	file = file_make(path, text);
	check_includes(&file);
	check_calls(&file);
	return (complaints() - before);
}

Test(layers, rules_bite)
{

	cr_expect_eq(bites("engine/x.c", "#include \"engine/smr.h\"\n"), 0);
	cr_expect_eq(bites("engine/x.c", "#include \"sim/run.h\"\n"), 1);
	cr_expect_eq(bites("engine/x.c", "#include <stdio.h>\n"), 1);
	cr_expect_eq(bites("engine/native/x.c", "#include <stdio.h>\n"), 0);
	cr_expect_eq(bites("policies/x.c", "#include \"sim/lab.h\"\n"), 1);
	cr_expect_eq(bites("sim/base/x.c", "\n\n#include <time.h>\n"), 1);
	cr_expect_eq(bites("sim/x.c", "#include \"tools/scenario/plan.h\"\n"), 1);
	cr_expect_eq(bites("tools/x.c", "#include <time.h>\n"), 0);
	cr_expect_eq(bites("tools/x.c", "#include \"sim/machine/machine.h\"\n"),
	    1);
	cr_expect_eq(bites("tools/scenario/x.c",
	    "#include \"tools/store/store.h\"\n"), 1);
	cr_expect_eq(bites("tools/x.c", "#include <sqlite3.h>\n"), 1);
	cr_expect_eq(bites("tools/store/x.c", "#include <sqlite3.h>\n"), 0);
	cr_expect_eq(bites("tools/x.c", "int f(void) { return (fork()); }\n"),
	    1);
	cr_expect_eq(bites("tools/x.c", "/* fork() */ const char *s = "
	    "\"fork()\";\n"), 0);
	cr_expect_eq(bites("sim/machine/x.c",
	    "#include \"sim/memory/memory.h\"\n"), 0);
	cr_expect_eq(bites("sim/machine/x.c",
	    "#include \"sim/memory/relaxed_history.h\"\n"), 1);
	cr_expect_eq(bites("sim/strategies/x.c",
	    "#include \"sim/machine/machine.h\"\n"), 1);
	cr_expect_eq(bites("tools/litmus/x.c",
	    "#include \"sim/litmus/thread.h\"\n"), 1);
	cr_expect_eq(bites("tools/hunt/x.c",
	    "#include \"tools/cli/table.h\"\n"), 1);
	cr_expect_eq(bites("elsewhere/x.c", "\n"), 1);
}
