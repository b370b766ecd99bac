/* A thread of ours is in a namespace of others, and looks for us: it makes system calls there, one
 * after the other, and what they open is ours.
 *
 * State machine of the thread: HOME -> AWAY (setns) -> (ASKED -> ANSWERED) any number of times ->
 * ENDED; refused at the door, it goes from HOME to ENDED. It never comes back, and the caller's
 * thread never goes: setns takes a thread out of its process's list of semaphore adjustments
 * (namespace.c), and what a program does next on it would be done elsewhere. It is made with all
 * signals blocked, so that no handler of the program ever runs in a namespace that is not its own.
 *
 * Two semaphores hand the struct to and fro: between `asked` and `answered` it is the thread's,
 * else the caller's, who always waits. An errand for one thing makes a thread and joins it in one
 * call. One that stays belongs to the environment, whose looks go to it (looking()) until
 * abroadLeave or the environment's end joins it. A descriptor belongs to the process, whoever
 * opened it. */
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <uv.h>

#include "engines.h"

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

struct abroad {
  uv_thread_t thread;
  uv_sem_t asked;
  uv_sem_t answered;
  int namespace_fd;
  int namespace_type;
  long (*task)(const void *data); /* NULL: to end */
  const void *data;
  long answer;
};

struct errand {
  const char *path;
  int domain;
  int type;
  int protocol;
};

static long answer(long returned) { return returned < 0 ? -errno : returned; }

static long open_path(const void *data) {
  const struct errand *errand = data;
  int flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY;
  return answer(syscall(SYS_openat, AT_FDCWD, errand->path, flags, 0));
}

