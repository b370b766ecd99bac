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

/* True where b comes before a. 1: a is less; 2: a is greater. Where one has just ended, any order
 * does. */
static bool is_after(const struct entry *a, const struct entry *b) { return compared(a, b) == 2; }

static size_t least(size_t a, size_t b) { return a < b ? a : b; }

/* Merges two sorted runs of `from` into `to`; of equals the earlier stays before. */
static void merge(const struct entry *entries, const int *from, int *to, size_t left, size_t middle,
                  size_t right) {
  size_t a = left;
  size_t b = middle;
  for (size_t at = left; at < right; at++) {
    bool second = a == middle || (b < right && is_after(&entries[from[a]], &entries[from[b]]));
    to[at] = second ? from[b++] : from[a++];
  }
}

/* The indices of those that may be compared, which is so where one may be compared with itself. */
static size_t comparable(struct entry *entries, size_t count, int *indices) {
  size_t kept = 0;
  for (size_t i = 0; i < count; i++) {
    long alone = compared(&entries[i], &entries[i]);
    entries[i].first = alone < 0 ? (int32_t)alone : (int32_t)i;
    if (alone >= 0) indices[kept++] = (int)i;
  }
  return kept;
}

/* The indices in the kernel's order; `other` has room for as many. */
static const int *sorted(const struct entry *entries, size_t count, int *indices, int *other) {
  int *from = indices;
  int *to = other;
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

/* Neighbours in that order that are equal are one file. */
static void name_files(struct entry *entries, size_t count, const int *order) {
  for (size_t i = 1; i < count; i++) {
    const struct entry *last = &entries[order[i - 1]];
    struct entry *entry = &entries[order[i]];
    if (compared(last, entry) == 0) entry->first = last->first;
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
  if (a[1] % 4 != 0 || a[2] < 0 || a[2] > INT32_MAX / 2) return result(napi, -EINVAL);
  size_t count = (size_t)a[2];
  struct entry *entries =
      region_span(environment, a[0], a[1], a[2] * (int64_t)sizeof(struct entry));
  if (entries == NULL) return result(napi, -EFAULT);
  int *memory = calloc(count + 1, 2 * sizeof *memory);
  if (memory == NULL) return result(napi, -ENOMEM);
  size_t kept = comparable(entries, count, memory);
  name_files(entries, kept, sorted(entries, kept, memory, memory + count));
  free(memory);
  return result(napi, 0);
}

const struct call kcmp_calls[] = {
    {"kcmp_file", kcmp_file},
    {"kcmp_files", kcmp_files},
    {NULL, NULL},
};
