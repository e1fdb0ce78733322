/* SPDX-License-Identifier: BSD-2-Clause */
#define _GNU_SOURCE	/* MSG_CMSG_CLOEXEC */
#include "tools/campaign/pool_process.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sim/base/err.h"
#include "tools/campaign/host.h"
#include "tools/campaign/pool.h"
#include "tools/campaign/wire.h"

/*
 * Address space that a worker leaves out, which costs no memory: more than any
 * hole between libraries has, and not the same for each.  Kernels may align what
 * is large to 2 MiB.
 */
enum { WORKER_APART = 1 << 30, WORKER_STEP = 1 << 21, WORKER_PLACES = 61 };

/* What the parent asks of the template, and what it answers. */
struct order {
	enum { ORDER_SPAWN, ORDER_END } what;
	pid_t pid;		/* ORDER_END: whom */
	size_t place;		/* ORDER_SPAWN: where */
};
struct reply {
	pid_t pid;		/* ORDER_SPAWN: of the worker, or -errno */
	int status;		/* ORDER_END: as waitpid() gives it */
};

static int
read_all(int fd, void *bytes, size_t length)
{
	unsigned char *at = bytes;
	ssize_t got;

	while (length > 0) {
		got = read(fd, at, length);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return (-1);
		at += got;
		length -= (size_t)got;
	}
	return (0);
}

int
pool_process_send(int fd, const void *bytes, size_t length)
{
	const unsigned char *at = bytes;
	ssize_t put;

	while (length > 0) {
		put = send(fd, at, length, MSG_NOSIGNAL);
		if (put < 0 && errno == EINTR)
			continue;
		if (put < 0)
			return (-1);
		at += put;
		length -= (size_t)put;
	}
	return (0);
}

static void
ignore_terminal(void)
{

	signal(SIGINT, SIG_IGN);
	signal(SIGTERM, SIG_IGN);
	signal(SIGHUP, SIG_IGN);
	signal(SIGQUIT, SIG_IGN);
	signal(SIGTSTP, SIG_IGN);
	signal(SIGPIPE, SIG_IGN);
}

/* Where memory runs out, the worker that eats it goes, and not the parent. */
static void
offer_to_the_killer(void)
{
	int fd;

	fd = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return;
	if (write(fd, "1000", 4) != 4) {
		/* Then the kernel judges by size alone. */
	}
	close(fd);
}

/*
 * All workers are copies of one process, so what is mapped later would have the
 * same addresses in each, and a run that depends on an address, which no run may,
 * would be the same in all of them.  `number` is of the worker.
 */
static size_t
move_addresses(size_t number)
{
	size_t bytes;

	bytes = WORKER_APART + number % WORKER_PLACES * WORKER_STEP;
	return (mmap(NULL, bytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS |
	    MAP_NORESERVE, -1, 0) == MAP_FAILED ? 0 : bytes);
}

static void
limit_worker(const struct pool_settings *settings, size_t number)
{
	struct rlimit limit;
	size_t moved;

	/* Thousands of crashes must not become thousands of core files. */
	limit.rlim_cur = limit.rlim_max = 0;
	setrlimit(RLIMIT_CORE, &limit);
	moved = move_addresses(number);
	if (settings->memory_bytes != 0) {
		limit.rlim_cur = limit.rlim_max = settings->memory_bytes +
		    moved;
		setrlimit(RLIMIT_AS, &limit);
	}
	offer_to_the_killer();
	/* Standard output is for results; the code under test may print. */
	dup2(STDERR_FILENO, STDOUT_FILENO);
}

