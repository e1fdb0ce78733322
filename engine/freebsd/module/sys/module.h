/*
 * module - what does a module do when it is loaded, and when it goes?
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef ENGINE_FREEBSD_MODULE_SYS_MODULE_H
#define ENGINE_FREEBSD_MODULE_SYS_MODULE_H

#include <sys/kernel.h>

typedef enum modeventtype {
	MOD_LOAD,
	MOD_UNLOAD,
	MOD_SHUTDOWN,
	MOD_QUIESCE
} modeventtype_t;

struct module;
typedef struct module *module_t;
typedef int (*modeventhand_t)(module_t, int, void *);

typedef struct moduledata {
	const char *name;
	modeventhand_t evhand;
	void *priv;
} moduledata_t;

struct gusim_module {
	const struct moduledata *data;
	uint64_t subsystem;
	uint64_t order;
};

/*
 * The event handler: MOD_LOAD when the machine has been set up, and when the
 * run is over MOD_QUIESCE and MOD_UNLOAD.
 */
#define DECLARE_MODULE(id, moduledata, sub, ord)			\
	static const struct gusim_module id##_gusim_module = {		\
		&(moduledata), (sub), (ord)				\
	};								\
	DATA_SET(gusim_modules, id##_gusim_module);			\
	struct gusim_hack
#define DECLARE_MODULE_TIED(id, moduledata, sub, ord)			\
	DECLARE_MODULE(id, moduledata, sub, ord)
#define DEV_MODULE_ORDERED(id, handler, argument, ord)			\
	static moduledata_t id##_mod = { #id, (handler), (argument) };	\
	DECLARE_MODULE(id, id##_mod, SI_SUB_DRIVERS, ord)
#define DEV_MODULE(id, handler, argument)				\
	DEV_MODULE_ORDERED(id, handler, argument, SI_ORDER_MIDDLE)
#define MODULE_VERSION(id, version)					\
	enum { id##_gusim_version = (version) }
#define MODULE_VERSION_CONCAT(id, version)	MODULE_VERSION(id, version)
#define MODULE_DEPEND(id, other, least, preferred, most)		\
	enum {								\
		id##_gusim_needs_##other = (least) <= (preferred) &&	\
		    (preferred) <= (most)				\
	}
#define MODULE_PNP_INFO(...)	struct gusim_hack
#define MODULE_METADATA(...)	struct gusim_hack

static inline const char *
module_getname(module_t module)
{

	return (*(const char *const *)module);
}

#endif
