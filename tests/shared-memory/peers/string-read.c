/* A reader, after the example of shmop(2): makes a segment and a semaphore, says their ids, waits
 * until the semaphore is 0, and prints the string that somebody has put into the segment. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/ipc.h>
#include <sys/sem.h>
#include <sys/shm.h>

enum { MEM_SIZE = 4096 };

union semun {
  int val;
};

static void fail(const char *call) {
  perror(call);
  exit(EXIT_FAILURE);
}

int main(void) {
  int shmid = shmget(IPC_PRIVATE, MEM_SIZE, IPC_CREAT | 0600);
  if (shmid == -1) fail("shmget");
  int semid = semget(IPC_PRIVATE, 1, IPC_CREAT | 0600);
  if (semid == -1) fail("semget");
  char *addr = shmat(shmid, NULL, SHM_RDONLY);
  if (addr == (void *)-1) fail("shmat");
  if (semctl(semid, 0, SETVAL, (union semun){.val = 1}) == -1) fail("semctl");
  printf("%d %d\n", shmid, semid);
  fflush(stdout);
  struct sembuf zero = {.sem_num = 0, .sem_op = 0, .sem_flg = 0};
  if (semop(semid, &zero, 1) == -1) fail("semop");
  printf("%s\n", addr);
  if (shmctl(shmid, IPC_RMID, NULL) == -1) fail("shmctl");
  if (semctl(semid, 0, IPC_RMID) == -1) fail("semctl");
  return EXIT_SUCCESS;
}
