/* SPDX-License-Identifier: BSD-2-Clause */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

#include "tools/calibrate/calibrate.h"
#include "tools/calibrate/calibrate_text.h"
#include "tools/calibrate/watch.h"
#include "tools/campaign/host.h"
#include "tools/cli/table.h"

void
calibrate_table(const struct calibration *calibration)
{
	const struct estimate *estimate;
	const struct quantity *quantity;
	struct table *table;
	char high[32], low[32], value[32];
	size_t i;

	table = table_create("lrrrrl");
	table_add(table, "quantity");
	table_add(table, "value");
	table_add(table, "low");
	table_add(table, "high");
	table_add(table, "n");
	table_add(table, "method");
	for (i = 0; i < quantity_count; i++) {
		quantity = &quantities[i];
		estimate = &calibration->estimates[i];
		if (!estimate->measured) {
			table_add(table, "%s", quantity->name);
			table_add(table, "-");
			table_add(table, "-");
			table_add(table, "-");
			table_add(table, "0");
			table_add(table, "not measured: %s",
			    quantity->missing);
			continue;
		}
		calibrate_value_text(quantity->unit, estimate->value, value,
		    sizeof(value));
		calibrate_value_text(quantity->unit, estimate->low, low,
		    sizeof(low));
		calibrate_value_text(quantity->unit, estimate->high, high,
		    sizeof(high));
		table_add(table, "%s%s", quantity->name,
		    quantity->knob ? "" : " (no knob)");
		table_add(table, "%s%s", estimate->bound == BOUND_LEAST ?
		    ">= " : estimate->bound == BOUND_MOST ? "<= " : "", value);
		table_add(table, "%s", low);
		table_add(table, "%s", high);
		table_add(table, "%zu", estimate->n);
		table_add(table, "%s", quantity->method);
	}
	table_print(table, stdout);
	table_destroy(table);
	if (calibration->steal_known)
		printf("steal %.2f%%, stalls %.1f/s\n",
		    calibration->steal_share * 100, calibration->stalls_per_s);
}

static json_t *
quantity_json(const struct calibration *calibration, size_t i)
{
	static const char *const units[] = { "ns", "1", "Hz" };
	static const char *const bounds[] = { "none", "at_least", "at_most" };
	const struct estimate *estimate = &calibration->estimates[i];
	const struct quantity *quantity = &quantities[i];
	json_t *one;

	one = json_object();
	json_object_set_new(one, "name", json_string(quantity->name));
	json_object_set_new(one, "knob", json_boolean(quantity->knob));
	json_object_set_new(one, "unit", json_string(units[quantity->unit]));
	json_object_set_new(one, "measured", json_boolean(estimate->measured));
	json_object_set_new(one, "method", json_string(quantity->method));
	if (!estimate->measured) {
		json_object_set_new(one, "missing",
		    json_string(quantity->missing));
		return (one);
	}
	json_object_set_new(one, "value", json_real(estimate->value));
	json_object_set_new(one, "low", json_real(estimate->low));
	json_object_set_new(one, "high", json_real(estimate->high));
	json_object_set_new(one, "median", json_real(estimate->median));
	json_object_set_new(one, "n", json_integer((json_int_t)estimate->n));
	json_object_set_new(one, "bound",
	    json_string(bounds[estimate->bound]));
	return (one);
}

void
calibrate_json(const struct calibration *calibration)
{
	char host[HOST_TEXT_SIZE];
	json_t *curve, *list, *point, *root;
	size_t i;

	host_describe(host);
	root = json_object();
	json_object_set_new(root, "host", json_string(host));
	json_object_set_new(root, "cpus",
	    json_integer((json_int_t)calibration->topology.cpu_count));
	json_object_set_new(root, "guest",
	    json_boolean(calibration->topology.guest));
	json_object_set_new(root, "apart", json_boolean(calibration->apart));
	json_object_set_new(root, "watch", json_string(watch_name()));
	json_object_set_new(root, "wall_ns", json_real(calibration->wall_ns));
	json_object_set_new(root, "rounds",
	    json_integer((json_int_t)calibration->rounds));
	if (calibration->steal_known)
		json_object_set_new(root, "steal_share",
		    json_real(calibration->steal_share));
	json_object_set_new(root, "stalls_per_s",
	    json_real(calibration->stalls_per_s));
	json_object_set_new(root, "stall_ns",
	    json_real(calibration->stall_ns));
	list = json_array();
	for (i = 0; i < quantity_count; i++)
		json_array_append_new(list, quantity_json(calibration, i));
	json_object_set_new(root, "quantities", list);
	curve = json_array();
	for (i = 0; i < calibration->curve_count; i++) {
		point = json_object();
		json_object_set_new(point, "bytes",
		    json_integer((json_int_t)calibration->curve_bytes[i]));
		json_object_set_new(point, "ns",
		    json_real(calibration->curve_ns[i]));
		json_array_append_new(curve, point);
	}
	json_object_set_new(root, "curve", curve);
	json_dumpf(root, stdout, JSON_INDENT(2) | JSON_REAL_PRECISION(6));
	putchar('\n');
	json_decref(root);
}
