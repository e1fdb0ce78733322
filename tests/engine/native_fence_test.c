/*
 * The asymmetric fence of real threads, what may be relied on when threads,
 * processes and signals come and go, and the inline form of sections.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <criterion/criterion.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "engine/kern.h"
#include "engine/smr.h"
#include "engine/smr_section.h"
#include "engine/zone.h"

TestSuite(native_fence, .timeout = 30);

static int
configure(unsigned cpus, enum kern_native_asymmetric asymmetric)
{
	struct kern_native_config config = { .cpus = cpus, .hz = 1000,
		.asymmetric = asymmetric };

	return (kern_native_configure(&config));
}

/* From here on the system refuses membarrier(2). */
static void
refuse_membarrier(void)
{
	struct sock_filter filter[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
		    offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_membarrier, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = { .len = 4, .filter = filter };

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
	    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0)
		cr_skip_test("no seccomp filters here");
}

/* A scan finds a section open, and then over. */
static void
expect_sound(struct smr *smr)
{
	struct smr_seq goal;

	goal = smr_advance(smr);
	cr_assert(smr_poll(smr, goal, false));
	smr_synchronize(smr);
}

Test(native_fence, asymmetric_by_itself_where_the_system_can)
{

	cr_assert_eq(kern_native_attach(), 0);
#if defined(__x86_64__) || defined(__aarch64__) || defined(__riscv)
	cr_assert_eq(kern_native_fences_asymmetric(),
	    kern_native_ticks_fence());
#else
	cr_assert_not(kern_native_fences_asymmetric());
#endif
}

Test(native_fence, never_asymmetric_when_told)
{

	cr_assert_eq(configure(4, KERN_NATIVE_NEVER), 0);
	cr_assert_not(kern_native_fences_asymmetric());
	cr_assert_eq(kern_native_attach(), 0);
	cr_assert_not(kern_native_fences_asymmetric());
	kern_native_detach();
	cr_assert_eq(configure(4, KERN_NATIVE_AUTO), 0);
	cr_assert_eq(kern_native_fences_asymmetric(),
	    kern_native_ticks_fence());
	cr_assert_eq(configure(4, (enum kern_native_asymmetric)7), -1);
}

Test(native_fence, neither_numbers_nor_fences_change_under_a_domain)
{
	struct smr *smr;

	cr_assert_eq(kern_native_attach(), 0);
	smr = smr_create("domain", NULL);
	cr_assert_not_null(smr);
	kern_native_detach();
	/* Its blocks are for the CPUs of before. */
	cr_assert_eq(configure(128, KERN_NATIVE_AUTO), -1);
	cr_assert_eq(kern_cpu_count(), KERN_NATIVE_CPUS);
	cr_assert_eq(kern_native_attach(), 0);
	smr_destroy(smr);
	kern_native_detach();
	cr_assert_eq(configure(128, KERN_NATIVE_AUTO), 0);
}

Test(native_fence, where_membarrier_is_refused_readers_pay)
{
	struct smr *smr;

	refuse_membarrier();
	cr_assert_eq(kern_native_attach(), 0);
	cr_assert_not(kern_native_fences_asymmetric());
	cr_assert_not(kern_native_ticks_fence());
	smr = smr_create("domain", NULL);
	smr_enter(smr);
	smr_exit(smr);
	expect_sound(smr);
	smr_destroy(smr);
}

/* Going on would be unsafe, and nobody would notice. */
Test(native_fence, refusal_after_the_first_attach_ends_the_program,
    .signal = SIGABRT)
{
	struct smr *smr;

	cr_assert_eq(kern_native_attach(), 0);
	if (!kern_native_fences_asymmetric())
		abort();		/* nothing to refuse */
	smr = smr_create("domain", NULL);
	refuse_membarrier();
	expect_sound(smr);
}

/* --- threads, processes, signals ------------------------------------------- */

static struct {
	struct smr *smr;
	_Atomic(int) step;
} shared;

static void *
sit_in_section(void *argument)
{

	(void)argument;
	if (kern_native_attach() != 0)
		return ((void *)"no CPU");
	smr_section_enter(shared.smr);
	atomic_store(&shared.step, 1);
	while (atomic_load(&shared.step) != 2)
		(void)sched_yield();
	smr_section_exit(shared.smr);
	return (NULL);
}

static void
see_a_section_out(void)
{
	struct smr_seq goal;
	pthread_t thread;
	void *trouble;

	atomic_store(&shared.step, 0);
	cr_assert_eq(pthread_create(&thread, NULL, sit_in_section, NULL), 0);
	while (atomic_load(&shared.step) != 1)
		(void)sched_yield();
	goal = smr_advance(shared.smr);
	cr_assert_not(smr_poll(shared.smr, goal, false));
	atomic_store(&shared.step, 2);
	smr_wait(shared.smr, goal);
	cr_assert_eq(pthread_join(thread, &trouble), 0);
	cr_assert_null(trouble);
}

