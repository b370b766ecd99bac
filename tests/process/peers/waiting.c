/* A process that waits for a child or for a signal, each way that there is: `waiting HOW` prints
 * the numbers of its two children and of a descriptor of the first, and blocks. */
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* Lives as long as its parent, in a process group of its own if asked. */
static pid_t begin(int in_group) {
  pid_t pid = fork();
  if (pid != 0) {
    if (in_group) setpgid(pid, pid);
    return pid;
  }
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  for (;;) pause();
}

static void wait_signal(int timed) {
  sigset_t set;
  struct timespec limit = {.tv_sec = 3600};
  sigemptyset(&set);
  sigaddset(&set, SIGUSR1);
  sigaddset(&set, SIGTERM);
  sigprocmask(SIG_BLOCK, &set, NULL);
  sigtimedwait(&set, NULL, timed ? &limit : NULL);
}

static void suspended(void) {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGINT);
  sigsuspend(&set);
}

static void zombie(int fd) {
  siginfo_t info;
  pid_t dead = fork();
  if (dead == 0) _exit(3);
  int descriptor = (int)syscall(SYS_pidfd_open, dead, 0);
  waitid(P_PID, (id_t)dead, &info, WEXITED | WNOWAIT);
  printf("%d %d %d\n", (int)dead, descriptor, fd);
  fflush(stdout);
  char end;
  while (read(0, &end, 1) == 1) {
    waitpid(dead, NULL, 0);
    printf("waited\n");
    fflush(stdout);
  }
}

int main(int count, char **words) {
  const char *how = count > 1 ? words[1] : "";
  pid_t first = begin(0);
  pid_t second = begin(1);
  siginfo_t info;
  int fd = (int)syscall(SYS_pidfd_open, first, 0);
  struct pollfd polled = {.fd = fd, .events = POLLIN};
  if (strcmp(how, "zombie") == 0) zombie(fd);
  printf("%d %d %d\n", (int)first, (int)second, fd);
  fflush(stdout);
  if (strcmp(how, "one") == 0) waitpid(second, NULL, 0);
  if (strcmp(how, "any") == 0) wait(NULL);
  if (strcmp(how, "group") == 0) waitpid(-second, NULL, 0);
  if (strcmp(how, "own-group") == 0) waitpid(0, NULL, 0);
  if (strcmp(how, "id-all") == 0) waitid(P_ALL, 0, &info, WEXITED);
  if (strcmp(how, "id-one") == 0) waitid(P_PID, (id_t)second, &info, WEXITED);
  if (strcmp(how, "id-group") == 0) waitid(P_PGID, (id_t)second, &info, WEXITED);
  if (strcmp(how, "id-pidfd") == 0) waitid(P_PIDFD, (id_t)fd, &info, WEXITED);
  if (strcmp(how, "poll") == 0) poll(&polled, 1, -1);
  if (strcmp(how, "signal") == 0) wait_signal(0);
  if (strcmp(how, "signal-timed") == 0) wait_signal(1);
  if (strcmp(how, "suspend") == 0) suspended();
  if (strcmp(how, "pause") == 0) pause();
  return 1;
}
