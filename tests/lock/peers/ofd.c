/* Takes a lock of an open file description on some bytes of a file, twice: through one description,
 * and, when a line comes, through another, where it blocks: ofd FILE START LENGTH. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static int lock(int fd, char **words) {
  struct flock range = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
  range.l_start = atoll(words[2]);
  range.l_len = atoll(words[3]);
  return fcntl(fd, F_OFD_SETLKW, &range);
}

int main(int count, char **words) {
  if (count != 4) return 2;
  int first = open(words[1], O_RDWR | O_CREAT, 0644);
  int second = open(words[1], O_RDWR);
  if (first < 0 || second < 0 || lock(first, words) != 0) return 1;
  printf("%d\n", first);
  fflush(stdout);
  if (getchar() == EOF) return 0;
  return lock(second, words) == 0 ? 0 : 1;
}
