/* Files by their names: one system call a function. A name is bytes in a region, closed by a zero.
 */
#include "../addon.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* include/uapi/linux/openat2.h, which older headers do not have. */
struct how {
  uint64_t flags;
  uint64_t mode;
  uint64_t resolve;
};

/* The name; NULL where the span is none. */
static const char *name_at(struct environment *environment, int64_t region, int64_t offset,
                           int64_t size) {
  const char *name = region_span(environment, region, offset, size);
  return name == NULL || size < 1 || name[size - 1] != '\0' ? NULL : name;
}

/* Arguments: directory, region, offset, size, flags, resolve. */
static napi_value path_openat2(napi_env napi, napi_callback_info info) {
  int64_t a[6];
  struct environment *environment;
  if (!read_integers(napi, info, 6, a, &environment)) return result(napi, -EINVAL);
  const char *name = name_at(environment, a[1], a[2], a[3]);
  if (name == NULL) return result(napi, -EFAULT);
  if (!fits_int(a[0]) || a[4] < 0 || a[5] < 0) return result(napi, -EINVAL);
  struct how how = {.flags = (uint64_t)a[4] | O_CLOEXEC, .mode = 0, .resolve = (uint64_t)a[5]};
  long fd = syscall(SYS_openat2, (int)a[0], name, &how, sizeof how);
  return result(napi, fd < 0 ? -errno : fd);
}

/* Arguments: directory, region, offset, size, mode with the file's type, which is S_IFIFO. */
static napi_value path_mknodat(napi_env napi, napi_callback_info info) {
  int64_t a[5];
  struct environment *environment;
  if (!read_integers(napi, info, 5, a, &environment)) return result(napi, -EINVAL);
  const char *name = name_at(environment, a[1], a[2], a[3]);
  if (name == NULL) return result(napi, -EFAULT);
  if (!fits_int(a[0]) || (a[4] & ~07777) != S_IFIFO) return result(napi, -EINVAL);
  long made = syscall(SYS_mknodat, (int)a[0], name, (mode_t)a[4], 0U);
  return result(napi, made < 0 ? -errno : 0);
}

const struct call path_calls[] = {
    {"openat2", path_openat2},
    {"mknodat", path_mknodat},
    {NULL, NULL},
};