static void __attribute__((noreturn))
worker_main(const struct pool_template *template,
    const struct pool_settings *settings, size_t place, size_t number,
    int socket)
{
	struct wire_buffer answer;
	struct pool_job job;
	struct pool_frame frame;
	uint64_t start, free_since, cpu_before, cpu_now;

	limit_worker(settings, number);
	memset(&answer, 0, sizeof(answer));
	free_since = 0;
	cpu_before = host_cpu_ns();
	while (read_all(socket, &job, sizeof(job)) == 0) {
		if (!pool_claim_take(template, place, job.serial,
		    POOL_CLAIM_WORKER))
			continue;
		answer.length = 0;
		memset(&frame, 0, sizeof(frame));
		wire_buffer_add(&answer, &frame, sizeof(frame));
		start = host_clock_ns();
		frame.idle_ns = free_since == 0 ? 0 : start - free_since;
		settings->execute(settings->context, &job, &answer);
		frame.wall_ns = host_clock_ns() - start;
		cpu_now = host_cpu_ns();
		frame.cpu_ns = cpu_now - cpu_before;
		cpu_before = cpu_now;
		frame.length = answer.length - sizeof(frame);
		memcpy(answer.bytes, &frame, sizeof(frame));
		if (pool_process_send(socket, answer.bytes, answer.length) != 0)
			break;
		free_since = host_clock_ns();
	}
	_exit(0);
}

/* --- in the template ---------------------------------------------------- */

/* Receives one order and, with ORDER_SPAWN, the worker's socket. */
static int
receive_order(int control, struct order *order, int *socket)
{
	union {
		struct cmsghdr header;
		unsigned char bytes[CMSG_SPACE(sizeof(int))];
	} ancillary;
	struct iovec vector = { order, sizeof(*order) };
	struct msghdr message;
	struct cmsghdr *header;
	ssize_t got;

	memset(&message, 0, sizeof(message));
	message.msg_iov = &vector;
	message.msg_iovlen = 1;
	message.msg_control = &ancillary;
	message.msg_controllen = sizeof(ancillary);
	do {
		got = recvmsg(control, &message, MSG_CMSG_CLOEXEC);
	} while (got < 0 && errno == EINTR);
	if (got != sizeof(*order))
		return (-1);
	*socket = -1;
	header = CMSG_FIRSTHDR(&message);
	if (header != NULL && header->cmsg_type == SCM_RIGHTS)
		memcpy(socket, CMSG_DATA(header), sizeof(*socket));
	return (0);
}

static void __attribute__((noreturn))
template_main(const struct pool_template *template,
    const struct pool_settings *settings, int control)
{
	struct order order;
	struct reply reply;
	size_t spawned;
	int socket;

	spawned = 0;
	ignore_terminal();
	while (receive_order(control, &order, &socket) == 0) {
		memset(&reply, 0, sizeof(reply));
		switch (order.what) {
		case ORDER_SPAWN:
			spawned++;
			reply.pid = fork();
			if (reply.pid == 0) {
				prctl(PR_SET_PDEATHSIG, SIGKILL);
				close(control);
				worker_main(template, settings, order.place,
				    spawned, socket);
			}
			if (reply.pid < 0)
				reply.pid = -errno;
			close(socket);
			break;
		case ORDER_END:
			/*
			 * Whoever is dying already keeps its own cause of
			 * death: the signal comes too late for it.
			 */
			kill(order.pid, SIGKILL);
			reply.pid = waitpid(order.pid, &reply.status, 0);
			break;
		}
		if (pool_process_send(control, &reply, sizeof(reply)) != 0)
			break;
	}
	/* Its workers get SIGKILL as it ends. */
	_exit(0);
}

/* --- in the parent ------------------------------------------------------ */

static int
command(const struct pool_template *template, const struct order *order,
    int socket, struct reply *reply, struct err *err)
{
	union {
		struct cmsghdr header;
		unsigned char bytes[CMSG_SPACE(sizeof(int))];
	} ancillary;
	struct order sent = *order;
	struct iovec vector = { &sent, sizeof(sent) };
	struct msghdr message;
	struct cmsghdr *header;
	ssize_t put;

	memset(&message, 0, sizeof(message));
	memset(&ancillary, 0, sizeof(ancillary));
	message.msg_iov = &vector;
	message.msg_iovlen = 1;
	if (socket >= 0) {
		message.msg_control = &ancillary;
		message.msg_controllen = sizeof(ancillary);
		header = CMSG_FIRSTHDR(&message);
		header->cmsg_level = SOL_SOCKET;
		header->cmsg_type = SCM_RIGHTS;
		header->cmsg_len = CMSG_LEN(sizeof(int));
		memcpy(CMSG_DATA(header), &socket, sizeof(socket));
	}
	do {
		put = sendmsg(template->control, &message, MSG_NOSIGNAL);
	} while (put < 0 && errno == EINTR);
	if (put != sizeof(sent) ||
	    read_all(template->control, reply, sizeof(*reply)) != 0) {
		return (err_set(err, "the process that starts the workers has "
		    "ended unexpectedly (killed, or out of memory?)"));
	}
	return (0);
}

