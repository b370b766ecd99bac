/* The examples of semop(2) and shmop(2), as far as they are about semaphores:
 *   semop lock ID     waits for semaphore 0 to be zero and adds one, with SEM_UNDO, in one call,
 * says "locked", and ends with the end of its input: the kernel takes the lock back semop writer
 * makes a set with one semaphore, sets it to 1, prints its id, waits until it is zero, says "zero"
 * and removes the set semop reader ID   takes one from semaphore 0 and says "done" semop timed ID
 * waits for zero for ten milliseconds, by semtimedop */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/sem.h>
#include <time.h>

union semun {
  int val;
  struct semid_ds *buf;
  unsigned short *array;
};

static void fail(const char *what) {
  fprintf(stderr, "%s: %s\n", what, strerror(errno));
  exit(EXIT_FAILURE);
}

static void lock(int semid) {
  struct sembuf sops[2];
  sops[0].sem_num = 0; /* Operate on semaphore 0 */
  sops[0].sem_op = 0;  /* Wait for value to equal 0 */
  sops[0].sem_flg = 0;
  sops[1].sem_num = 0;
  sops[1].sem_op = 1; /* Increment value by one */
  sops[1].sem_flg = SEM_UNDO;
  if (semop(semid, sops, 2) == -1) fail("semop");
  puts("locked");
  fflush(stdout);
  while (getchar() != EOF) continue;
}

static void writer(void) {
  struct sembuf sop = {0, 0, 0};
  union semun dummy;
  int semid = semget(IPC_PRIVATE, 1, IPC_CREAT | 0600);
  if (semid == -1) fail("semget");
  union semun arg = {.val = 1};
  if (semctl(semid, 0, SETVAL, arg) == -1) fail("semctl");
  printf("%d\n", semid);
  fflush(stdout);
  if (semop(semid, &sop, 1) == -1) fail("semop");
  puts("zero");
  memset(&dummy, 0, sizeof dummy);
  if (semctl(semid, 0, IPC_RMID, dummy) == -1) fail("semctl");
}

static void reader(int semid) {
  struct sembuf sop = {0, -1, 0};
  if (semop(semid, &sop, 1) == -1) fail("semop");
  puts("done");
}

static void timed(int semid) {
  struct sembuf sop = {0, 0, 0};
  struct timespec limit = {0, 10000000};
  if (semtimedop(semid, &sop, 1, &limit) == -1) fail("semtimedop");
  puts("done");
}

int main(int argc, char *argv[]) {
  const char *what = argc > 1 ? argv[1] : "";
  int semid = argc > 2 ? atoi(argv[2]) : -1;
  if (strcmp(what, "lock") == 0) lock(semid);
  if (strcmp(what, "writer") == 0) writer();
  if (strcmp(what, "reader") == 0) reader(semid);
  if (strcmp(what, "timed") == 0) timed(semid);
  return EXIT_SUCCESS;
}
