/* What a twin begins and ends with: its parameters, an idle thread, the clock, the marks and the
 * sum of bench/runner/checksum.ts, and the line of JSON that it prints. bench/side.ts is the same
 * in TypeScript. */
#ifndef LINUX_IPC_TWIN_H
#define LINUX_IPC_TWIN_H

#include <inttypes.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

struct side {
  const char *workload;
  const char *role;
  size_t size;
  uint32_t warmup;   /* messages before the measured ones */
  uint32_t messages; /* all of them */
  char **shared;     /* what the room's share() gave, shared_count of them */
  int shared_count;
};

static inline void fail(const char *what) {
  perror(what);
  exit(1);
}

static inline void *idle(void *nothing) {
  pause();
  return nothing;
}

/* Node is a process of several threads, for which the kernel does more in some calls: a fair twin
 * is one too. */
static inline struct side side_begin(int count, char **words) {
  if (count < 6) {
    fprintf(stderr, "usage: %s workload role size warmup messages [shared...]\n", words[0]);
    exit(2);
  }
  pthread_t thread;
  if (pthread_create(&thread, NULL, idle, NULL) != 0) fail("pthread_create");
  return (struct side){
      .workload = words[1],
      .role = words[2],
      .size = strtoul(words[3], NULL, 10),
      .warmup = (uint32_t)strtoul(words[4], NULL, 10),
      .messages = (uint32_t)strtoul(words[5], NULL, 10),
      .shared = words + 6,
      .shared_count = count - 6,
  };
}

static inline int64_t now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

static inline void side_end(const struct side *side, int64_t started, uint32_t sum) {
  int64_t elapsed = now() - started;
  printf("{\"nanoseconds\":%" PRId64 ",\"messages\":%" PRIu32 ",\"sum\":%" PRId32 "}\n", elapsed,
         side->messages - side->warmup, (int32_t)sum);
  exit(fflush(stdout) == 0 ? 0 : 1);
}

static inline void stamp(char *data, size_t size, uint32_t index) {
  uint32_t mark = index * 0x9e3779b1u;
  memcpy(data, &mark, 4);
  memcpy(data + size - 4, &mark, 4);
}

static inline uint32_t summed(uint32_t sum, const char *data, size_t size) {
  uint32_t first;
  uint32_t last;
  memcpy(&first, data, 4);
  memcpy(&last, data + size - 4, 4);
  return sum * 31 + first + last + (uint32_t)size;
}

#endif
