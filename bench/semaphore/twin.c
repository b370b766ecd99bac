/* The twin of ours.ts: the same exchanges as a C program would write them. A waiting end of ours is
 * an end that blocks here: that is what a C program does. */
#include <errno.h>
#include <sys/ipc.h>
#include <sys/sem.h>

#include "../twin.h"

enum { PING, PONG, GATE };

static void operate(int set, struct sembuf *operations, size_t count) {
  if (semop(set, operations, count) != 0) fail("semop");
}

static void change(int set, unsigned short index, short by, short flags) {
  struct sembuf operation = {.sem_num = index, .sem_op = by, .sem_flg = flags};
  operate(set, &operation, 1);
}

static void near_end(const struct side *side, int set) {
  int64_t started = 0;
  for (uint32_t i = 0; i < side->messages; i++) {
    if (i == side->warmup) started = now();
    change(set, PING, 1, 0);
    change(set, PONG, -1, 0);
  }
  side_end(side, started, 0);
}

static void far_end(const struct side *side, int set) {
  int64_t started = now();
  for (uint32_t i = 0; i < side->messages; i++) {
    change(set, PING, -1, 0);
    change(set, PONG, 1, 0);
  }
  side_end(side, started, 0);
}

static void pairs(const struct side *side, int set, short flags) {
  int64_t started = 0;
  for (uint32_t i = 0; i < side->messages; i++) {
    if (i == side->warmup) started = now();
    change(set, GATE, -1, (short)(IPC_NOWAIT | flags));
    change(set, GATE, 1, flags);
  }
  side_end(side, started, 0);
}

static void pairs_of_arrays(const struct side *side, int set) {
  int64_t started = 0;
  for (uint32_t i = 0; i < side->messages; i++) {
    if (i == side->warmup) started = now();
    struct sembuf take[] = {{GATE, -1, IPC_NOWAIT}, {PING, 1, IPC_NOWAIT}};
    struct sembuf give[] = {{GATE, 1, IPC_NOWAIT}, {PING, -1, IPC_NOWAIT}};
    operate(set, take, 2);
    operate(set, give, 2);
  }
  side_end(side, started, 0);
}

static int has(const char *words, const char *word) { return strstr(words, word) != NULL; }

int main(int count, char **words) {
  struct side side = side_begin(count, words);
  if (side.shared_count != 1) return 2;
  int set = atoi(side.shared[0]);
  if (strcmp(side.role, "near") == 0) near_end(&side, set);
  if (strcmp(side.role, "far") == 0) far_end(&side, set);
  if (has(side.workload, "arrays")) pairs_of_arrays(&side, set);
  pairs(&side, set, has(side.workload, "undo") ? SEM_UNDO : 0);
}
