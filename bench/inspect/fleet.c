/* A machine full of processes: PROCESSES of them, each with PIPES pipes and PAIRS pairs of
 * connected Unix sockets of its own, and all with two pipes that they inherited. It says "ready"
 * when all are there, and ends with its standard input.
 *
 *   fleet PROCESSES PIPES PAIRS */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static void fail(const char *what) {
  perror(what);
  exit(1);
}

static void member(int pipes, int pairs, int ready, int gone) {
  int ends[2];
  char byte;
  int null = open("/dev/null", O_RDWR);
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  for (int fd = 0; fd <= 2; fd++) dup2(null, fd);
  close(null);
  for (int i = 0; i < pipes; i++) {
    if (pipe(ends) != 0) fail("pipe");
  }
  for (int i = 0; i < pairs; i++) {
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends) != 0) fail("socketpair");
  }
  if (write(ready, "r", 1) != 1) fail("write");
  while (read(gone, &byte, 1) > 0) continue;
  _exit(0);
}

int main(int count, char **words) {
  if (count != 4) return 2;
  int processes = atoi(words[1]);
  int ready[2];
  int gone[2];
  char byte;
  if (pipe(ready) != 0 || pipe(gone) != 0) fail("pipe");
  for (int i = 0; i < processes; i++) {
    pid_t pid = fork();
    if (pid < 0) fail("fork");
    if (pid == 0) member(atoi(words[2]), atoi(words[3]), ready[1], gone[0]);
  }
  for (int i = 0; i < processes; i++) {
    if (read(ready[0], &byte, 1) != 1) fail("read");
  }
  puts("ready");
  fflush(stdout);
  while (read(STDIN_FILENO, &byte, 1) > 0) continue;
  signal(SIGTERM, SIG_IGN);
  kill(0, SIGTERM);
  while (wait(NULL) > 0) continue;
  return 0;
}
