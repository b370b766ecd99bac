/* File handles to paths: open_by_handle_at(2) for many at a time, on a file system that is mounted
 * where we see it. The kernel wants a descriptor of that file system, and opening one would be seen
 * by whoever watches it (inotify(7)), or be stopped by who is asked first (fanotify(7)). A working
 * directory does as well, and changing to one is seen by nobody; so this is done by a thread that
 * has a working directory of its own.
 *
 * State machine of the thread: COMMON -> ALONE (unshare) -> THERE (chdir, and it is the very mount)
 * -> for each handle OPEN -> NAMED -> CHECKED -> OVER. Whatever is refused ends the step with
 * -errno. Nothing is ever opened but with O_PATH, which no file system and no watcher is told of.
 * Who waits for it gives it up after a while (LEFT): the disk of a file system may not answer.
 *
 * Who owns what: the work, with a copy of the region, is the thread's and the caller's together.
 * The caller frees it when it is over, after a join; a thread that was left frees it itself, and
 * nobody waits for its end any more. What both touch is under the lock. */
#include "../addon.h"

#include <fcntl.h>
#include <linux/openat2.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <uv.h>

enum { HANDLE_MAX = 128, NAME_MAX_BYTES = 4096 };

/* What JavaScript writes and reads; src/sys/handle.ts. */
struct head {
  uint64_t mount_id;
  char path[NAME_MAX_BYTES]; /* where it is mounted; closed by NUL */
};

struct slot {
  int32_t result; /* the length of the name, or -errno */
  int32_t type;
  uint32_t size;
  uint8_t bytes[HANDLE_MAX];
  char name[NAME_MAX_BYTES];
};

/* As name_to_handle_at(2) has it, with room for the longest. */
struct any_handle {
  uint32_t size;
  int32_t type;
  uint8_t bytes[HANDLE_MAX];
};

struct work {
  uv_mutex_t lock;
  uv_cond_t ended;
  bool over;
  bool left;
  size_t count;
  struct head head;
  struct slot slots[];
};

_Static_assert(offsetof(struct work, slots) == offsetof(struct work, head) + sizeof(struct head),
               "the slots follow the head as in the region");

static const uint64_t PATIENCE_NS = 500000000;

static int status_of(int fd, struct statx *status) {
  unsigned mask = STATX_INO | STATX_TYPE | STATX_MNT_ID;
  int flags = AT_EMPTY_PATH | AT_STATX_DONT_SYNC | AT_NO_AUTOMOUNT;
  return syscall(SYS_statx, fd, "", flags, mask, status) < 0 ? -errno : 0;
}

static int enter(const struct head *head) {
  struct statx status;
  if (syscall(SYS_unshare, CLONE_FS) < 0) return -errno;
  if (chdir(head->path) < 0) return -errno;
  int refused = status_of(AT_FDCWD, &status);
  if (refused != 0) return refused;
  bool same = (status.stx_mask & STATX_MNT_ID) != 0 && status.stx_mnt_id == head->mount_id;
  return same ? 0 : -EXDEV;
}

/* The name of what is open, in full, as this thread sees it. */
static long name_of(int fd, char *name) {
  char link[64];
  snprintf(link, sizeof link, "/proc/thread-self/fd/%d", fd);
  long length = readlink(link, name, NAME_MAX_BYTES);
  if (length < 0) return -errno;
  return length == NAME_MAX_BYTES ? -ENAMETOOLONG : length;
}

/* The name below the mount; NULL where it is no such name. */
static const char *below(const struct head *head, const char *name) {
  size_t length = strlen(head->path);
  if (strcmp(head->path, "/") == 0) length = 0;
  if (strncmp(name, head->path, length) != 0) return NULL;
  if (name[length] == '\0') return ".";
  if (name[length] != '/') return NULL;
  return name[length + 1] == '\0' ? "." : name + length + 1;
}

/* Whether the name leads to the same inode, without leaving the mount: it may be an old one. */
static int check(const struct head *head, const char *name, const struct statx *wanted) {
  struct open_how how = {.flags = O_PATH | O_CLOEXEC | O_NOFOLLOW,
                         .resolve = RESOLVE_BENEATH | RESOLVE_NO_XDEV | RESOLVE_NO_SYMLINKS};
  struct statx status;
  const char *relative = below(head, name);
  if (relative == NULL) return -EXDEV;
  int fd = (int)syscall(SYS_openat2, AT_FDCWD, relative, &how, sizeof how);
  if (fd < 0) return -errno;
  int refused = status_of(fd, &status);
  close(fd);
  if (refused != 0) return refused;
  return status.stx_ino == wanted->stx_ino ? 0 : -ESTALE;
}

