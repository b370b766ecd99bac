/* Attaches the segment given as its argument, then makes a child by vfork(2), which has the memory
 * of its parent, and not a copy: the kernel counts one attachment, and two processes show it. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/shm.h>
#include <unistd.h>

int main(int count, char **words) {
  if (count != 2) return 2;
  if (shmat(atoi(words[1]), NULL, 0) == (void *)-1) return 1;
  pid_t child = vfork();
  if (child == 0) {
    char line[32];
    int length = snprintf(line, sizeof line, "%d\n", (int)getpid());
    if (write(STDOUT_FILENO, line, (size_t)length) != length) _exit(1);
    char end;
    _exit(read(STDIN_FILENO, &end, 1) != 0);
  }
  return child < 0;
}
