/* A writer, after the example of shmop(2): string-write SHMID SEMID STRING puts the string into the
 * segment, and then lowers the semaphore to 0. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sem.h>
#include <sys/shm.h>

static void fail(const char *call) {
  perror(call);
  exit(EXIT_FAILURE);
}

int main(int argc, char **argv) {
  if (argc != 4) return EXIT_FAILURE;
  int shmid = atoi(argv[1]);
  int semid = atoi(argv[2]);
  char *addr = shmat(shmid, NULL, 0);
  if (addr == (void *)-1) fail("shmat");
  memcpy(addr, argv[3], strlen(argv[3]) + 1);
  struct sembuf lower = {.sem_num = 0, .sem_op = -1, .sem_flg = 0};
  if (semop(semid, &lower, 1) == -1) fail("semop");
  return EXIT_SUCCESS;
}
