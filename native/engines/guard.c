/* The guard: memory that a peer takes away while JavaScript reads it must not end the process.
 *
 * State machine of a guarded range: WHOLE -> TRUNCATED by a SIGBUS in it (the file behind it ends
 * before that page, or a huge page was not to be had), WHOLE -> FORBIDDEN by a SIGSEGV in it (a
 * write where only reading is allowed, a guard page). Either way the page is replaced by one of our
 * own that holds what could still be read, zeros otherwise, and the thread goes on; the state says
 * from then on that what is seen is not what is there, and every checked call looks at it. A page
 * that is replaced divides a mapping, and the kernel allows a process only so many
 * (vm.max_map_count): before there are too many, zeros take the place of the whole range. Where
 * there are already, the process may map nothing at all before it has given something back, so a
 * spare page is kept for that. Anything else that faults goes to whoever handled the signal before.
 *
 * Who owns what: the table is the process's, and any thread may fault. `lock` guards its changes;
 * the handler reads it without, each range's start last written and first cleared. A range ends
 * only when no thread can be in it, so what a handler found stays what it is while the handler
 * runs. The handlers are installed with the first range and stay; where somebody took them away and
 * left none, as Node does with the last listener of a signal, one of the next ranges puts them
 * back. */
#include "guard.h"

#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>
#include <uv.h>

struct range {
  _Atomic uintptr_t start; /* 0: the slot is free */
  _Atomic uintptr_t end;
  _Atomic int replaced; /* pages, about */
};

/* Each divides the range once or twice more, of 65,530 parts that the process may have. */
enum { REPLACED_MAX = 4096 };

static struct range ranges[GUARDS_MAX];
static int32_t states[GUARDS_MAX];
static _Atomic int highest = -1;
static int lowest_free; /* no slot before it is free */
static void *_Atomic spare;

static uv_once_t once = UV_ONCE_INIT;
static uv_mutex_t lock;
static bool installed;
static struct sigaction before_bus;
static struct sigaction before_segv;

/* A part of a mapping of huge pages can only be replaced in whole huge pages, and nobody tells us
 * how large they are: the sizes that processors have. */
#if defined(__x86_64__)
static const size_t granules[] = {1UL << 12, 1UL << 21, 1UL << 30};
#else
static const size_t granules[] = {1UL << 12, 1UL << 14, 1UL << 16, 1UL << 20, 1UL << 21, 1UL << 23,
                                  1UL << 25, 1UL << 28, 1UL << 29, 1UL << 30, 1UL << 31, 1UL << 34};
#endif
enum { GRANULES = sizeof granules / sizeof *granules };

static void *fresh_pages(size_t length) {
  int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE;
  return mmap(NULL, length, PROT_READ | PROT_WRITE, flags, -1, 0);
}

/* Asking the kernel to copy cannot fault: what cannot be read stays zero. */
static void copy_readable(void *target, void *source, size_t length) {
  struct iovec to = {.iov_base = target, .iov_len = length};
  struct iovec from = {.iov_base = source, .iov_len = length};
  syscall(SYS_process_vm_readv, getpid(), &to, 1UL, &from, 1UL, 0UL);
}

/* 0 or -errno; -EINVAL where the memory consists of larger pages. What vanished leaves zeros in one
 * step; what is only forbidden is copied first, and nobody sees a moment without it. */
static int replace(uintptr_t start, size_t length, int32_t state) {
  if (state == GUARD_TRUNCATED) {
    int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED;
    void *zeros = mmap((void *)start, length, PROT_READ | PROT_WRITE, flags, -1, 0);
    return zeros == MAP_FAILED ? -errno : 0;
  }
  void *fresh = fresh_pages(length);
  if (fresh == MAP_FAILED) return -errno;
  copy_readable(fresh, (void *)start, length);
  if (mremap(fresh, length, length, MREMAP_MAYMOVE | MREMAP_FIXED, (void *)start) != MAP_FAILED) {
    return 0;
  }
  int refused = -errno;
  munmap(fresh, length);
  return refused;
}

