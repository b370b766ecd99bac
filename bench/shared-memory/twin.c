/* The twin of ours.ts: the same as a C program would write it. */
#include <sys/ipc.h>
#include <sys/shm.h>

#include "../twin.h"

enum { MID_PAGE = 2048 };

static char *attach(int segment) {
  char *memory = shmat(segment, NULL, 0);
  if (memory == (char *)-1) fail("shmat");
  return memory;
}

static void detach(const char *memory) {
  if (shmdt(memory) != 0) fail("shmdt");
}

static void attaching(const struct side *side, int segment) {
  int64_t started = 0;
  for (uint32_t i = 0; i < side->messages; i++) {
    if (i == side->warmup) started = now();
    detach(attach(segment));
  }
  side_end(side, started, 0);
}

static void touching(const struct side *side, int segment) {
  int64_t started = 0;
  uint32_t sum = 0;
  for (uint32_t i = 0; i < side->messages; i++) {
    if (i == side->warmup) started = now();
    char *memory = attach(segment);
    stamp(memory, side->size, i);
    sum = summed(sum, memory, side->size);
    detach(memory);
  }
  side_end(side, started, sum);
}

/* Keeps the compiler from seeing that a copy is of what was just written. */
static void *volatile hidden;

static void copying(const struct side *side, char *target, char *source, char *stamped,
                    const char *seen) {
  int64_t started = 0;
  uint32_t sum = 0;
  for (uint32_t i = 0; i < side->messages; i++) {
    if (i == side->warmup) started = now();
    stamp(stamped, side->size, i);
    hidden = source;
    memcpy(target, hidden, side->size);
    sum = summed(sum, seen, side->size);
  }
  side_end(side, started, sum);
}

static int has(const char *words, const char *word) { return strstr(words, word) != NULL; }

int main(int count, char **words) {
  struct side side = side_begin(count, words);
  if (side.shared_count != 2) return 2;
  int segment = atoi(side.shared[0]);
  if (has(side.workload, "touch")) touching(&side, segment);
  if (has(side.workload, "attach")) attaching(&side, segment);
  char *memory = attach(segment);
  char *data = attach(atoi(side.shared[1])) + MID_PAGE;
  if (has(side.workload, "copy in")) copying(&side, memory, data, data, memory);
  copying(&side, data, memory, memory, data);
}
