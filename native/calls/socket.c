/* Sockets: one system call a function. */
#include "../addon.h"

#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

static int64_t answer(long returned) { return returned < 0 ? -errno : returned; }

static napi_value make_socket(napi_env napi, napi_callback_info info) {
  int64_t a[3];
  struct environment *environment;
  if (!read_integers(napi, info, 3, a, &environment)) return result(napi, -EINVAL);
  if (!fits_int(a[0]) || !fits_int(a[1]) || !fits_int(a[2])) return result(napi, -EINVAL);
  return result(napi, answer(syscall(SYS_socket, (int)a[0], (int)a[1], (int)a[2])));
}

/* To whom the socket is connected; for netlink that is the kernel. */
static napi_value send_to(napi_env napi, napi_callback_info info) {
  int64_t a[5];
  struct environment *environment;
  if (!read_integers(napi, info, 5, a, &environment)) return result(napi, -EINVAL);
  const void *memory = region_span(environment, a[1], a[2], a[3]);
  if (memory == NULL) return result(napi, -EFAULT);
  if (!fits_int(a[0])) return result(napi, -EBADF);
  if (!fits_int(a[4])) return result(napi, -EINVAL);
  long sent = syscall(SYS_sendto, (int)a[0], memory, (size_t)a[3], (int)a[4], NULL, 0);
  return result(napi, answer(sent));
}

static napi_value receive_from(napi_env napi, napi_callback_info info) {
  int64_t a[5];
  struct environment *environment;
  if (!read_integers(napi, info, 5, a, &environment)) return result(napi, -EINVAL);
  void *memory = region_span(environment, a[1], a[2], a[3]);
  if (memory == NULL) return result(napi, -EFAULT);
  if (!fits_int(a[0])) return result(napi, -EBADF);
  if (!fits_int(a[4])) return result(napi, -EINVAL);
  long got = syscall(SYS_recvfrom, (int)a[0], memory, (size_t)a[3], (int)a[4], NULL, NULL);
  return result(napi, answer(got));
}

const struct call socket_calls[] = {
    {"socket", make_socket},
    {"sendto", send_to},
    {"recvfrom", receive_from},
    {NULL, NULL},
};
