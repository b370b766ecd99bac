/* How full pipes are: a batch, because one pipe takes six system calls and a machine has thousands.
 *
 * Nothing is opened anew: opening /proc/PID/fd/N would make a reader more for a moment, and a
 * writer would miss its EPIPE. Instead a descriptor that somebody has is duplicated
 * (pidfd_getfd(2)), which leaves the count of readers and writers alone, asked, and closed at once.
 *
 * State machine, run for one request after the other, to the end of the batch:
 *
 *   PROCESS    a pidfd, kept while the next request is of the same pid
 *   DUPLICATE  pidfd_getfd(2); the descriptor is ours, and CLOEXEC
 *   COMPARE    fstat(2): another pipe than expected, for a pid or a descriptor in other hands by
 * now, answers ESTALE, and nothing more is asked of it ASK        the bytes in it, its capacity,
 * its status flags; where asked for, also poll(2), which knows whether the other end is open
 * anywhere CLOSE      whatever happened
 *
 * The kernel keeps a pipe's lock while bytes are copied into or out of it, and so also while
 * splice(2) waits for a socket, or a copy for somebody's page. Who asks then sleeps as long, and
 * nothing ends him. src/io/seeing/pipe-lock.ts leaves out where that is seen; as it may begin at
 * any time, all of this is done aside (aside.c), and where it sleeps, goes on behind that pipe, a
 * few times.
 *
 * Who owns what: the requests are copied to memory that is freed at the end of the call, or never
 * where a child was left asleep; a child has at most two descriptors open beside those it came
 * with.
 */
#include "aside.h"

#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

/* The same numbers stand in src/sys/pipe-fill.ts. */
enum { ASK_ENDS = 1, ASK_PIPEFS = 2 };

/* So many requests are one batch; src/sys/pipe-fill.ts has the number too. So many pipes may put a
 * child to sleep before the rest is left unasked. */
enum { FILLS_MAX = 65536, SLEEPS_MAX = 4 };

/* A request and its answer, in place; src/sys/pipe-fill.ts has the offsets. */
struct fill {
  int32_t pid;
  int32_t fd;
  uint32_t major; /* of the device; not looked at with ASK_PIPEFS */
  uint32_t minor;
  uint64_t inode;
  int32_t asks;
  int32_t error; /* from here on the answer: 0 or -errno */
  int64_t used;
  int64_t capacity;
  int32_t flags;
  int32_t events; /* of poll(2), with ASK_ENDS */
  uint32_t mode;
  uint32_t uid;
  uint32_t gid;
  uint32_t spare;
};

/* What lasts from one request to the next. */
struct batch {
  int pid;
  int pidfd;    /* -1: none */
  int refused;  /* why there is no pidfd of that pid */
  dev_t pipefs; /* the device of all pipes without a name; 0: not known yet */
};

static int begin_process(struct batch *batch, int pid) {
  if (batch->pid == pid) return batch->refused;
  if (batch->pidfd >= 0) close(batch->pidfd);
  batch->pid = pid;
  batch->pidfd = (int)syscall(SYS_pidfd_open, pid, 0U);
  batch->refused = batch->pidfd < 0 ? -errno : 0;
  return batch->refused;
}

/* Learned from a pipe of our own. */
static int find_pipefs(struct batch *batch) {
  int ends[2];
  struct stat status;
  if (batch->pipefs != 0) return 0;
  if (pipe2(ends, O_CLOEXEC) != 0) return -errno;
  int failed = syscall(SYS_fstat, ends[0], &status) != 0 ? -errno : 0;
  close(ends[0]);
  close(ends[1]);
  if (failed == 0) batch->pipefs = status.st_dev;
  return failed;
}

static bool is_expected(const struct batch *batch, const struct fill *fill,
                        const struct stat *status) {
  bool named = (fill->asks & ASK_PIPEFS) == 0;
  dev_t device = named ? makedev(fill->major, fill->minor) : batch->pipefs;
  return S_ISFIFO(status->st_mode) && status->st_ino == fill->inode && status->st_dev == device;
}

