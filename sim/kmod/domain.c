/*
 * smr(9) as a module meets it: the scenario's core, with the oracle told of
 * each section.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <stdlib.h>
#include <string.h>

#include "sim/base/must.h"
#include "sim/checks/check.h"
#include "sim/kmod/guest.h"
#include "sim/metrics/metrics.h"
#include "sim/oracle/items.h"

/* --- domains ------------------------------------------------------------ */

struct guest_domain *
guest_domain_find(const struct smr *smr)
{
	size_t i;

	for (i = guest.domain_count; i > 0; i--)
		if (guest.domains[i - 1]->smr == smr)
			return (guest.domains[i - 1]);
	return (NULL);
}

static struct guest_domain *
domain_of(const struct smr *smr, const char *what, const void *where)
{
	struct guest_domain *domain;

	domain = smr == NULL ? NULL : guest_domain_find(smr);
	if (domain == NULL)
		guest_fail("assertion", where, "%s() is called for a domain "
		    "that %s", what, smr == NULL ? "is NULL" :
		    "was never created, or has been destroyed");
	return (domain);
}

struct guest_domain *
guest_domain_make(const char *name, int limit, int flags, const void *where)
{
	struct core_config core;
	struct guest_domain *domain;

	core = lab.spec->core;
	if (flags & SHAPE_SMR_LAZY)
		core.mode = CORE_LAZY;
	else if (flags & SHAPE_SMR_DEFERRED) {
		core.mode = CORE_DEFERRED;
		if (limit > 0)
			core.deferral = (uint64_t)limit;
	} else if (core.mode == CORE_LAZY)
		core.mode = CORE_EAGER;
	domain = must_alloc(1, sizeof(*domain));
	guest.domains = must_grow(guest.domains, guest.domain_count,
	    sizeof(struct guest_domain *));
	guest_name(domain->name, sizeof(domain->name), name);
	domain->smr = guest.engine->create(domain->name, &core);
	if (domain->smr == NULL)
		guest_fail("assertion", where, "there is no memory for the "
		    "domain %s: machine.pages is too small", domain->name);
	domain->number = sections_domain_new(domain->smr);
	domain->lazy = guest.engine->is_lazy(domain->smr);
	guest.domains[guest.domain_count++] = domain;
	lab.steps++;
	return (domain);
}

void
guest_domain_end(struct guest_domain *domain, const void *where)
{
	struct smr_counters counters;
	struct smr *smr;

	guest_may_sleep(where, "smr_destroy()");
	smr = domain->smr;
	guest.engine->counters(smr, &counters);
	domain->smr = NULL;	/* from here on nobody audits it */
	guest.engine->destroy(smr);
	guest.gone.advance += counters.advance;
	guest.gone.advance_wait += counters.advance_wait;
	guest.gone.poll += counters.poll;
	guest.gone.poll_scan += counters.poll_scan;
	guest.gone.poll_fail += counters.poll_fail;
	lab.steps++;
}

KPI(struct smr *, smr_create, const char *name, int limit, int flags)
{

	return (guest_domain_make(name, limit, flags,
	    __builtin_return_address(0))->smr);
}

KPI(void, smr_destroy, struct smr *smr)
{

	guest_domain_end(domain_of(smr, "smr_destroy",
	    __builtin_return_address(0)), __builtin_return_address(0));
}

/* --- sections ----------------------------------------------------------- */

struct section *
guest_section(struct guest_thread *self, uint32_t domain)
{
	struct section *section;

	for (section = &self->lab->section; section != NULL;
	    section = section->nested)
		if (section->serial != 0 && section->domain == domain)
			return (section);
	return (NULL);
}

/* A section that is closed, for the thread to open. */
static struct section *
section_spare(struct guest_thread *self)
{
	struct section *section;

	section = &self->lab->section;
	while (section->serial != 0) {
		if (section->nested == NULL)
			section->nested = must_alloc(1, sizeof(*section));
		section = section->nested;
	}
	return (section);
}

static void
enter(struct smr *smr, bool lazy, const char *what, const void *where)
{
	struct guest_domain *domain;
	struct guest_thread *self;
	struct section *section;
	uint64_t start;

	domain = domain_of(smr, what, where);
	self = guest_self();
	if (domain->lazy != lazy)
		guest_fail("assertion", where, "%s() is called for domain %s, "
		    "which is %slazy", what, domain->name,
		    domain->lazy ? "" : "not ");
	if (guest_section(self, domain->number) != NULL)
		guest_fail("assertion", where, "thread %s enters domain %s "
		    "while it is in a section of it", self->name,
		    domain->name);
	start = the.cpu->now_ps;
	machine_event_at(STREAM_SECTION_ENTER, NULL, 0, 0, where);
	if (lazy)
		guest.engine->lazy_enter(smr);
	else
		guest.engine->enter(smr);
	section = section_spare(self);
	section->domain = domain->number;
	section_open(section, the.cpu->index, self->thread->number,
	    the.cpu->now_ps);
	lab_section_changed(self->lab);
	self->enter_ps = the.cpu->now_ps - start;
	machine_event_at(STREAM_SECTION_OPEN, NULL, section->serial, 0, where);
}

