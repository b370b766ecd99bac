/* Which descriptors of which processes are open on the same file: kcmp(2), for many at a time. The
 * kernel gives an order of open files, so that n descriptors take n log n calls, and no pairs. */
#include "../addon.h"

#include <linux/kcmp.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

/* What JavaScript writes and reads: `first` becomes the index of the first descriptor in the list
 * that is open on the same file, or -errno where this one may not be compared. */
struct entry {
  int32_t pid;
  int32_t fd;
  int32_t first;
};

static long compared(const struct entry *a, const struct entry *b) {
  long order =
      syscall(SYS_kcmp, a->pid, b->pid, KCMP_FILE, (unsigned long)a->fd, (unsigned long)b->fd);
  return order < 0 ? -errno : order;
}

/* Of two that were refused, one at least is refused with itself; it is not asked about again. */
static void blame(struct entry *entry) {
  long alone = compared(entry, entry);
  if (alone < 0) entry->first = (int32_t)alone;
}

/* True where b comes before a. 1: a is less; 2: a is greater; 3: there is no order. */
static bool is_after(struct entry *a, struct entry *b) {
  if (a->first < 0 || b->first < 0) return false;
  long order = compared(a, b);
  if (order >= 0) return order == 2;
  blame(a);
  blame(b);
  return false;
}

/* Merges two sorted runs of `from` into `to`; of equals the earlier stays before. */
static void merge(struct entry *entries, const int *from, int *to, size_t left, size_t middle,
                  size_t right) {
  size_t a = left;
  size_t b = middle;
  for (size_t at = left; at < right; at++) {
    bool second = a == middle || (b < right && is_after(&entries[from[a]], &entries[from[b]]));
    to[at] = second ? from[b++] : from[a++];
  }
}

static size_t least(size_t a, size_t b) { return a < b ? a : b; }

/* The indices in the kernel's order; `memory` has room for two of each. */
static const int *sorted(struct entry *entries, size_t count, int *memory) {
  int *from = memory;
  int *to = memory + count;
  for (size_t i = 0; i < count; i++) from[i] = (int)i;
  for (size_t width = 1; width < count; width *= 2) {
    for (size_t left = 0; left < count; left += 2 * width) {
      size_t middle = least(left + width, count);
      merge(entries, from, to, left, middle, least(left + 2 * width, count));
    }
    int *swap = from;
    from = to;
    to = swap;
  }
  return from;
}

/* Neighbours in that order that are equal are one file. What cannot be compared is nobody's equal.
 */
static void name_files(struct entry *entries, size_t count, const int *order) {
  int last = -1;
  for (size_t i = 0; i < count; i++) {
    struct entry *entry = &entries[order[i]];
    if (entry->first < 0) continue;
    bool same = last >= 0 && compared(&entries[last], entry) == 0;
    entry->first = same ? entries[last].first : order[i];
    last = order[i];
  }
}

/* 0: the same open file; 1, 2 and 3 as the kernel says; or -errno. */
static napi_value kcmp_file(napi_env napi, napi_callback_info info) {
  int64_t a[4];
  struct environment *environment;
  if (!read_integers(napi, info, 4, a, &environment)) return result(napi, -EINVAL);
  for (size_t i = 0; i < 4; i++) {
    if (!fits_int(a[i])) return result(napi, -EINVAL);
  }
  struct entry one = {.pid = (int32_t)a[0], .fd = (int32_t)a[1]};
  struct entry other = {.pid = (int32_t)a[2], .fd = (int32_t)a[3]};
  return result(napi, compared(&one, &other));
}

static napi_value kcmp_files(napi_env napi, napi_callback_info info) {
  int64_t a[3];
  struct environment *environment;
  if (!read_integers(napi, info, 3, a, &environment)) return result(napi, -EINVAL);
  if (a[2] < 0 || a[2] > INT32_MAX / 2) return result(napi, -EINVAL);
  size_t count = (size_t)a[2];
  struct entry *entries =
      region_span(environment, a[0], a[1], a[2] * (int64_t)sizeof(struct entry));
  if (entries == NULL) return result(napi, -EFAULT);
  int *memory = calloc(count + 1, 2 * sizeof *memory);
  if (memory == NULL) return result(napi, -ENOMEM);
  for (size_t i = 0; i < count; i++) entries[i].first = 0;
  name_files(entries, count, sorted(entries, count, memory));
  free(memory);
  return result(napi, 0);
}

const struct call kcmp_calls[] = {
    {"kcmp_file", kcmp_file},
    {"kcmp_files", kcmp_files},
    {NULL, NULL},
};