/* The page at the address, of whatever size it is. Only -EINVAL says that it is a larger one. */
static bool replace_page(uintptr_t address, uintptr_t start, uintptr_t end, int32_t state) {
  int refused = -EINVAL;
  for (int g = 0; g < GRANULES && refused == -EINVAL; g++) {
    uintptr_t page = address & ~(granules[g] - 1);
    if (page < start || end - page < granules[g]) return false;
    refused = replace(page, granules[g], state);
  }
  return refused == 0;
}

/* A slot that changes meanwhile is none that a thread can fault in. */
static bool covers(const struct range *range, uintptr_t address, uintptr_t *start, uintptr_t *end) {
  *start = atomic_load(&range->start);
  *end = atomic_load(&range->end);
  if (*start == 0 || address < *start || address >= *end) return false;
  return atomic_load(&range->start) == *start;
}

/* A mapping that the kernel never joins with another: memory shared with nobody. */
static void keep_spare(void) {
  int flags = MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE;
  if (atomic_load(&spare) != NULL) return;
  void *page = mmap(NULL, 1, PROT_NONE, flags, -1, 0);
  void *none = NULL;
  if (page != MAP_FAILED && !atomic_compare_exchange_strong(&spare, &none, page)) munmap(page, 1);
}

static bool replace_all(uintptr_t start, uintptr_t end) {
  int protection = PROT_READ | PROT_WRITE;
  if (guard_cover((void *)start, end - start, protection) == 0) return true;
  void *page = atomic_exchange(&spare, NULL);
  if (page == NULL || munmap(page, 1) != 0) return false;
  bool replaced = guard_cover((void *)start, end - start, protection) == 0;
  keep_spare();
  return replaced;
}

static bool replace_some(struct range *range, uintptr_t address, uintptr_t start, uintptr_t end,
                         int32_t state) {
  if (atomic_fetch_add(&range->replaced, 1) < REPLACED_MAX &&
      replace_page(address, start, end, state)) {
    return true;
  }
  atomic_store(&range->replaced, 0);
  return replace_all(start, end);
}

/* In the handler: calls nothing but the kernel. */
static bool repair(uintptr_t address, int32_t state) {
  int last = atomic_load(&highest);
  for (int i = 0; i <= last; i++) {
    uintptr_t start;
    uintptr_t end;
    if (!covers(&ranges[i], address, &start, &end)) continue;
    if (!replace_some(&ranges[i], address, start, end, state)) return false;
    __atomic_store_n(&states[i], state, __ATOMIC_RELEASE);
    return true;
  }
  return false;
}

/* Whoever was there before decides; without anybody, the signal ends the process as it always did:
 * a fault by happening again, a signal from somebody else by being sent again. */
static void pass_on(const struct sigaction *before, int number, siginfo_t *info, void *context) {
  if ((before->sa_flags & SA_SIGINFO) != 0) {
    before->sa_sigaction(number, info, context);
  } else if (before->sa_handler == SIG_IGN && info->si_code <= 0) {
    return;
  } else if (before->sa_handler == SIG_DFL || before->sa_handler == SIG_IGN) {
    struct sigaction none = {.sa_handler = SIG_DFL};
    sigaction(number, &none, NULL);
    if (info->si_code <= 0) syscall(SYS_tgkill, getpid(), syscall(SYS_gettid), number);
  } else {
    before->sa_handler(number);
  }
}

static void on_fault(int number, siginfo_t *info, void *context) {
  int saved = errno;
  bool bus = number == SIGBUS;
  if (info->si_code <= 0 ||
      !repair((uintptr_t)info->si_addr, bus ? GUARD_TRUNCATED : GUARD_FORBIDDEN)) {
    pass_on(bus ? &before_bus : &before_segv, number, info, context);
  }
  errno = saved;
}

static void make_lock(void) {
  if (uv_mutex_init(&lock) != 0) abort();
}

static bool is_handled(const struct sigaction *action) {
  return (action->sa_flags & SA_SIGINFO) != 0 ||
         (action->sa_handler != SIG_DFL && action->sa_handler != SIG_IGN);
}