static int ask(const struct batch *batch, struct fill *fill, int fd) {
  struct stat status;
  if (syscall(SYS_fstat, fd, &status) != 0) return -errno;
  if (!is_expected(batch, fill, &status)) return -ESTALE;
  fill->mode = status.st_mode;
  fill->uid = status.st_uid;
  fill->gid = status.st_gid;
  fill->flags = fcntl(fd, F_GETFL);
  if (fill->flags < 0 || (fill->flags & O_PATH) != 0) return -EBADF;
  int used = 0;
  if (ioctl(fd, FIONREAD, &used) != 0) return -errno;
  int capacity = fcntl(fd, F_GETPIPE_SZ);
  if (capacity < 0) return -errno;
  fill->used = used;
  fill->capacity = capacity;
  if ((fill->asks & ASK_ENDS) == 0) return 0;
  struct pollfd polled = {.fd = fd, .events = POLLIN | POLLOUT};
  if (poll(&polled, 1, 0) < 0) return -errno;
  fill->events = polled.revents;
  return 0;
}

static int answer(struct batch *batch, struct fill *fill) {
  int failed = (fill->asks & ASK_PIPEFS) != 0 ? find_pipefs(batch) : 0;
  if (failed == 0) failed = begin_process(batch, fill->pid);
  if (failed != 0) return failed;
  int fd = (int)syscall(SYS_pidfd_getfd, batch->pidfd, fill->fd, 0U);
  if (fd < 0) return -errno;
  failed = ask(batch, fill, fd);
  close(fd);
  return failed;
}

/* What is shared with the child. */
struct questions {
  struct aside aside;
  int64_t count;
  struct fill fills[];
};

/* In the child: from where the last one fell asleep to the end. */
static void answer_all(struct aside *aside) {
  struct questions *questions = (struct questions *)aside;
  struct batch batch = {.pid = -1, .pidfd = -1, .refused = -ESRCH, .pipefs = 0};
  for (int64_t i = atomic_load(&aside->at); i < questions->count; i++) {
    atomic_store(&aside->at, (int_least32_t)i);
    questions->fills[i].error = answer(&batch, &questions->fills[i]);
  }
}

/* 0, or why the rest has no answer. A pipe that puts the child to sleep answers ETIMEDOUT, and the
 * memory is `lost` to that child, which writes nothing else any more. */
static int answer_aside(struct environment *environment, struct questions *questions, bool *lost) {
  int failed = 0;
  for (int slept = 0; slept < SLEEPS_MAX; slept++) {
    failed = aside_run(environment, &questions->aside, answer_all);
    if (failed != -ETIMEDOUT) return failed;
    *lost = true;
    int_least32_t next = atomic_load(&questions->aside.at) + 1;
    if (next >= questions->count) break;
    atomic_store(&questions->aside.at, next);
  }
  return 0;
}

/* Answers `count` requests where they stand: 0. What one of them meets is in its answer. */
static napi_value pipe_fills(napi_env napi, napi_callback_info info) {
  int64_t a[3];
  struct environment *environment;
  if (!read_integers(napi, info, 3, a, &environment)) return result(napi, -EINVAL);
  if (a[2] < 1 || a[2] > FILLS_MAX) return result(napi, -EINVAL);
  size_t size = (size_t)a[2] * sizeof(struct fill);
  struct fill *fills = region_span(environment, a[0], a[1], (int64_t)size);
  if (fills == NULL) return result(napi, -EFAULT);
  struct questions *questions = calloc(1, sizeof *questions + size);
  if (questions == NULL) return result(napi, -ENOMEM);
  questions->count = a[2];
  memcpy(questions->fills, fills, size);
  for (int64_t i = 0; i < a[2]; i++) questions->fills[i].error = -ETIMEDOUT;
  bool lost = false;
  int failed = answer_aside(environment, questions, &lost);
  memcpy(fills, questions->fills, size);
  if (!lost) free(questions);
  return result(napi, failed);
}

const struct call pipe_fill_engine_calls[] = {
    {"pipeFills", pipe_fills},
    {NULL, NULL},
};
