/* The memory of the packed records: it doubles as they come, up to a limit, and ends as a region.
 */
#include "records.h"

#include <stdlib.h>
#include <string.h>

enum { CAPACITY_FIRST = 1 << 20, CAPACITY_MAX = 1 << 28 };

static size_t padded(size_t size) { return (size + 7) & ~(size_t)7; }

static bool grow(struct records *records, size_t needed) {
  size_t capacity = records->capacity == 0 ? CAPACITY_FIRST : records->capacity;
  while (capacity < needed) capacity *= 2;
  bool allowed = capacity <= CAPACITY_MAX;
  char *bytes = allowed ? realloc(records->bytes, capacity) : NULL;
  if (bytes == NULL) {
    records->stop = allowed ? -ENOMEM : 1;
    return false;
  }
  records->bytes = bytes;
  records->capacity = capacity;
  return true;
}

char *records_reserve(struct records *records, size_t size) {
  size_t needed = records->used + 2 * sizeof(struct record) + padded(size);
  if (needed > records->capacity && !grow(records, needed)) return NULL;
  return records->bytes + records->used + sizeof(struct record);
}

void records_commit(struct records *records, struct record record) {
  memcpy(records->bytes + records->used, &record, sizeof record);
  size_t end = records->used + sizeof record + record.size;
  records->used += sizeof record + padded(record.size);
  memset(records->bytes + end, 0, records->used - end);
}

void records_put(struct records *records, int tag, int id, int error) {
  if (records_reserve(records, 0) == NULL) return;
  records_commit(records, (struct record){.tag = (uint16_t)tag, .id = id, .error = error});
}

int records_adopt(struct records *records, struct environment *environment) {
  char *bytes = realloc(records->bytes, records->used);
  if (bytes != NULL) records->bytes = bytes;
  int region = region_adopt(environment, records->bytes, records->used);
  if (region >= 0) records->bytes = NULL;
  return region;
}
