/* A thread enters a namespace of others, opens one thing there, and ends: what it opened is ours.
 *
 * State machine of the thread: HOME -> AWAY (setns) -> ENDED, the answer being the descriptor or
 * -errno; refused at the door, it goes from HOME to ENDED. It never comes back, and the caller's
 * thread never goes: setns takes a thread out of its process's list of semaphore adjustments
 * (namespace.c), and what a program does next on it would be done elsewhere. It is made with all
 * signals blocked, so that no handler of the program ever runs in a namespace that is not its own.
 *
 * The errand belongs to the caller, who waits for the thread's end before he looks at it again. A
 * descriptor that is opened belongs to the process from then on, whoever opened it. Without a
 * namespace there is no thread: the thing is opened here. */
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <uv.h>

#include "../addon.h"

enum { STACK_SIZE = 128 * 1024 };

/* Of Linux 5.2, with the same numbers on every architecture that Node has (linux/mount.h). */
enum {
  CALL_FSOPEN = 430,
  CALL_FSCONFIG = 431,
  CALL_FSMOUNT = 432,
  FSOPEN_CLOSES_ON_EXEC = 1,
  FSCONFIG_CREATES = 6,
  FSMOUNT_CLOSES_ON_EXEC = 1,
  MOUNT_NEITHER_WRITES_NOR_RUNS = 0x1 | 0x2 | 0x4 | 0x8, /* RDONLY, NOSUID, NODEV, NOEXEC */
};

struct errand {
  int namespace_fd; /* -1: where we are */
  int namespace_type;
  long (*open)(const struct errand *errand);
  const char *path;
  int domain;
  int type;
  int protocol;
  long answer;
};

static long answer(long returned) { return returned < 0 ? -errno : returned; }

static long open_path(const struct errand *errand) {
  int flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY;
  return answer(syscall(SYS_openat, AT_FDCWD, errand->path, flags, 0));
}

static long open_socket(const struct errand *errand) {
  int type = errand->type | SOCK_CLOEXEC | SOCK_NONBLOCK;
  return answer(syscall(SYS_socket, errand->domain, type, errand->protocol));
}

/* What fsmount gives is a place (O_PATH): its names are read through "." of it. */
static long open_mount(int context) {
  long done = syscall(CALL_FSCONFIG, context, FSCONFIG_CREATES, NULL, NULL, 0);
  if (done < 0) return -errno;
  unsigned attributes = MOUNT_NEITHER_WRITES_NOR_RUNS;
  int place = (int)syscall(CALL_FSMOUNT, context, FSMOUNT_CLOSES_ON_EXEC, attributes);
  if (place < 0) return -errno;
  int flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NONBLOCK;
  long opened = answer(syscall(SYS_openat, place, ".", flags, 0));
  syscall(SYS_close, place);
  return opened;
}

/* The message queues of an IPC namespace are a file system, which nobody need have mounted. */
static long open_mqueue(const struct errand *errand) {
  (void)errand;
  int context = (int)syscall(CALL_FSOPEN, "mqueue", FSOPEN_CLOSES_ON_EXEC);
  if (context < 0) return -errno;
  long opened = open_mount(context);
  syscall(SYS_close, context);
  return opened;
}

static void go(void *data) {
  struct errand *errand = data;
  errand->answer = answer(syscall(SYS_setns, errand->namespace_fd, errand->namespace_type));
  if (errand->answer == 0) errand->answer = errand->open(errand);
}

/* All signals are blocked while the thread is made, so that it is born with all of them blocked. */
static void send_out(struct errand *errand) {
  uint64_t all = ~0ULL;
  uint64_t before = 0;
  uv_thread_t thread;
  uv_thread_options_t options = {.flags = UV_THREAD_HAS_STACK_SIZE, .stack_size = STACK_SIZE};
  syscall(SYS_rt_sigprocmask, SIG_SETMASK, &all, &before, sizeof all);
  int refused = uv_thread_create_ex(&thread, &options, go, errand);
  syscall(SYS_rt_sigprocmask, SIG_SETMASK, &before, NULL, sizeof before);
  if (refused == 0) uv_thread_join(&thread);
  if (refused != 0) errand->answer = refused;
}

/* The first two arguments of each call are the namespace's descriptor, and CLONE_NEWIPC or
 * CLONE_NEWNET; other kinds of namespace are not for one thread alone. */
static napi_value run(napi_env napi, const int64_t *a, struct errand *errand) {
  if (!fits_int(a[0])) return result(napi, -EBADF);
  if (a[1] != CLONE_NEWIPC && a[1] != CLONE_NEWNET) return result(napi, -EINVAL);
  errand->namespace_fd = (int)a[0];
  errand->namespace_type = (int)a[1];
  if (errand->namespace_fd != -1) send_out(errand);
  if (errand->namespace_fd == -1) errand->answer = errand->open(errand);
  return result(napi, errand->answer);
}

static napi_value abroad_open(napi_env napi, napi_callback_info info) {
  int64_t a[5];
  struct environment *environment;
  if (!read_integers(napi, info, 5, a, &environment)) return result(napi, -EINVAL);
  const char *path = region_span(environment, a[2], a[3], a[4]);
  if (path == NULL) return result(napi, -EFAULT);
  if (memchr(path, 0, (size_t)a[4]) == NULL) return result(napi, -EINVAL);
  struct errand errand = {.open = open_path, .path = path};
  return run(napi, a, &errand);
}

static napi_value abroad_socket(napi_env napi, napi_callback_info info) {
  int64_t a[5];
  struct environment *environment;
  if (!read_integers(napi, info, 5, a, &environment)) return result(napi, -EINVAL);
  if (!fits_int(a[2]) || !fits_int(a[3]) || !fits_int(a[4])) return result(napi, -EINVAL);
  struct errand errand = {.open = open_socket};
  errand.domain = (int)a[2];
  errand.type = (int)a[3];
  errand.protocol = (int)a[4];
  return run(napi, a, &errand);
}

static napi_value abroad_mqueue(napi_env napi, napi_callback_info info) {
  int64_t a[2];
  struct environment *environment;
  if (!read_integers(napi, info, 2, a, &environment)) return result(napi, -EINVAL);
  struct errand errand = {.open = open_mqueue};
  return run(napi, a, &errand);
}

const struct call abroad_engine_calls[] = {
    {"abroadOpen", abroad_open},
    {"abroadSocket", abroad_socket},
    {"abroadMqueue", abroad_mqueue},
    {NULL, NULL},
};