/* With the lock held. The old action is known before ours can be called. */
static int install_for(int number, struct sigaction *before) {
  struct sigaction ours = {.sa_sigaction = on_fault, .sa_flags = SA_SIGINFO | SA_ONSTACK};
  struct sigaction now;
  if (sigaction(number, NULL, &now) != 0) return -errno;
  if (installed && is_handled(&now)) return 0;
  if (!installed) *before = now;
  sigemptyset(&ours.sa_mask);
  return sigaction(number, &ours, NULL) != 0 ? -errno : 0;
}

/* Asking costs a twentieth of what attaching does. */
enum { LOOK_EVERY = 32 };

static int install(void) {
  static int since_look;
  if (installed && ++since_look < LOOK_EVERY) return 0;
  since_look = 0;
  int bus = install_for(SIGBUS, &before_bus);
  int segv = install_for(SIGSEGV, &before_segv);
  if (bus == 0 && segv == 0) installed = true;
  return bus != 0 ? bus : segv;
}

/* With the lock held. */
static int free_range(void) {
  int last = atomic_load(&highest);
  while (lowest_free <= last && atomic_load(&ranges[lowest_free].start) != 0) lowest_free++;
  if (lowest_free == GUARDS_MAX) return -EMFILE;
  if (lowest_free > last) atomic_store(&highest, lowest_free);
  return lowest_free;
}

int guard_begin(const void *start, size_t length) {
  uv_once(&once, make_lock);
  uv_mutex_lock(&lock);
  int guard = install();
  keep_spare();
  if (guard == 0) guard = free_range();
  if (guard >= 0) {
    states[guard] = GUARD_WHOLE;
    atomic_store(&ranges[guard].replaced, 0);
    atomic_store(&ranges[guard].end, (uintptr_t)start + length);
    atomic_store(&ranges[guard].start, (uintptr_t)start);
  }
  uv_mutex_unlock(&lock);
  return guard;
}

void guard_end(int guard) {
  uv_mutex_lock(&lock);
  atomic_store(&ranges[guard].start, 0);
  if (guard < lowest_free) lowest_free = guard;
  int last = atomic_load(&highest);
  while (last >= 0 && atomic_load(&ranges[last].start) == 0) last--;
  atomic_store(&highest, last);
  uv_mutex_unlock(&lock);
}

int32_t *guard_states(void) { return states; }

int32_t guard_state(int guard) { return __atomic_load_n(&states[guard], __ATOMIC_ACQUIRE); }

int guard_cover(void *start, size_t length, int protection) {
  int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED;
  return mmap(start, length, protection, flags, -1, 0) == MAP_FAILED ? -errno : 0;
}

static size_t rounded(size_t size, size_t granule) { return (size + granule - 1) & ~(granule - 1); }

/* Whether a mapping begins and ends there: the kernel divides none in the midst of a huge page.
 * What is changed for the question is changed back. */
static bool is_whole(void *start, size_t length) {
  if (madvise(start, length, MADV_DONTDUMP) != 0) return false;
  madvise(start, length, MADV_DODUMP);
  return true;
}

/* Cheap, but it cannot tell a longer mapping from its neighbour. */
static bool is_followed(const char *start, size_t length) {
  unsigned char resident;
  return mincore((void *)(uintptr_t)(start + length), 1, &resident) == 0 || errno != ENOMEM;
}

/* Without a system call where it cannot consist of huge pages, as it begins or ends within one. */
size_t guard_extent(void *start, size_t size) {
  size_t ordinary = rounded(size, (size_t)sysconf(_SC_PAGESIZE));
  for (int g = 0; g < GRANULES; g++) {
    size_t length = rounded(size, granules[g]);
    bool aligned = ((uintptr_t)start & (granules[g] - 1)) == 0;
    if (length <= ordinary || !aligned) continue;
    if (!is_followed(start, ordinary) || is_whole(start, ordinary)) return ordinary;
    if (is_whole(start, length)) return length;
  }
  return ordinary;
}
