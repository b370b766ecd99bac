/* Memory: one system call a function. What mmap maps becomes a mapping, which is unmapped by
 * closing that (native/mapping.c); everything else is about a span of one. */
#include "../addon.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

static int64_t answer(long returned) { return returned < 0 ? -errno : returned; }

/* mmap(fd, offset, size, protection, flags): never at an address of the caller's. */
static napi_value call_mmap(napi_env napi, napi_callback_info info) {
  int64_t a[5];
  struct environment *environment;
  const struct mapping_place anywhere = {.address = NULL};
  if (!read_integers(napi, info, 5, a, &environment)) return result(napi, -EINVAL);
  if (!fits_int(a[0]) || a[1] < 0 || a[2] < 1 || !fits_int(a[3]) || !fits_int(a[4])) {
    return result(napi, -EINVAL);
  }
  if ((a[4] & (MAP_FIXED | MAP_FIXED_NOREPLACE | MAP_GROWSDOWN)) != 0) return result(napi, -EINVAL);
  void *address = mmap(NULL, (size_t)a[2], (int)a[3], (int)a[4], (int)a[0], a[1]);
  if (address == MAP_FAILED) return result(napi, -errno);
  return result(napi, mapping_adopt(environment, address, (size_t)a[2], MAPPING_MMAP, &anywhere));
}

/* reserve(size): address space for nobody, in which shmat finds places. */
static napi_value call_reserve(napi_env napi, napi_callback_info info) {
  int64_t a[1];
  struct environment *environment;
  const struct mapping_place anywhere = {.address = NULL};
  if (!read_integers(napi, info, 1, a, &environment)) return result(napi, -EINVAL);
  if (a[0] < 1) return result(napi, -EINVAL);
  int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE;
  void *address = mmap(NULL, (size_t)a[0], PROT_NONE, flags, -1, 0);
  if (address == MAP_FAILED) return result(napi, -errno);
  return result(napi,
                mapping_adopt(environment, address, (size_t)a[0], MAPPING_RESERVED, &anywhere));
}

/* The calls on a span take (mapping, offset, size, argument). */
static napi_value on_span(napi_env napi, napi_callback_info info,
                          long (*call)(void *memory, size_t size, int argument)) {
  int64_t a[4];
  struct environment *environment;
  if (!read_integers(napi, info, 4, a, &environment)) return result(napi, -EINVAL);
  if (!fits_int(a[3])) return result(napi, -EINVAL);
  void *memory = mapping_pages(environment, a[0], a[1], &a[2]);
  if (memory == NULL) return result(napi, -EFAULT);
  return result(napi, answer(call(memory, (size_t)a[2], (int)a[3])));
}

static long protect(void *memory, size_t size, int protection) {
  if ((protection & (PROT_GROWSDOWN | PROT_GROWSUP)) != 0) {
    errno = EINVAL;
    return -1;
  }
  return mprotect(memory, size, protection);
}

/* MADV_HWPOISON and MADV_SOFT_OFFLINE take physical memory away from the whole machine. */
enum { POISON = 100, OFFLINE = 101 };

static long advise(void *memory, size_t size, int advice) {
  if (advice == POISON || advice == OFFLINE) {
    errno = EINVAL;
    return -1;
  }
  return syscall(SYS_madvise, memory, size, advice);
}

static long synchronise(void *memory, size_t size, int flags) { return msync(memory, size, flags); }

/* Not the C library's, which sanitizers replace by nothing. */
static long lock(void *memory, size_t size, int flags) {
  return flags == 0 ? syscall(SYS_mlock, memory, size) : syscall(SYS_mlock2, memory, size, flags);
}

static long unlock(void *memory, size_t size, int flags) {
  (void)flags;
  return syscall(SYS_munlock, memory, size);
}

static napi_value call_mprotect(napi_env napi, napi_callback_info info) {
  return on_span(napi, info, protect);
}

static napi_value call_madvise(napi_env napi, napi_callback_info info) {
  return on_span(napi, info, advise);
}

static napi_value call_msync(napi_env napi, napi_callback_info info) {
  return on_span(napi, info, synchronise);
}

static napi_value call_mlock(napi_env napi, napi_callback_info info) {
  return on_span(napi, info, lock);
}

static napi_value call_munlock(napi_env napi, napi_callback_info info) {
  return on_span(napi, info, unlock);
}

/* mincore(mapping, offset, size, region, offset): a byte a page, its lowest bit says resident. How
 * many pages. */
static napi_value call_mincore(napi_env napi, napi_callback_info info) {
  int64_t a[5];
  struct environment *environment;
  if (!read_integers(napi, info, 5, a, &environment)) return result(napi, -EINVAL);
  int64_t whole = a[2];
  void *memory = mapping_pages(environment, a[0], a[1], &whole);
  int64_t page = sysconf(_SC_PAGESIZE);
  int64_t pages = a[2] < 0 ? 0 : a[2] / page + (a[2] % page != 0);
  unsigned char *bytes = region_span(environment, a[3], a[4], pages);
  if (memory == NULL || bytes == NULL) return result(napi, -EFAULT);
  int64_t refused = answer(mincore(memory, (size_t)a[2], bytes));
  return result(napi, refused < 0 ? refused : pages);
}

/* memfd_create(region, offset, size, flags): a name of `size` bytes, the last of them 0. */
static napi_value call_memfd_create(napi_env napi, napi_callback_info info) {
  int64_t a[4];
  struct environment *environment;
  if (!read_integers(napi, info, 4, a, &environment)) return result(napi, -EINVAL);
  const char *name = region_span(environment, a[0], a[1], a[2]);
  if (name == NULL) return result(napi, -EFAULT);
  if (a[2] < 1 || name[a[2] - 1] != 0) return result(napi, -EINVAL);
  if (a[3] < 0 || a[3] > UINT32_MAX) return result(napi, -EINVAL);
  return result(napi, answer(syscall(SYS_memfd_create, name, (unsigned)a[3])));
}

/* fcntl(F_GET_SEALS): what may not be done any more to a file in memory, a sum of F_SEAL_ bits. */
static napi_value call_get_seals(napi_env napi, napi_callback_info info) {
  int64_t a[1];
  struct environment *environment;
  if (!read_integers(napi, info, 1, a, &environment)) return result(napi, -EINVAL);
  if (!fits_int(a[0])) return result(napi, -EBADF);
  return result(napi, answer(syscall(SYS_fcntl, (int)a[0], F_GET_SEALS)));
}

const struct call memory_calls[] = {
    {"mmap", call_mmap},
    {"reserve", call_reserve},
    {"mprotect", call_mprotect},
    {"madvise", call_madvise},
    {"msync", call_msync},
    {"mlock", call_mlock},
    {"munlock", call_munlock},
    {"mincore", call_mincore},
    {"memfd_create", call_memfd_create},
    {"fcntl_get_seals", call_get_seals},
    {NULL, NULL},
};
