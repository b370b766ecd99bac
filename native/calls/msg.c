/* System V message queues: one system call a function. A message lies in a region as the kernel
 * wants it: the type in 8 bytes, then the text. */
#include "blocking.h"

#include "../addon.h"
#include "../engines/engines.h"

#include <string.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { TYPE_SIZE = 8, MSGCTL_SIZE = 128 };
_Static_assert(sizeof(long) == TYPE_SIZE,
               "a message type is 8 bytes on the 64-bit systems we know");
_Static_assert(sizeof(struct msqid_ds) <= MSGCTL_SIZE, "msgctl's answers fit the span we check");
_Static_assert(sizeof(struct msginfo) <= MSGCTL_SIZE, "msgctl's answers fit the span we check");

long blocking_msgsnd(int id, void *message, size_t size, int flags) {
  long sent = syscall(SYS_msgsnd, id, message, size, flags);
  return sent < 0 ? -errno : sent;
}

long blocking_msgrcv(int id, void *message, size_t size, int flags) {
  long wanted;
  memcpy(&wanted, message, sizeof wanted);
  long got = syscall(SYS_msgrcv, id, message, size, wanted, flags);
  return got < 0 ? -errno : got;
}

static napi_value call_msgget(napi_env napi, napi_callback_info info) {
  int64_t a[2];
  struct environment *environment;
  if (!read_integers(napi, info, 2, a, &environment)) return result(napi, -EINVAL);
  if (!fits_int(a[0]) || !fits_int(a[1])) return result(napi, -EINVAL);
  long id = syscall(SYS_msgget, (key_t)a[0], (int)a[1]);
  return result(napi, id < 0 ? -errno : id);
}

/* What both take, in the order of the frame. */
enum { FRAME_ID, FRAME_REGION, FRAME_OFFSET, FRAME_SIZE, FRAME_FLAGS, FRAME_SLICE_MS };

/* msgsnd and msgrcv differ in one call. Without IPC_NOWAIT the thread blocks for a slice at most
 * and answers -EINTR, so that a worker can be terminated. */
static int64_t transfer(struct environment *environment, long (*call)(int, void *, size_t, int)) {
  const int32_t *frame = environment->frame;
  int id = frame[FRAME_ID];
  int flags = frame[FRAME_FLAGS];
  int size = frame[FRAME_SIZE];
  if (size < 0) return -EINVAL;
  void *message =
      region_span(environment, frame[FRAME_REGION], frame[FRAME_OFFSET], TYPE_SIZE + (int64_t)size);
  if (message == NULL) return -EFAULT;
  if ((flags & IPC_NOWAIT) != 0) return call(id, message, (size_t)size, flags);
  int refused = slice_begin(environment, frame[FRAME_SLICE_MS]);
  if (refused < 0) return refused;
  long answer = call(id, message, (size_t)size, flags);
  slice_end(environment);
  return answer;
}

static napi_value call_msgsnd(napi_env napi, napi_callback_info info) {
  return result(napi, transfer(environment_of(napi, info), blocking_msgsnd));
}

/* What never waits may also be asked abroad. */
static long look_at_message(struct environment *environment) {
  const int32_t *frame = environment->frame;
  int size = frame[FRAME_SIZE];
  if (size < 0 || (frame[FRAME_FLAGS] & IPC_NOWAIT) == 0) return -EINVAL;
  void *message =
      region_span(environment, frame[FRAME_REGION], frame[FRAME_OFFSET], TYPE_SIZE + (int64_t)size);
  if (message == NULL) return -EFAULT;
  long wanted;
  memcpy(&wanted, message, sizeof wanted);
  long arguments[5] = {frame[FRAME_ID], (long)message, size, wanted, frame[FRAME_FLAGS]};
  return looking(environment, SYS_msgrcv, arguments);
}

static napi_value call_msgrcv(napi_env napi, napi_callback_info info) {
  struct environment *environment = environment_of(napi, info);
  if (environment->abroad != NULL) return result(napi, look_at_message(environment));
  return result(napi, transfer(environment, blocking_msgrcv));
}

static napi_value call_msgctl(napi_env napi, napi_callback_info info) {
  int64_t a[4];
  struct environment *environment;
  if (!read_integers(napi, info, 4, a, &environment)) return result(napi, -EINVAL);
  if (!fits_int(a[0]) || !fits_int(a[1])) return result(napi, -EINVAL);
  void *about = region_span(environment, a[2], a[3], MSGCTL_SIZE);
  if (about == NULL) return result(napi, -EFAULT);
  long arguments[5] = {(int)a[0], (int)a[1], (long)about};
  return result(napi, looking(environment, SYS_msgctl, arguments));
}

const struct call msg_calls[] = {
    {"msgget", call_msgget},
    {"msgsnd", call_msgsnd},
    {"msgrcv", call_msgrcv},
    {"msgctl", call_msgctl},
    {NULL, NULL},
};
