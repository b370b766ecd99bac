/* Reserved ranges: address space kept free, in which mappings have places. The list of those that
 * lie in a range belongs to the environment's thread, like the mappings (mapping.c). */
#include <sys/mman.h>
#include <unistd.h>

#include "mapping.h"

size_t mapping_whole_pages(size_t size) {
  static size_t page;
  if (page == 0) page = (size_t)sysconf(_SC_PAGESIZE);
  return (size + page - 1) & ~(page - 1);
}

static bool overlaps(const struct mapping *mapping, const char *start, size_t length) {
  return mapping->address < start + length && start < mapping->address + mapping->length;
}

static bool is_taken(const struct mapping *range, const char *start, size_t length) {
  const struct mapping *other = range->inside;
  while (other != NULL) {
    if (!other->closed && overlaps(other, start, length)) return true;
    other = other->next_inside;
  }
  return false;
}

/* What is closed and waits for its last user makes room at once: nobody could say how long it will
 * wait. Its users go on in the memory of its successor. */
static void displace(const struct mapping *range, const char *start, size_t length) {
  for (struct mapping *other = range->inside; other != NULL; other = other->next_inside) {
    if (other->closed && overlaps(other, start, length)) other->displaced = true;
  }
}

int mapping_place(struct environment *environment, int64_t number, int64_t offset, size_t length,
                  bool rounds, struct mapping_place *place) {
  struct mapping *range = mapping_find(environment, number);
  if (range == NULL || range->kind != MAPPING_RESERVED) return -EBADF;
  if (offset < 0 || (uint64_t)offset > range->length) return -EINVAL;
  if (rounds) offset -= (int64_t)((size_t)offset % mapping_whole_pages(1));
  if (length > range->length - (size_t)offset) return -ENOMEM;
  char *address = range->address + offset;
  if (is_taken(range, address, length)) return -EBUSY;
  displace(range, address, length);
  *place = (struct mapping_place){.address = address, .length = length, .range = range};
  return 0;
}

/* Where nothing is: another thread may have found the hole before us. */
void mapping_refill(const struct mapping_place *place) {
  int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED_NOREPLACE;
  void *filled = mmap(place->address, place->length, PROT_NONE, flags, -1, 0);
  if (filled != MAP_FAILED && filled != place->address) munmap(filled, place->length);
}

void mapping_enter_range(struct mapping *mapping) {
  mapping->next_inside = mapping->range->inside;
  mapping->range->inside = mapping;
}

void mapping_leave_range(const struct mapping *mapping) {
  struct mapping **link = &mapping->range->inside;
  while (*link != mapping) link = &(*link)->next_inside;
  *link = mapping->next_inside;
}
