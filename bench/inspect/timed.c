/* Runs a program with its output in a file, and prints what it cost: wall and processor
 * milliseconds, the most memory it had in KiB, and the bytes that it wrote.
 *
 *   timed FILE PROGRAM ARGUMENT… */
#include <fcntl.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double milliseconds(struct timeval time) {
  return (double)time.tv_sec * 1e3 + (double)time.tv_usec / 1e3;
}

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec * 1e3 + (double)time.tv_nsec / 1e6;
}

static void run(int output, char **words) {
  int null = open("/dev/null", O_RDWR);
  dup2(null, STDIN_FILENO);
  dup2(output, STDOUT_FILENO);
  dup2(null, STDERR_FILENO);
  execvp(words[0], words);
  _exit(127);
}

int main(int count, char **words) {
  struct rusage use;
  struct stat written;
  int status;
  if (count < 3) return 2;
  int output = open(words[1], O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (output < 0) return 1;
  double begun = now();
  pid_t pid = fork();
  if (pid == 0) run(output, words + 2);
  if (pid < 0 || wait4(pid, &status, 0, &use) < 0 || fstat(output, &written) != 0) return 1;
  double wall = now() - begun;
  double processor = milliseconds(use.ru_utime) + milliseconds(use.ru_stime);
  printf("%d %.3f %.3f %ld %lld\n", WIFEXITED(status) ? WEXITSTATUS(status) : -1, wall, processor,
         use.ru_maxrss, (long long)written.st_size);
  return 0;
}
