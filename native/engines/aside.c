/* Work aside: a child of ours asks the kernel what may put the asker to sleep beyond the reach of
 * kill -9, until somebody else goes on. A thread would not do: a process is not gone before its
 * last thread is, and whoever waits for us would wait as well.
 *
 * State machine, run to its end inside one call:
 *
 *   REAP   children that were left asleep before, and have ended since; too many left: -EAGAIN
 *   BEGIN  clone(2) with our memory, which copied would cost seconds where it is large. No signal
 *          comes at its end: wait() of whoever uses this package never meets it. All signals are
 *          blocked in it, and in the thread that waits: the two share one errno
 *   WORK   (the child) takes a table of descriptors of its own; works; says that it is done; ends
 *   WAIT   for its end, a tenth of a second at a time; where it is at the same item as before, and
 *          in an uninterruptible sleep, it is LEFT
 *   LEFT   killed, which takes effect when it wakes: it never runs a line of ours again. Its end is
 *          found at a later call
 *
 * Who owns what: the child has a stack of its own, and the thread-local storage of the thread that
 * waits for it: of that only errno is ever written, on which WAIT does not depend. The stack is
 * given back when the child has ended within the call, else it stays, as what the child was given
 * does. The list of those left belongs to the environment and its thread. */
#include "aside.h"

#include <fcntl.h>
#include <linux/close_range.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { STEP_MS = 100, STEPS_MAX = 100, STACK_SIZE = 128 * 1024 };

struct task {
  struct aside *shared;
  void (*work)(struct aside *);
};

/* A free place in the list of those left; NULL when it is full. */
static int32_t *reap(struct environment *environment) {
  int32_t *place = NULL;
  for (size_t i = 0; i < ASIDE_MAX; i++) {
    int32_t *child = &environment->aside[i];
    if (*child != 0 && waitpid(*child, NULL, __WALL | WNOHANG) != 0) *child = 0;
    if (*child == 0) place = child;
  }
  return place;
}

static int work_aside(void *data) {
  const struct task *task = data;
  /* A table of its own without any of ours: asleep, it keeps no socket, pipe or lock of anybody. */
  syscall(SYS_close_range, 0U, ~0U, CLOSE_RANGE_UNSHARE);
  task->work(task->shared);
  atomic_store(&task->shared->done, 1);
  return 0;
}

/* The state of proc_pid_stat(5) behind the name, which may hold anything. */
static bool is_asleep(pid_t child) {
  char path[32];
  char text[128];
  snprintf(path, sizeof path, "/proc/%d/stat", (int)child);
  int file = open(path, O_RDONLY | O_CLOEXEC);
  if (file < 0) return false;
  ssize_t size = read(file, text, sizeof text - 1);
  close(file);
  if (size <= 0) return false;
  text[size] = '\0';
  const char *name_end = strrchr(text, ')');
  return name_end != NULL && name_end[1] == ' ' && name_end[2] == 'D';
}

static int wait_for(pid_t child, int pidfd, struct aside *shared) {
  int_least32_t before = -1;
  for (int step = 0; step < STEPS_MAX; step++) {
    struct pollfd ended = {.fd = pidfd, .events = POLLIN};
    int count = poll(&ended, 1, STEP_MS);
    if (atomic_load(&shared->done) != 0) return 0;
    if (count > 0) return -ECHILD;
    int_least32_t at = atomic_load(&shared->at);
    if (count == 0 && at == before && is_asleep(child)) return -ETIMEDOUT;
    if (count == 0) before = at;
  }
  return -ETIMEDOUT;
}

/* The child's pid, and its pidfd; or -errno. */
static int begin(struct task *task, char *stack, int *pidfd) {
  int child =
      clone(work_aside, stack + STACK_SIZE, CLONE_VM | CLONE_FILES | CLONE_PIDFD, task, pidfd);
  return child < 0 ? -errno : child;
}

/* Killed, it ends, or sleeps on and is left. True when it has ended. */
static bool end(pid_t child, int pidfd) {
  for (int step = 0; step < STEPS_MAX; step++) {
    struct pollfd ended = {.fd = pidfd, .events = POLLIN};
    if (poll(&ended, 1, STEP_MS) > 0) return true;
    if (is_asleep(child)) return false;
  }
  return false;
}

int aside_run(struct environment *environment, struct aside *shared, void (*work)(struct aside *)) {
  int32_t *place = reap(environment);
  if (place == NULL) return -EAGAIN;
  char *stack = mmap(NULL, STACK_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (stack == MAP_FAILED) return -ENOMEM;
  /* At the foot of the stack, and so as long there as the child. */
  struct task *task = (struct task *)(void *)stack;
  *task = (struct task){.shared = shared, .work = work};
  int pidfd = -1;
  sigset_t all;
  sigset_t before;
  sigfillset(&all);
  sigprocmask(SIG_SETMASK, &all, &before);
  int child = begin(task, stack, &pidfd);
  int answer = child < 0 ? child : wait_for(child, pidfd, shared);
  if (answer == -ETIMEDOUT) kill(child, SIGKILL);
  bool ended = child < 0 || end(child, pidfd);
  if (pidfd >= 0) close(pidfd);
  if (ended && child > 0) waitpid(child, NULL, __WALL);
  sigprocmask(SIG_SETMASK, &before, NULL);
  if (ended)
    munmap(stack, STACK_SIZE);
  else
    *place = child;
  return ended || answer == 0 ? answer : -ETIMEDOUT;
}
