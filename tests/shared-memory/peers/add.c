/* Adds 1 to an int at byte 0 and to a long at byte 8 of a segment: add ID COUNT. It begins when the
 * int at byte 16 is not 0, so that all begin together. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/shm.h>

int main(int argc, char **argv) {
  if (argc != 3) return EXIT_FAILURE;
  char *memory = shmat(atoi(argv[1]), NULL, 0);
  if (memory == (void *)-1) return EXIT_FAILURE;
  printf("ready\n");
  fflush(stdout);
  while (__atomic_load_n((int *)(memory + 16), __ATOMIC_ACQUIRE) == 0) {
  }
  for (long left = atol(argv[2]); left > 0; left--) {
    __atomic_fetch_add((int *)memory, 1, __ATOMIC_SEQ_CST);
    __atomic_fetch_add((long *)(memory + 8), 1, __ATOMIC_SEQ_CST);
  }
  return EXIT_SUCCESS;
}
