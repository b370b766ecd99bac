/* Descriptors: one system call a function. */
#include "../addon.h"

#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

static int64_t answer(long returned) { return returned < 0 ? -errno : returned; }

static napi_value fd_close(napi_env napi, napi_callback_info info) {
  int64_t a[1];
  struct environment *environment;
  if (!read_integers(napi, info, 1, a, &environment)) return result(napi, -EINVAL);
  if (!fits_int(a[0])) return result(napi, -EBADF);
  return result(napi, answer(syscall(SYS_close, (int)a[0])));
}

static napi_value fd_read(napi_env napi, napi_callback_info info) {
  int64_t a[4];
  struct environment *environment;
  if (!read_integers(napi, info, 4, a, &environment)) return result(napi, -EINVAL);
  void *memory = region_span(environment, a[1], a[2], a[3]);
  if (memory == NULL) return result(napi, -EFAULT);
  if (!fits_int(a[0])) return result(napi, -EBADF);
  return result(napi, answer(syscall(SYS_read, (int)a[0], memory, (size_t)a[3])));
}

static napi_value fd_write(napi_env napi, napi_callback_info info) {
  int64_t a[4];
  struct environment *environment;
  if (!read_integers(napi, info, 4, a, &environment)) return result(napi, -EINVAL);
  const void *memory = region_span(environment, a[1], a[2], a[3]);
  if (memory == NULL) return result(napi, -EFAULT);
  if (!fits_int(a[0])) return result(napi, -EBADF);
  return result(napi, answer(syscall(SYS_write, (int)a[0], memory, (size_t)a[3])));
}

static napi_value fd_pipe2(napi_env napi, napi_callback_info info) {
  int64_t a[3];
  struct environment *environment;
  if (!read_integers(napi, info, 3, a, &environment)) return result(napi, -EINVAL);
  int *pair = region_span(environment, a[0], a[1], 2 * (int64_t)sizeof *pair);
  if (pair == NULL) return result(napi, -EFAULT);
  if (!fits_int(a[2])) return result(napi, -EINVAL);
  return result(napi, answer(syscall(SYS_pipe2, pair, (int)a[2])));
}

static napi_value fd_eventfd2(napi_env napi, napi_callback_info info) {
  int64_t a[2];
  struct environment *environment;
  if (!read_integers(napi, info, 2, a, &environment)) return result(napi, -EINVAL);
  if (a[0] < 0 || a[0] > UINT32_MAX || !fits_int(a[1])) return result(napi, -EINVAL);
  return result(napi, answer(syscall(SYS_eventfd2, (unsigned)a[0], (int)a[1])));
}

const struct call fd_calls[] = {
    {"close", fd_close}, {"read", fd_read},         {"write", fd_write},
    {"pipe2", fd_pipe2}, {"eventfd2", fd_eventfd2}, {NULL, NULL},
};
