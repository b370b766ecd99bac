/* System V semaphores: one system call a function. */
#include "../addon.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/sem.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "../engines/engines.h"
#include "blocking.h"

enum { SEMCTL_SIZE = 128 };
_Static_assert(sizeof(struct sembuf) == 6, "src/sys/sem.ts writes operations of 6 bytes");
_Static_assert(sizeof(struct semid_ds) <= SEMCTL_SIZE, "semctl's answers fit the span we check");
_Static_assert(sizeof(struct seminfo) <= SEMCTL_SIZE, "semctl's answers fit the span we check");

static napi_value call_semget(napi_env napi, napi_callback_info info) {
  int64_t a[3];
  struct environment *environment;
  if (!read_integers(napi, info, 3, a, &environment)) return result(napi, -EINVAL);
  if (!fits_int(a[0]) || !fits_int(a[1]) || !fits_int(a[2])) return result(napi, -EINVAL);
  long id = syscall(SYS_semget, (key_t)a[0], (int)a[1], (int)a[2]);
  return result(napi, id < 0 ? -errno : id);
}

static long operate(int id, void *operations, size_t count) {
  long done = syscall(SYS_semop, id, operations, count);
  return done < 0 ? -errno : done;
}

long blocking_semop(int id, void *operations, size_t size, int flags) {
  (void)flags;
  return operate(id, operations, size / sizeof(struct sembuf));
}

enum { FRAME_ID, FRAME_REGION, FRAME_OFFSET, FRAME_COUNT, FRAME_SLICE_MS, FRAME_ONE = 8 };

enum { COPY_MAX = 8 };

/* Never waits, whatever the caller's operations say: theirs, at any address, stay as they are. */
static long operate_now(int id, const void *operations, size_t count) {
  struct sembuf few[COPY_MAX];
  struct sembuf *copy = count <= COPY_MAX ? few : malloc(count * sizeof *copy);
  if (copy == NULL) return -ENOMEM;
  memcpy(copy, operations, count * sizeof *copy);
  for (size_t i = 0; i < count; i++) copy[i].sem_flg |= IPC_NOWAIT;
  long answer = operate(id, copy, count);
  if (copy != few) free(copy);
  return answer;
}

/* With a slice the thread blocks that long at most and answers -EINTR, so that a worker can be
 * terminated; with a slice of 0 it never waits. */
static int64_t operate_for(struct environment *environment, void *operations, size_t count) {
  int id = environment->frame[FRAME_ID];
  int slice_ms = environment->frame[FRAME_SLICE_MS];
  if (slice_ms <= 0) return operate_now(id, operations, count);
  int refused = slice_begin(environment, slice_ms);
  if (refused < 0) return refused;
  long answer = operate(id, operations, count);
  slice_end(environment);
  return answer;
}

/* Arguments in the frame: where in a region the operations are, and how many. */
static int64_t framed_semop(struct environment *environment) {
  const int32_t *frame = environment->frame;
  int64_t count = frame[FRAME_COUNT];
  int64_t size = count * (int64_t)sizeof(struct sembuf);
  void *operations = region_span(environment, frame[FRAME_REGION], frame[FRAME_OFFSET], size);
  if (operations == NULL) return -EFAULT;
  return operate_for(environment, operations, (size_t)count);
}

/* The one operation is in the frame too. */
static napi_value call_semop_one(napi_env napi, napi_callback_info info) {
  struct environment *environment = environment_of(napi, info);
  struct sembuf operation;
  memcpy(&operation, environment->frame + FRAME_ONE, sizeof operation);
  if (environment->frame[FRAME_SLICE_MS] > 0) {
    return result(napi, operate_for(environment, &operation, 1));
  }
  operation.sem_flg |= IPC_NOWAIT;
  return result(napi, operate(environment->frame[FRAME_ID], &operation, 1));
}

static napi_value call_semop(napi_env napi, napi_callback_info info) {
  return result(napi, framed_semop(environment_of(napi, info)));
}

/* semctl(id, index, command, value): the commands that give or take one number. */
static napi_value call_semctl(napi_env napi, napi_callback_info info) {
  int64_t a[4];
  struct environment *environment;
  if (!read_integers(napi, info, 4, a, &environment)) return result(napi, -EINVAL);
  if (!fits_int(a[0]) || !fits_int(a[1]) || !fits_int(a[3])) return result(napi, -EINVAL);
  bool one = a[2] == GETVAL || a[2] == SETVAL || a[2] == GETPID || a[2] == GETNCNT ||
             a[2] == GETZCNT || a[2] == IPC_RMID;
  if (!one) return result(napi, -EINVAL);
  long arguments[5] = {(int)a[0], (int)a[1], (int)a[2], (long)a[3]};
  return result(napi, looking(environment, SYS_semctl, arguments));
}

