/* Work aside: a child of ours asks the kernel what may put the asker to sleep beyond the reach of
 * kill -9, until somebody else goes on. A thread would not do: a process is not gone before its
 * last thread is, and whoever waits for us would wait as well.
 *
 * State machine, run to its end inside one call:
 *
 *   REAP     children that were left asleep before, and have ended since; too many left: -EAGAIN
 *   BEGIN    clone(2) like fork, but without a signal at its end: wait() of whoever uses this
 * package never meets it. All signals are blocked in it, so that no handler of ours runs there WORK
 * (the child) lets go of the terminal, or of whatever our output goes to; works; says that it is
 * done; ends WAIT     for its end, a tenth of a second at a time; where it is at the same item as
 * before, and in an uninterruptible sleep, it is LEFT LEFT     killed, which takes effect when it
 * wakes, and reaped at a later call
 *
 * Who owns what: the caller the shared memory, which the child keeps as long as it lives; the list
 * of those left belongs to the environment and its thread. */
#include "aside.h"

#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { STEP_MS = 100, STEPS_MAX = 100 };

void *aside_memory(size_t size) {
  void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  return memory == MAP_FAILED ? NULL : memory;
}

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

static _Noreturn void work_aside(struct aside *shared, void (*work)(struct aside *)) {
  for (int fd = 0; fd <= 2; fd++) close(fd);
  work(shared);
  atomic_store(&shared->done, 1);
  for (;;) syscall(SYS_exit_group, 0);
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

int aside_run(struct environment *environment, struct aside *shared, void (*work)(struct aside *)) {
  int32_t *place = reap(environment);
  if (place == NULL) return -EAGAIN;
  sigset_t all;
  sigset_t before;
  sigfillset(&all);
  sigprocmask(SIG_SETMASK, &all, &before);
  int pidfd = -1;
  long child = syscall(SYS_clone, (unsigned long)CLONE_PIDFD, 0UL, &pidfd, 0UL, 0UL);
  int refused = child < 0 ? -errno : 0;
  if (child == 0) work_aside(shared, work);
  sigprocmask(SIG_SETMASK, &before, NULL);
  if (refused != 0) return refused;
  int answer = wait_for((pid_t)child, pidfd, shared);
  close(pidfd);
  if (answer == -ETIMEDOUT) kill((pid_t)child, SIGKILL);
  if (waitpid((pid_t)child, NULL, __WALL | WNOHANG) == 0) *place = (int32_t)child;
  return answer;
}
