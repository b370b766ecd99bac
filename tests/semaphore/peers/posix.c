/* POSIX semaphores: posix WAY NAME. It prints a line, and waits for the end of its input.
 *
 *   made NAME     makes it with the value 3; prints the path that its own mapping shows
 *   waited NAME   makes it with the value 0; two children wait, one of them for an hour at most
 *   stuck NAME    the same, and waits itself, until it is killed
 *   nameless NAME makes it with the value 1 and unlinks it, as Python does; a child waits */
#include <fcntl.h>
#include <semaphore.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

static pid_t waiter(sem_t *semaphore, bool timed) {
  fflush(stdout);
  pid_t child = fork();
  if (child != 0) return child;
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  struct timespec until;
  clock_gettime(CLOCK_REALTIME, &until);
  until.tv_sec += 3600;
  if (timed)
    sem_timedwait(semaphore, &until);
  else
    sem_wait(semaphore);
  _exit(0);
}

/* The mapping of this process that lies in /dev/shm. */
static void print_own_path(void) {
  char line[512];
  FILE *maps = fopen("/proc/self/maps", "r");
  while (maps != NULL && fgets(line, sizeof line, maps) != NULL) {
    char *path = strstr(line, "/dev/shm/sem.");
    if (path != NULL) printf("%s", path);
  }
  if (maps != NULL) fclose(maps);
}

int main(int count, char **values) {
  if (count < 3) return 2;
  const char *way = values[1], *name = values[2];
  unsigned value = strcmp(way, "made") == 0 ? 3 : strcmp(way, "nameless") == 0 ? 1 : 0;
  sem_t *semaphore = sem_open(name, O_CREAT | O_EXCL, 0600, value);
  if (semaphore == SEM_FAILED) {
    perror("sem_open");
    return 1;
  }
  if (strcmp(way, "made") == 0) print_own_path();
  if (strcmp(way, "nameless") == 0) {
    sem_unlink(name);
    sem_wait(semaphore);
    printf("%d\n", waiter(semaphore, false));
  }
  if (strcmp(way, "waited") == 0 || strcmp(way, "stuck") == 0) {
    pid_t first = waiter(semaphore, false);
    printf("%d %d\n", first, waiter(semaphore, strcmp(way, "waited") == 0));
  }
  fflush(stdout);
  if (strcmp(way, "stuck") == 0) sem_wait(semaphore);
  char line[16];
  while (fgets(line, sizeof line, stdin) != NULL) continue;
  sem_unlink(name);
  return 0;
}