static void
leave(struct smr *smr, bool lazy, const char *what, const void *where)
{
	struct guest_domain *domain;
	struct guest_thread *self;
	struct section *section;
	uint64_t start;

	domain = domain_of(smr, what, where);
	self = guest_self();
	section = guest_section(self, domain->number);
	if (section == NULL)
		guest_fail("assertion", where, "thread %s leaves domain %s "
		    "without having entered it", self->name, domain->name);
	start = the.cpu->now_ps;
	machine_event_at(STREAM_SECTION_CLOSE, NULL, section->serial, 0,
	    where);
	section_close(section, start);
	lab_section_changed(self->lab);
	metrics_settle(start);
	if (lazy)
		guest.engine->lazy_exit(smr);
	else
		guest.engine->exit(smr);
	lab_done(self->lab, 1);
	metrics_section(self->enter_ps + (the.cpu->now_ps - start));
	machine_event_at(STREAM_SECTION_EXIT, NULL, 0, 0, where);
}

KPI(void, smr_enter, struct smr *smr)
{

	enter(smr, false, "smr_enter", __builtin_return_address(0));
}

KPI(void, smr_exit, struct smr *smr)
{

	leave(smr, false, "smr_exit", __builtin_return_address(0));
}

KPI(void, smr_lazy_enter, struct smr *smr)
{

	enter(smr, true, "smr_lazy_enter", __builtin_return_address(0));
}

KPI(void, smr_lazy_exit, struct smr *smr)
{

	leave(smr, true, "smr_lazy_exit", __builtin_return_address(0));
}

KPI(bool, gusim_smr_entered, struct smr *smr)
{
	struct guest_domain *domain;

	domain = domain_of(smr, "SMR_ENTERED", __builtin_return_address(0));
	return (guest_section(guest_self(), domain->number) != NULL);
}

KPI(void, gusim_smr_hold, struct smr *smr, const volatile void *pointer,
    const char *file, int line)
{
	struct guest_domain *domain;
	struct section *section;
	uint32_t number;

	domain = domain_of(smr, "smr_entered_load",
	    __builtin_return_address(0));
	section = guest_section(guest_self(), domain->number);
	if (section == NULL)
		the.ports.panic(file, line, "smr_entered_load() outside of a "
		    "section of its domain");
	if ((uint64_t)((const volatile unsigned char *)pointer - the.base) >=
	    the.bytes)
		return;
	/* It may point to a member, as links of lists do. */
	number = items_around(machine_offset((const void *)(uintptr_t)
	    pointer));
	if (number == 0)
		return;
	section_hold(section, number);
	machine_event_at(STREAM_HOLD, NULL, number, 0,
	    __builtin_return_address(0));
}

/* --- goals -------------------------------------------------------------- */

static void
not_entered(const struct guest_domain *domain, const char *what,
    const void *where)
{

	if (guest_section(guest_self(), domain->number) != NULL)
		guest_fail("assertion", where, "%s() in a section of the same "
		    "domain, %s, would wait for itself", what, domain->name);
}

KPI(uint32_t, smr_advance, struct smr *smr)
{
	struct guest_domain *domain;

	domain = domain_of(smr, "smr_advance", __builtin_return_address(0));
	not_entered(domain, "smr_advance", __builtin_return_address(0));
	lab.steps++;
	return (guest.engine->advance(smr).value);
}

KPI(bool, smr_poll, struct smr *smr, uint32_t goal, bool wait)
{
	struct guest_domain *domain;
	struct smr_seq seq;

	domain = domain_of(smr, "smr_poll", __builtin_return_address(0));
	if (wait) {
		not_entered(domain, "smr_wait", __builtin_return_address(0));
		if (domain->lazy)
			guest_fail("assertion", __builtin_return_address(0),
			    "smr_poll() may not wait in the lazy domain %s",
			    domain->name);
	}
	seq.value = goal;
	return (guest.engine->poll(smr, seq, wait));
}

KPI(void, smr_synchronize, struct smr *smr)
{
	struct guest_domain *domain;

	domain = domain_of(smr, "smr_synchronize",
	    __builtin_return_address(0));
	not_entered(domain, "smr_synchronize", __builtin_return_address(0));
	if (domain->lazy)
		guest_may_sleep(__builtin_return_address(0),
		    "smr_synchronize() of a lazy domain");
	guest.engine->synchronize(smr);
	lab.steps++;
}

KPI(uint32_t, smr_current, struct smr *smr)
{

	return (guest.engine->current(domain_of(smr, "smr_current",
	    __builtin_return_address(0))->smr).value);
}