Test(native_fence, an_inline_section_holds_what_it_may_see)
{

	cr_assert_eq(kern_native_attach(), 0);
	shared.smr = smr_create("domain", NULL);
	see_a_section_out();
	expect_sound(shared.smr);
	smr_destroy(shared.smr);
}

/* A status that is 0 where the child's view is right. */
static int
child_sees(void)
{
	unsigned cpu;

	cpu = kern_cpu();
	/* The two numbers besides this one: whose threads are not here. */
	see_a_section_out();
	if (kern_cpu() != cpu || !smr_poll(shared.smr, smr_advance(shared.smr),
	    false))
		return (1);
	kern_native_detach();
	/* Nobody is attached now, by its account. */
	if (kern_native_attach() != 0)
		return (3);
	smr_destroy(shared.smr);
	kern_native_detach();
	return (configure(5, KERN_NATIVE_AUTO) == 0 ? 0 : 2);
}

static void *
stay_attached(void *argument)
{

	(void)argument;
	if (kern_native_attach() != 0)
		return ((void *)"no CPU");
	atomic_fetch_add(&shared.step, 1);
	while (atomic_load(&shared.step) < 100)
		(void)sched_yield();
	return (NULL);
}

Test(native_fence, child_of_fork_has_the_numbers_of_threads_it_lacks)
{
	pthread_t threads[2];
	int status;
	pid_t child;
	unsigned i;

	cr_assert_eq(configure(3, KERN_NATIVE_AUTO), 0);
	cr_assert_eq(kern_native_attach(), 0);
	shared.smr = smr_create("domain", NULL);
	for (i = 0; i < 2; i++)
		cr_assert_eq(pthread_create(&threads[i], NULL, stay_attached,
		    NULL), 0);
	while (atomic_load(&shared.step) != 2)
		(void)sched_yield();
	child = fork();
	cr_assert_geq(child, 0);
	if (child == 0)
		_exit(child_sees());
	cr_assert_eq(waitpid(child, &status, 0), child);
	cr_assert(WIFEXITED(status) && WEXITSTATUS(status) == 0,
	    "the child ended with status %x", (unsigned)status);
	atomic_store(&shared.step, 100);
	for (i = 0; i < 2; i++)
		cr_assert_eq(pthread_join(threads[i], NULL), 0);
	expect_sound(shared.smr);
}

static struct smr *handlers;

static void
handler(int signal)
{

	(void)signal;
	smr_enter(handlers);
	smr_exit(handlers);
	smr_section_enter(handlers);
	smr_section_exit(handlers);
}

Test(native_fence, a_handler_may_have_sections_of_a_domain_of_its_own)
{
	struct smr *smr;
	unsigned i;

	cr_assert_eq(kern_native_attach(), 0);
	smr = smr_create("thread's", NULL);
	handlers = smr_create("handler's", NULL);
	cr_assert_neq(signal(SIGUSR1, handler), SIG_ERR);
	for (i = 0; i < 100; i++) {
		smr_enter(smr);
		cr_assert_eq(raise(SIGUSR1), 0);
		cr_assert(smr_entered(smr));
		cr_assert_not(smr_entered(handlers));
		smr_exit(smr);
	}
	expect_sound(smr);
	expect_sound(handlers);
}

Test(native_fence, a_handler_in_a_section_of_its_own_domain_is_told,
    .signal = SIGABRT)
{

	cr_assert_eq(kern_native_attach(), 0);
	handlers = smr_create("both", NULL);
	cr_assert_neq(signal(SIGUSR1, handler), SIG_ERR);
	smr_enter(handlers);
	(void)raise(SIGUSR1);
}

/* --- the inline form ---------------------------------------------------------- */

Test(native_fence, both_forms_know_of_each_other)
{
	struct smr_config config;
	struct smr *smr, *lazy;

	cr_assert_eq(kern_native_attach(), 0);
	smr_config_production(&config);
	smr = smr_create("eager", &config);
	config.mode = SMR_LAZY;
	lazy = smr_create("lazy", &config);
	cr_assert_not(smr_entered(smr));
	smr_section_enter(smr);
	cr_assert(smr_entered(smr));
	smr_section_exit(smr);
	cr_assert_not(smr_entered(smr));
	smr_section_lazy_enter(lazy);
	cr_assert(smr_entered(lazy));
	smr_section_lazy_exit(lazy);
	cr_assert_not(smr_entered(lazy));
	smr_enter(smr);
	cr_assert(smr_entered(smr));
	smr_exit(smr);
	expect_sound(smr);
}

Test(native_fence, advancing_in_an_inline_section_is_a_mistake,
    .signal = SIGABRT)
{
	struct smr *smr;

	(void)kern_native_attach();
	smr = smr_create("domain", NULL);
	smr_section_enter(smr);
	(void)smr_advance(smr);
}

Test(native_fence, an_inline_section_of_an_unattached_thread_is_a_mistake,
    .signal = SIGABRT)
{
	struct smr *smr;

	(void)kern_native_attach();
	smr = smr_create("domain", NULL);
	kern_native_detach();
	smr_section_enter(smr);
}