static long named(const struct head *head, int fd, char *name) {
  struct statx wanted;
  int refused = status_of(fd, &wanted);
  if (refused != 0) return refused;
  long length = name_of(fd, name);
  if (length < 0) return length;
  name[length] = '\0';
  refused = check(head, name, &wanted);
  return refused != 0 ? refused : length;
}

static long resolve(const struct head *head, struct slot *slot) {
  struct any_handle handle = {.size = slot->size, .type = slot->type};
  if (slot->size > HANDLE_MAX) return -EINVAL;
  memcpy(handle.bytes, slot->bytes, slot->size);
  int fd = (int)syscall(SYS_open_by_handle_at, AT_FDCWD, &handle, O_PATH | O_CLOEXEC | O_NOFOLLOW);
  if (fd < 0) return -errno;
  long answer = named(head, fd, slot->name);
  close(fd);
  return answer;
}

static void work_free(struct work *work) {
  uv_cond_destroy(&work->ended);
  uv_mutex_destroy(&work->lock);
  free(work);
}

static void thread_main(void *data) {
  struct work *work = data;
  int refused = enter(&work->head);
  for (size_t i = 0; i < work->count; i++) {
    struct slot *slot = &work->slots[i];
    slot->result = refused != 0 ? refused : (int32_t)resolve(&work->head, slot);
  }
  uv_mutex_lock(&work->lock);
  work->over = true;
  bool left = work->left;
  uv_cond_signal(&work->ended);
  uv_mutex_unlock(&work->lock);
  if (left) work_free(work);
}

/* NULL when memory is short. */
static struct work *work_begin(const char *memory, size_t size, size_t count) {
  struct work *work = calloc(1, sizeof *work + count * sizeof(struct slot));
  if (work == NULL) return NULL;
  if (uv_mutex_init(&work->lock) != 0) {
    free(work);
    return NULL;
  }
  if (uv_cond_init(&work->ended) != 0) {
    uv_mutex_destroy(&work->lock);
    free(work);
    return NULL;
  }
  work->count = count;
  memcpy(&work->head, memory, size);
  work->head.path[NAME_MAX_BYTES - 1] = '\0';
  return work;
}

/* False when it was not over in time, and has been left to itself. */
static bool work_wait(struct work *work) {
  uint64_t end = uv_hrtime() + PATIENCE_NS;
  uv_mutex_lock(&work->lock);
  for (uint64_t now = uv_hrtime(); !work->over && now < end; now = uv_hrtime()) {
    uv_cond_timedwait(&work->ended, &work->lock, end - now);
  }
  work->left = !work->over;
  bool over = work->over;
  uv_mutex_unlock(&work->lock);
  return over;
}

static int work_run(char *memory, size_t size, size_t count) {
  uv_thread_t thread;
  struct work *work = work_begin(memory, size, count);
  if (work == NULL) return -ENOMEM;
  int refused = uv_thread_create(&thread, thread_main, work);
  if (refused != 0) {
    work_free(work);
    return refused;
  }
  if (!work_wait(work)) return -ETIMEDOUT;
  uv_thread_join(&thread);
  memcpy(memory, &work->head, size);
  work_free(work);
  return 0;
}

/* The region holds a head and `count` slots. */
static napi_value handle_paths(napi_env napi, napi_callback_info info) {
  int64_t a[3];
  struct environment *environment;
  if (!read_integers(napi, info, 3, a, &environment)) return result(napi, -EINVAL);
  if (a[2] < 0 || a[2] > UINT16_MAX) return result(napi, -EINVAL);
  size_t count = (size_t)a[2];
  size_t size = sizeof(struct head) + count * sizeof(struct slot);
  char *memory = region_span(environment, a[0], a[1], (int64_t)size);
  if (memory == NULL) return result(napi, -EFAULT);
  return result(napi, work_run(memory, size, count));
}

const struct call handle_engine_calls[] = {
    {"handle_paths", handle_paths},
    {NULL, NULL},
};
