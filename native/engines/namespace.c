/* Looks at the System V message queues of another IPC namespace, from a thread that enters it.
 *
 * State machine of the thread: HOME -> AWAY (setns) -> HOME (setns back) -> ENDED. The wait engine,
 * which runs this on one of its threads, never uses that thread again: setns has taken it out of
 * the process's list of semaphore adjustments (exit_sem in ipc/sem.c), so that a later SEM_UNDO of
 * this thread would be undone when the thread ends, and not when the process does. */
#include <fcntl.h>
#include <sched.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "../calls/blocking.h"

enum { RECORD_SIZE = 128, HEAD_SIZE = 64 };

/* The head is two struct msginfo (IPC_INFO, MSG_INFO), 32 bytes each; a record is the id in 8 bytes
 * and a struct msqid_ds. How many bytes were written, or -E2BIG if they do not fit. */
static long list_queues(char *memory, size_t size) {
  struct msginfo limits;
  struct msginfo use;
  if (size < HEAD_SIZE) return -E2BIG;
  if (syscall(SYS_msgctl, 0, IPC_INFO, &limits) < 0) return -errno;
  long highest = syscall(SYS_msgctl, 0, MSG_INFO, &use);
  if (highest < 0) return -errno;
  memset(memory, 0, HEAD_SIZE);
  memcpy(memory, &limits, sizeof limits);
  memcpy(memory + HEAD_SIZE / 2, &use, sizeof use);
  size_t used = HEAD_SIZE;
  for (long index = 0; index <= highest; index++) {
    struct msqid_ds queue;
    long id = syscall(SYS_msgctl, (int)index, MSG_STAT_ANY, &queue);
    if (id < 0) continue;
    if (size - used < RECORD_SIZE) return -E2BIG;
    memcpy(memory + used, &id, sizeof id);
    memcpy(memory + used + sizeof id, &queue, sizeof queue);
    used += RECORD_SIZE;
  }
  return (long)used;
}

long namespace_list_queues(int namespace_fd, void *memory, size_t size, int flags) {
  (void)flags;
  int home = (int)syscall(SYS_openat, AT_FDCWD, "/proc/thread-self/ns/ipc", O_RDONLY | O_CLOEXEC);
  if (home < 0) return -errno;
  if (syscall(SYS_setns, namespace_fd, CLONE_NEWIPC) != 0) {
    long refused = -errno;
    syscall(SYS_close, home);
    return refused;
  }
  long answer = list_queues(memory, size);
  if (syscall(SYS_setns, home, CLONE_NEWIPC) != 0 && answer >= 0) answer = -errno;
  syscall(SYS_close, home);
  return answer;
}