int
pool_process_spawn(const struct pool_template *template, size_t place,
    pid_t *pid, int *socket, struct err *err)
{
	struct order order;
	struct reply reply;
	size_t i;
	int pair[2];

	assert(place < template->places);
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0) {
		return (err_set(err, "cannot make a socket for a worker: %s",
		    strerror(errno)));
	}
	for (i = 0; i < POOL_DEPTH_MAX; i++)
		atomic_store(pool_claim(template, place, i),
		    pool_claim_value(i, POOL_CLAIM_PARENT));
	memset(&order, 0, sizeof(order));
	order.what = ORDER_SPAWN;
	order.place = place;
	if (command(template, &order, pair[1], &reply, err) != 0) {
		close(pair[0]);
		close(pair[1]);
		return (-1);
	}
	close(pair[1]);
	if (reply.pid < 0) {
		close(pair[0]);
		return (err_set(err, "cannot start a worker process: %s",
		    strerror(-reply.pid)));
	}
	*pid = reply.pid;
	*socket = pair[0];
	return (0);
}

int
pool_process_end(const struct pool_template *template, pid_t pid, int socket,
    int *status, struct err *err)
{
	struct order order;
	struct reply reply;

	memset(&order, 0, sizeof(order));
	order.what = ORDER_END;
	order.pid = pid;
	close(socket);
	if (command(template, &order, -1, &reply, err) != 0)
		return (-1);
	*status = reply.status;
	return (0);
}

static size_t
template_bytes(const struct pool_template *template)
{

	return (template->places * POOL_DEPTH_MAX *
	    sizeof(*template->claims));
}

int
pool_template_start(struct pool_template *template,
    const struct pool_settings *settings, struct err *err)
{
	void *claims;
	int pair[2];

	template->places = settings->workers;
	claims = mmap(NULL, template_bytes(template), PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (claims == MAP_FAILED) {
		return (err_set(err, "cannot share memory with the workers: %s",
		    strerror(errno)));
	}
	template->claims = claims;
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0) {
		munmap(claims, template_bytes(template));
		return (err_set(err, "cannot make a socket: %s",
		    strerror(errno)));
	}
	/* What is buffered must not be written by every child too. */
	fflush(NULL);
	template->pid = fork();
	if (template->pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		close(pair[0]);
		template_main(template, settings, pair[1]);
	}
	close(pair[1]);
	template->control = pair[0];
	if (template->pid < 0) {
		close(pair[0]);
		munmap(claims, template_bytes(template));
		return (err_set(err, "cannot start a process: %s",
		    strerror(errno)));
	}
	return (0);
}

void
pool_template_stop(struct pool_template *template)
{

	close(template->control);
	kill(template->pid, SIGKILL);
	while (waitpid(template->pid, NULL, 0) < 0 && errno == EINTR)
		continue;
	munmap((void *)template->claims, template_bytes(template));
}

void
pool_process_death(int status, char *text, size_t room)
{

	if (WIFSIGNALED(status)) {
		snprintf(text, room, "signal %d (%s)%s", WTERMSIG(status),
		    strsignal(WTERMSIG(status)), WTERMSIG(status) == SIGKILL ?
		    ", perhaps for lack of memory" : "");
	} else
		snprintf(text, room, "exit status %d",
		    WEXITSTATUS(status));
}