/* semctlAbout(id, command, region, offset): the commands that fill or read a structure. */
static napi_value call_semctl_about(napi_env napi, napi_callback_info info) {
  int64_t a[4];
  struct environment *environment;
  if (!read_integers(napi, info, 4, a, &environment)) return result(napi, -EINVAL);
  if (!fits_int(a[0])) return result(napi, -EINVAL);
  bool about = a[1] == IPC_STAT || a[1] == IPC_SET || a[1] == IPC_INFO || a[1] == SEM_INFO ||
               a[1] == SEM_STAT || a[1] == SEM_STAT_ANY;
  void *memory = region_span(environment, a[2], a[3], SEMCTL_SIZE);
  if (!about) return result(napi, -EINVAL);
  if (memory == NULL) return result(napi, -EFAULT);
  long arguments[5] = {(int)a[0], 0, (int)a[1], (long)memory};
  return result(napi, looking(environment, SYS_semctl, arguments));
}

struct each {
  int id;
  int command;
  long count;
  char *answers;
};

/* 0, or the first refusal. */
static long ask_each(const void *data) {
  const struct each *each = data;
  for (long index = 0; index < each->count; index++) {
    int32_t answer = (int32_t)syscall(SYS_semctl, each->id, (int)index, each->command, 0L);
    if (answer < 0) return -errno;
    memcpy(each->answers + (size_t)index * sizeof answer, &answer, sizeof answer);
  }
  return 0;
}

/* semctlEach(id, command, region, offset, count): what the command says of each of the first
 * semaphores, in 4 bytes. */
static napi_value call_semctl_each(napi_env napi, napi_callback_info info) {
  int64_t a[5];
  struct environment *environment;
  if (!read_integers(napi, info, 5, a, &environment)) return result(napi, -EINVAL);
  bool one = a[1] == GETPID || a[1] == GETNCNT || a[1] == GETZCNT;
  if (!fits_int(a[0]) || !one || a[4] < 0 || !fits_int(a[4])) return result(napi, -EINVAL);
  char *answers = region_span(environment, a[2], a[3], a[4] * (int64_t)sizeof(int32_t));
  if (answers == NULL) return result(napi, -EFAULT);
  struct each each = {.id = (int)a[0], .command = (int)a[1], .count = a[4], .answers = answers};
  return result(napi, looking_for(environment, ask_each, &each));
}

/* The kernel does not ask how long the array of GETALL is: should the set have been replaced by a
 * larger one since the caller asked, it must not write beyond. Hence memory with a wall behind it.
 */
enum { VALUES_MAX = 65536, VALUES_SIZE = VALUES_MAX * 2, WALL = 65536 };

static uint16_t *values_memory(void) {
  char *memory = mmap(NULL, VALUES_SIZE + WALL, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (memory == MAP_FAILED) return NULL;
  if (mprotect(memory + VALUES_SIZE, WALL, PROT_NONE) == 0) return (uint16_t *)memory;
  munmap(memory, VALUES_SIZE + WALL);
  return NULL;
}

/* semctlAll(id, command, region, offset, count): GETALL or SETALL of `count` values of 16 bits. */
static napi_value call_semctl_all(napi_env napi, napi_callback_info info) {
  int64_t a[5];
  struct environment *environment;
  if (!read_integers(napi, info, 5, a, &environment)) return result(napi, -EINVAL);
  if (!fits_int(a[0]) || (a[1] != GETALL && a[1] != SETALL)) return result(napi, -EINVAL);
  if (a[4] < 0 || a[4] > VALUES_MAX) return result(napi, -EINVAL);
  size_t size = (size_t)a[4] * sizeof(uint16_t);
  void *region = region_span(environment, a[2], a[3], (int64_t)size);
  if (region == NULL) return result(napi, -EFAULT);
  uint16_t *values = values_memory();
  if (values == NULL) return result(napi, -ENOMEM);
  if (a[1] == SETALL) memcpy(values, region, size);
  long arguments[5] = {(int)a[0], 0, (int)a[1], (long)values};
  long answer = looking(environment, SYS_semctl, arguments);
  if (a[1] == GETALL && answer >= 0) memcpy(region, values, size);
  munmap(values, VALUES_SIZE + WALL);
  return result(napi, answer);
}

const struct call sem_calls[] = {
    {"semget", call_semget},
    {"semop", call_semop},
    {"semopOne", call_semop_one},
    {"semctl", call_semctl},
    {"semctlAbout", call_semctl_about},
    {"semctlAll", call_semctl_all},
    {"semctlEach", call_semctl_each},
    {NULL, NULL},
};
