/* System V shared memory: one system call a function. What shmat attaches becomes a mapping, which
 * is detached by closing that (native/mapping.c). */
#include "../addon.h"
#include "../engines/guard.h"

#include <sys/ipc.h>
#include <sys/shm.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { SHMCTL_SIZE = 128 };
_Static_assert(sizeof(struct shmid_ds) <= SHMCTL_SIZE, "shmctl's answers fit the span we check");
_Static_assert(sizeof(struct shminfo) <= SHMCTL_SIZE, "shmctl's answers fit the span we check");
_Static_assert(sizeof(struct shm_info) <= SHMCTL_SIZE, "shmctl's answers fit the span we check");

static napi_value call_shmget(napi_env napi, napi_callback_info info) {
  int64_t a[3];
  struct environment *environment;
  if (!read_integers(napi, info, 3, a, &environment)) return result(napi, -EINVAL);
  if (!fits_int(a[0]) || a[1] < 0 || !fits_int(a[2])) return result(napi, -EINVAL);
  long id = syscall(SYS_shmget, (key_t)a[0], (size_t)a[1], (int)a[2]);
  return result(napi, id < 0 ? -errno : id);
}

static int64_t attach(int id, void *where, int flags) {
  long address = syscall(SYS_shmat, id, where, flags);
  return address < 0 && address >= -4095 ? -errno : address;
}

/* What is attached stays what it is, whoever removes it meanwhile, so its size is asked afterwards.
 */
static int64_t attached_size(int id) {
  struct shmid_ds segment;
  if (syscall(SYS_shmctl, id, IPC_STAT, &segment) < 0) return -errno;
  return (int64_t)segment.shm_segsz;
}

static int64_t attach_anywhere(struct environment *environment, int id, int flags) {
  const struct mapping_place anywhere = {.address = NULL};
  int64_t address = attach(id, NULL, flags);
  if (address < 0) return address;
  int64_t size = attached_size(id);
  if (size < 0) {
    syscall(SYS_shmdt, address);
    return size;
  }
  return mapping_adopt(environment, (void *)(uintptr_t)address, (size_t)size, MAPPING_SHM,
                       &anywhere);
}

struct target {
  int64_t range;
  int64_t offset;
};

static int64_t attach_pinned(struct environment *environment, int id, int flags,
                             struct target target, void *pin) {
  struct mapping_place place;
  int64_t size = attached_size(id);
  if (size < 0) return size;
  size_t length = guard_extent(pin, (size_t)size);
  bool rounds = (flags & SHM_RND) != 0;
  int refused = mapping_place(environment, target.range, target.offset, length, rounds, &place);
  if (refused < 0) return refused;
  int64_t address = attach(id, place.address, flags | SHM_REMAP);
  if (address < 0) {
    mapping_refill(&place);
    return address;
  }
  return mapping_adopt(environment, place.address, (size_t)size, MAPPING_SHM, &place);
}

/* Attaches where the caller has no say first, so that the segment stays what it is while its size
 * is asked and it is attached for good: another one of the same id could be larger than the place,
 * and one of huge pages takes more of it than its size says. */
static int64_t attach_in_range(struct environment *environment, int id, int flags,
                               struct target target) {
  int64_t pin = attach(id, NULL, SHM_RDONLY);
  if (pin < 0) return pin;
  int64_t number = attach_pinned(environment, id, flags, target, (void *)(uintptr_t)pin);
  syscall(SYS_shmdt, pin);
  return number;
}

/* shmat(id, flags, range, offset): into a reserved range, or with range -1 where the kernel likes.
 * An address never comes from outside, and SHM_REMAP replaces nothing but what we reserved. */
static napi_value call_shmat(napi_env napi, napi_callback_info info) {
  int64_t a[4];
  struct environment *environment;
  if (!read_integers(napi, info, 4, a, &environment)) return result(napi, -EINVAL);
  if (!fits_int(a[0]) || !fits_int(a[1])) return result(napi, -EINVAL);
  int id = (int)a[0];
  int flags = (int)a[1] & ~SHM_REMAP;
  if (a[2] < 0) return result(napi, attach_anywhere(environment, id, flags));
  struct target target = {.range = a[2], .offset = a[3]};
  return result(napi, attach_in_range(environment, id, flags, target));
}

static napi_value call_shmctl(napi_env napi, napi_callback_info info) {
  int64_t a[4];
  struct environment *environment;
  if (!read_integers(napi, info, 4, a, &environment)) return result(napi, -EINVAL);
  if (!fits_int(a[0]) || !fits_int(a[1])) return result(napi, -EINVAL);
  void *about = region_span(environment, a[2], a[3], SHMCTL_SIZE);
  if (about == NULL) return result(napi, -EFAULT);
  long arguments[5] = {(int)a[0], (int)a[1], (long)about};
  return result(napi, looking(environment, SYS_shmctl, arguments));
}

const struct call shm_calls[] = {
    {"shmget", call_shmget},
    {"shmat", call_shmat},
    {"shmctl", call_shmctl},
    {NULL, NULL},
};
