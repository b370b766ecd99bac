/* POSIX message queues: one system call a function. A name lies in a region, closed by a zero byte,
 * without the slash that the C library takes off. */
#include "../addon.h"

#include <mqueue.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static const char *name_in(struct environment *environment, const int64_t *a) {
  const char *name = region_span(environment, a[0], a[1], a[2]);
  return name == NULL || memchr(name, 0, (size_t)a[2]) == NULL ? NULL : name;
}

/* mq_open(region, offset, size, flags, mode, messages, bytes); without messages the kernel's own
 * default sizes. */
static napi_value call_mq_open(napi_env napi, napi_callback_info info) {
  int64_t a[7];
  struct environment *environment;
  if (!read_integers(napi, info, 7, a, &environment)) return result(napi, -EINVAL);
  const char *name = name_in(environment, a);
  if (name == NULL) return result(napi, -EFAULT);
  if (!fits_int(a[3]) || !fits_int(a[4])) return result(napi, -EINVAL);
  struct mq_attr sizes = {.mq_maxmsg = (long)a[5], .mq_msgsize = (long)a[6]};
  long arguments[5] = {(long)name, (int)a[3], (int)a[4], a[5] == 0 ? 0 : (long)&sizes};
  return result(napi, looking(environment, SYS_mq_open, arguments));
}

static napi_value call_mq_unlink(napi_env napi, napi_callback_info info) {
  int64_t a[3];
  struct environment *environment;
  if (!read_integers(napi, info, 3, a, &environment)) return result(napi, -EINVAL);
  const char *name = name_in(environment, a);
  if (name == NULL) return result(napi, -EFAULT);
  long arguments[5] = {(long)name};
  return result(napi, looking(environment, SYS_mq_unlink, arguments));
}

/* mq_getattr(fd, region, offset): writes flags, messages at most, bytes in one, messages now, each
 * in 8 bytes. */
static napi_value call_mq_getattr(napi_env napi, napi_callback_info info) {
  int64_t a[3];
  struct environment *environment;
  if (!read_integers(napi, info, 3, a, &environment)) return result(napi, -EINVAL);
  int64_t values[4];
  void *memory = region_span(environment, a[1], a[2], sizeof values);
  if (memory == NULL) return result(napi, -EFAULT);
  if (!fits_int(a[0])) return result(napi, -EBADF);
  struct mq_attr now;
  long done = syscall(SYS_mq_getsetattr, (int)a[0], NULL, &now);
  if (done < 0) return result(napi, -errno);
  values[0] = now.mq_flags;
  values[1] = now.mq_maxmsg;
  values[2] = now.mq_msgsize;
  values[3] = now.mq_curmsgs;
  memcpy(memory, values, sizeof values);
  return result(napi, 0);
}

const struct call mq_calls[] = {
    {"mq_open", call_mq_open},
    {"mq_unlink", call_mq_unlink},
    {"mq_getattr", call_mq_getattr},
    {NULL, NULL},
};
