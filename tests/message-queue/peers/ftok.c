/* ftok(3) of the C library: PATH and PROJECT-ID in pairs, one key a line, in hexadecimal. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/ipc.h>

int main(int argc, char **argv) {
  for (int i = 1; i + 1 < argc; i += 2) {
    key_t key = ftok(argv[i], atoi(argv[i + 1]));
    if (key == -1) {
      perror(argv[i]);
      return EXIT_FAILURE;
    }
    printf("0x%08x\n", (unsigned)key);
  }
  return EXIT_SUCCESS;
}