static long open_socket(const void *data) {
  const struct errand *errand = data;
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

/* The message queues of an IPC namespace are a file system, which nobody need have mounted. So are
 * the connections of FUSE, of which there is one such system for all. */
static long open_file_system(const char *type) {
  int context = (int)syscall(CALL_FSOPEN, type, FSOPEN_CLOSES_ON_EXEC);
  if (context < 0) return -errno;
  long opened = open_mount(context);
  syscall(SYS_close, context);
  return opened;
}

static long open_mqueue(const void *data) {
  (void)data;
  return open_file_system("mqueue");
}

/* One queue by its name, without the slash that the C library takes off. */
static long open_queue(const void *data) {
  const struct errand *errand = data;
  int flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK;
  return answer(syscall(SYS_mq_open, errand->path, flags, 0, NULL));
}

static void thread_main(void *data) {
  struct abroad *abroad = data;
  prctl(PR_SET_NAME, "ipc-abroad");
  abroad->answer = answer(syscall(SYS_setns, abroad->namespace_fd, abroad->namespace_type));
  bool away = abroad->answer == 0;
  uv_sem_post(&abroad->answered);
  while (away) {
    uv_sem_wait(&abroad->asked);
    if (abroad->task == NULL) break;
    abroad->answer = abroad->task(abroad->data);
    uv_sem_post(&abroad->answered);
  }
}

/* All signals are blocked while the thread is made, so that it is born with all of them blocked. */
static int start_thread(struct abroad *abroad) {
  uint64_t all = ~0ULL;
  uint64_t before = 0;
  uv_thread_options_t options = {.flags = UV_THREAD_HAS_STACK_SIZE, .stack_size = STACK_SIZE};
  syscall(SYS_rt_sigprocmask, SIG_SETMASK, &all, &before, sizeof all);
  int refused = uv_thread_create_ex(&abroad->thread, &options, thread_main, abroad);
  syscall(SYS_rt_sigprocmask, SIG_SETMASK, &before, NULL, sizeof before);
  return refused;
}

static void abroad_free(struct abroad *abroad) {
  uv_sem_destroy(&abroad->asked);
  uv_sem_destroy(&abroad->answered);
  free(abroad);
}

static struct abroad *abroad_new(int namespace_fd, int namespace_type) {
  struct abroad *abroad = calloc(1, sizeof *abroad);
  if (abroad == NULL) return NULL;
  abroad->namespace_fd = namespace_fd;
  abroad->namespace_type = namespace_type;
  if (uv_sem_init(&abroad->asked, 0) != 0) {
    free(abroad);
    return NULL;
  }
  if (uv_sem_init(&abroad->answered, 0) == 0) return abroad;
  uv_sem_destroy(&abroad->asked);
  free(abroad);
  return NULL;
}

/* 0 and a thread that is in the namespace, or -errno and none. */
static long enter(int namespace_fd, int namespace_type, struct abroad **entered) {
  struct abroad *abroad = abroad_new(namespace_fd, namespace_type);
  if (abroad == NULL) return -ENOMEM;
  long refused = start_thread(abroad);
  if (refused == 0) {
    uv_sem_wait(&abroad->answered);
    *entered = abroad;
    if (abroad->answer == 0) return 0;
    refused = abroad->answer;
    uv_thread_join(&abroad->thread);
  }
  *entered = NULL;
  abroad_free(abroad);
  return refused;
}

static long ask(struct abroad *abroad, long (*task)(const void *), const void *data) {
  abroad->task = task;
  abroad->data = data;
  uv_sem_post(&abroad->asked);
  uv_sem_wait(&abroad->answered);
  return abroad->answer;
}

static void leave(struct abroad *abroad) {
  abroad->task = NULL;
  uv_sem_post(&abroad->asked);
  uv_thread_join(&abroad->thread);
  abroad_free(abroad);
}

void abroad_end(struct environment *environment) {
  if (environment->abroad != NULL) leave(environment->abroad);
  environment->abroad = NULL;
}

struct look {
  long number;
  const long *arguments;
};

static long make_call(const void *data) {
  const struct look *look = data;
  const long *a = look->arguments;
  return answer(syscall(look->number, a[0], a[1], a[2], a[3], a[4]));
}

long looking_for(struct environment *environment, long (*task)(const void *), const void *data) {
  return environment->abroad == NULL ? task(data) : ask(environment->abroad, task, data);
}

long looking(struct environment *environment, long number, const long *arguments) {
  struct look look = {.number = number, .arguments = arguments};
  return looking_for(environment, make_call, &look);
}

/* Other kinds of namespace are not for one thread alone. */
static bool is_namespace(int64_t fd, int64_t type) {
  return fits_int(fd) && (type == CLONE_NEWIPC || type == CLONE_NEWNET);
}

/* The first two arguments of each call are the namespace's descriptor and its type; with -1 the
 * thing is opened where the environment looks. */
static napi_value run(struct environment *environment, const int64_t *a, long (*task)(const void *),
                      const struct errand *errand) {
  napi_env napi = environment->napi;
  if (!is_namespace(a[0], a[1])) return result(napi, -EINVAL);
  if (a[0] == -1 && environment->abroad == NULL) return result(napi, task(errand));
  if (a[0] == -1) return result(napi, ask(environment->abroad, task, errand));
  struct abroad *abroad;
  long opened = enter((int)a[0], (int)a[1], &abroad);
  if (abroad == NULL) return result(napi, opened);
  opened = ask(abroad, task, errand);
  leave(abroad);
  return result(napi, opened);
}

/* abroadOpen and abroadQueue: the path or name is a text in a region. */
static napi_value run_named(napi_env napi, napi_callback_info info, long (*task)(const void *)) {
  int64_t a[5];
  struct environment *environment;
  if (!read_integers(napi, info, 5, a, &environment)) return result(napi, -EINVAL);
  const char *path = region_span(environment, a[2], a[3], a[4]);
  if (path == NULL) return result(napi, -EFAULT);
  if (memchr(path, 0, (size_t)a[4]) == NULL) return result(napi, -EINVAL);
  struct errand errand = {.path = path};
  return run(environment, a, task, &errand);
}

static napi_value abroad_open(napi_env napi, napi_callback_info info) {
  return run_named(napi, info, open_path);
}

static napi_value abroad_queue(napi_env napi, napi_callback_info info) {
  return run_named(napi, info, open_queue);
}

static napi_value abroad_socket(napi_env napi, napi_callback_info info) {
  int64_t a[5];
  struct environment *environment;
  if (!read_integers(napi, info, 5, a, &environment)) return result(napi, -EINVAL);
  if (!fits_int(a[2]) || !fits_int(a[3]) || !fits_int(a[4])) return result(napi, -EINVAL);
  struct errand errand = {.domain = (int)a[2], .type = (int)a[3], .protocol = (int)a[4]};
  return run(environment, a, open_socket, &errand);
}

static napi_value abroad_mqueue(napi_env napi, napi_callback_info info) {
  int64_t a[2];
  struct environment *environment;
  if (!read_integers(napi, info, 2, a, &environment)) return result(napi, -EINVAL);
  struct errand errand = {.path = NULL};
  return run(environment, a, open_mqueue, &errand);
}

static napi_value abroad_enter(napi_env napi, napi_callback_info info) {
  int64_t a[2];
  struct environment *environment;
  if (!read_integers(napi, info, 2, a, &environment)) return result(napi, -EINVAL);
  if (!is_namespace(a[0], a[1])) return result(napi, -EINVAL);
  if (environment->abroad != NULL) return result(napi, -EBUSY);
  return result(napi, enter((int)a[0], (int)a[1], &environment->abroad));
}

static napi_value abroad_leave(napi_env napi, napi_callback_info info) {
  abroad_end(environment_of(napi, info));
  return result(napi, 0);
}

static napi_value abroad_fusectl(napi_env napi, napi_callback_info info) {
  (void)info;
  return result(napi, open_file_system("fusectl"));
}

const struct call abroad_engine_calls[] = {
    {"abroadOpen", abroad_open},       {"abroadQueue", abroad_queue},
    {"abroadSocket", abroad_socket},   {"abroadMqueue", abroad_mqueue},
    {"abroadEnter", abroad_enter},     {"abroadLeave", abroad_leave},
    {"abroadFusectl", abroad_fusectl}, {NULL, NULL},
};
