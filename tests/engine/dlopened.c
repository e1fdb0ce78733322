/*
 * dlopened - can libgus be loaded by a program that does not know of it?
 *
 *	dlopened LIBRARY
 *
 * A plug-in's way: found by name, used by two threads, closed again while a
 * thread that it has attached still runs, and ends only then.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

struct smr;

static struct {
	int (*attach)(void);
	struct smr *(*create)(const char *name, const void *config);
	void (*destroy)(struct smr *smr);
	void (*enter)(struct smr *smr);
	void (*exit)(struct smr *smr);
	void (*synchronize)(struct smr *smr);
	struct smr *smr;
	pthread_barrier_t meet;
} gus;

static void *
thread(void *argument)
{
	unsigned i;

	(void)argument;
	if (gus.attach() != 0)
		return ((void *)"no CPU left");
	for (i = 0; i < 1000; i++) {
		gus.enter(gus.smr);
		gus.exit(gus.smr);
	}
	(void)pthread_barrier_wait(&gus.meet);
	/* Here the library is closed. */
	(void)pthread_barrier_wait(&gus.meet);
	return (NULL);
}

static void *
find(void *library, const char *name)
{
	void *found;

	found = dlsym(library, name);
	if (found == NULL) {
		(void)fprintf(stderr, "dlopened: no %s: %s\n", name, dlerror());
		exit(1);
	}
	return (found);
}

int
main(int argc, char **argv)
{
	pthread_t other;
	void *library, *trouble;

	library = argc == 2 ? dlopen(argv[1], RTLD_NOW | RTLD_LOCAL) : NULL;
	if (library == NULL) {
		(void)fprintf(stderr, "dlopened: %s\n", argc == 2 ? dlerror() :
		    "usage: dlopened LIBRARY");
		return (2);
	}
	*(void **)&gus.attach = find(library, "kern_native_attach");
	*(void **)&gus.create = find(library, "smr_create");
	*(void **)&gus.destroy = find(library, "smr_destroy");
	*(void **)&gus.enter = find(library, "smr_enter");
	*(void **)&gus.exit = find(library, "smr_exit");
	*(void **)&gus.synchronize = find(library, "smr_synchronize");
	if (gus.attach() != 0 || (gus.smr = gus.create("loaded", NULL)) == NULL)
		return (1);
	(void)pthread_barrier_init(&gus.meet, NULL, 2);
	if (pthread_create(&other, NULL, thread, NULL) != 0)
		return (1);
	(void)pthread_barrier_wait(&gus.meet);
	gus.synchronize(gus.smr);
	gus.destroy(gus.smr);
	if (dlclose(library) != 0)
		return (1);
	(void)pthread_barrier_wait(&gus.meet);
	(void)pthread_join(other, &trouble);
	if (trouble != NULL)
		(void)puts(trouble);
	return (trouble != NULL);
}
