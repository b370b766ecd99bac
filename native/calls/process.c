/* Other processes: one system call a function. */
#include "../addon.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

/* The address is one of the other process; ours is a region. It comes as two halves of 32 bits. */
static napi_value process_vm_read(napi_env napi, napi_callback_info info) {
  int64_t a[6];
  struct environment *environment;
  if (!read_integers(napi, info, 6, a, &environment)) return result(napi, -EINVAL);
  void *memory = region_span(environment, a[3], a[4], a[5]);
  if (memory == NULL) return result(napi, -EFAULT);
  if (!fits_int(a[0]) || a[1] < 0 || a[1] > UINT32_MAX || a[2] < 0 || a[2] > UINT32_MAX) {
    return result(napi, -EINVAL);
  }
  struct iovec local = {.iov_base = memory, .iov_len = (size_t)a[5]};
  struct iovec remote = {.iov_base = (void *)(uintptr_t)(((uint64_t)a[1] << 32) | (uint64_t)a[2]),
                         .iov_len = (size_t)a[5]};
  long got = syscall(SYS_process_vm_readv, (int)a[0], &local, 1UL, &remote, 1UL, 0UL);
  return result(napi, got < 0 ? -errno : got);
}

/* What a descriptor of another process is open on, through its link, without asking the file system
 * for anything newer than it knows. */
static napi_value statx_descriptor(napi_env napi, napi_callback_info info) {
  int64_t a[4];
  struct environment *environment;
  if (!read_integers(napi, info, 4, a, &environment)) return result(napi, -EINVAL);
  struct statx *status = region_span(environment, a[2], a[3], (int64_t)sizeof *status);
  if (status == NULL) return result(napi, -EFAULT);
  if (!fits_int(a[0]) || !fits_int(a[1])) return result(napi, -EINVAL);
  char path[64];
  snprintf(path, sizeof path, "/proc/%d/fd/%d", (int)a[0], (int)a[1]);
  int flags = AT_STATX_DONT_SYNC | AT_NO_AUTOMOUNT;
  long done = syscall(SYS_statx, AT_FDCWD, path, flags, STATX_BASIC_STATS, status);
  return result(napi, done < 0 ? -errno : 0);
}

/* It refers to a process, and to no other that has the number later. Born CLOEXEC. */
static napi_value process_pidfd_open(napi_env napi, napi_callback_info info) {
  int64_t a[2];
  struct environment *environment;
  if (!read_integers(napi, info, 2, a, &environment)) return result(napi, -EINVAL);
  if (!fits_int(a[0]) || !fits_int(a[1])) return result(napi, -EINVAL);
  long fd = syscall(SYS_pidfd_open, (int)a[0], (unsigned)a[1]);
  return result(napi, fd < 0 ? -errno : fd);
}

/* A duplicate of a descriptor of that process, for us. Born CLOEXEC. */
static napi_value process_pidfd_getfd(napi_env napi, napi_callback_info info) {
  int64_t a[3];
  struct environment *environment;
  if (!read_integers(napi, info, 3, a, &environment)) return result(napi, -EINVAL);
  if (!fits_int(a[0]) || !fits_int(a[1]) || !fits_int(a[2])) return result(napi, -EINVAL);
  long fd = syscall(SYS_pidfd_getfd, (int)a[0], (int)a[1], (unsigned)a[2]);
  return result(napi, fd < 0 ? -errno : fd);
}

const struct call process_calls[] = {
    {"process_vm_readv", process_vm_read},
    {"statx_descriptor", statx_descriptor},
    {"pidfd_open", process_pidfd_open},
    {"pidfd_getfd", process_pidfd_getfd},
    {NULL, NULL},
};
