/* Registered regions: memory of ours that JavaScript sees as an ArrayBuffer and names by a number,
 * so that no call ever takes an address.
 *
 * Who owns what: the table belongs to the environment's thread. A region's memory lives until it
 * was released by JavaScript and is pinned by no thread; a thread never touches the table, only the
 * memory it was given, and its pin is taken and given back on the environment's thread. */
#include "addon.h"

#include <stdlib.h>

struct region {
  void *base; /* what free() takes */
  void *memory;
  size_t size;
  napi_ref buffer;
  int pins;
  bool released;
};

struct regions {
  struct region **slots;
  size_t count;
};

enum { REGIONS_MAX = 65536 };

/* Where in a page a region begins. The kernel copies with `rep movsb`, which on some processors is
 * thirty times slower when the target lies 1 to 63 bytes behind the source modulo 4096; its own
 * buffers begin near the start of a page, so ours begin in the middle: a message's text, which
 * follows 8 bytes of type, at 2048 (docs/performance.md, "Where the memory lies"). */
enum { PAGE = 4096, SKIP = 2040 };

struct regions *regions_create(void) { return calloc(1, sizeof(struct regions)); }

void regions_destroy(struct environment *environment) {
  struct regions *regions = environment->regions;
  for (size_t i = 0; i < regions->count; i++) {
    if (regions->slots[i] == NULL) continue;
    free(regions->slots[i]->base);
    free(regions->slots[i]);
  }
  free(regions->slots);
  free(regions);
  environment->regions = NULL;
}

static struct region *find(struct environment *environment, int64_t number) {
  struct regions *regions = environment->regions;
  if (number < 0 || (uint64_t)number >= regions->count) return NULL;
  struct region *region = regions->slots[number];
  return region == NULL || region->released ? NULL : region;
}

void *region_span(struct environment *environment, int64_t number, int64_t offset, int64_t size) {
  const struct region *region = find(environment, number);
  if (region == NULL || offset < 0 || size < 0) return NULL;
  if ((uint64_t)offset > region->size || (uint64_t)size > region->size - (uint64_t)offset) {
    return NULL;
  }
  return (char *)region->memory + offset;
}

/* The first free slot, made if need be; -errno when there is none. */
static int free_slot(struct regions *regions) {
  for (size_t i = 0; i < regions->count; i++) {
    if (regions->slots[i] == NULL) return (int)i;
  }
  if (regions->count == REGIONS_MAX) return -EMFILE;
  size_t count = regions->count == 0 ? 16 : regions->count * 2;
  struct region **slots = realloc(regions->slots, count * sizeof *slots);
  if (slots == NULL) return -ENOMEM;
  for (size_t i = regions->count; i < count; i++) slots[i] = NULL;
  int first = (int)regions->count;
  regions->slots = slots;
  regions->count = count;
  return first;
}

static int adopt(struct environment *environment, void *base, size_t skip, size_t size) {
  int number = free_slot(environment->regions);
  if (number < 0) return number;
  struct region *region = calloc(1, sizeof *region);
  if (region == NULL) return -ENOMEM;
  region->base = base;
  region->memory = (char *)base + skip;
  region->size = size;
  environment->regions->slots[number] = region;
  return number;
}

int region_adopt(struct environment *environment, void *memory, size_t size) {
  return adopt(environment, memory, 0, size);
}

void *region_pin(struct environment *environment, int64_t number) {
  struct region *region = find(environment, number);
  if (region != NULL) region->pins++;
  return region;
}

static void forget(struct environment *environment, struct region *region) {
  struct regions *regions = environment->regions;
  for (size_t i = 0; i < regions->count; i++) {
    if (regions->slots[i] == region) regions->slots[i] = NULL;
  }
  free(region->base);
  free(region);
}

void region_unpin(struct environment *environment, void *pin) {
  struct region *region = pin;
  region->pins--;
  if (region->released && region->pins == 0) forget(environment, region);
}

static napi_value region_create(napi_env napi, napi_callback_info info) {
  int64_t a[1];
  struct environment *environment;
  if (!read_integers(napi, info, 1, a, &environment)) return result(napi, -EINVAL);
  if (a[0] < 1 || a[0] > INT32_MAX) return result(napi, -EINVAL);
  size_t size = (size_t)a[0];
  char *base = calloc(1, PAGE + SKIP + size); /* zero without being touched, where it is large */
  if (base == NULL) return result(napi, -ENOMEM);
  size_t to_page = (PAGE - (uintptr_t)base % PAGE) % PAGE;
  int number = adopt(environment, base, to_page + SKIP, size);
  if (number < 0) free(base);
  return result(napi, number);
}

static napi_value region_buffer(napi_env napi, napi_callback_info info) {
  int64_t a[1];
  struct environment *environment;
  napi_value buffer = NULL;
  if (!read_integers(napi, info, 1, a, &environment)) return NULL;
  struct region *region = find(environment, a[0]);
  if (region == NULL) return NULL;
  if (region->buffer != NULL) {
    napi_get_reference_value(napi, region->buffer, &buffer);
    return buffer;
  }
  if (napi_create_external_arraybuffer(napi, region->memory, region->size, NULL, NULL, &buffer) !=
      napi_ok) {
    return NULL;
  }
  if (napi_create_reference(napi, buffer, 1, &region->buffer) != napi_ok) {
    napi_detach_arraybuffer(napi, buffer);
    return NULL;
  }
  return buffer;
}

/* Nothing in JavaScript may reach the memory once it is free. */
static void detach(napi_env napi, struct region *region) {
  napi_value buffer = NULL;
  if (region->buffer == NULL) return;
  if (napi_get_reference_value(napi, region->buffer, &buffer) == napi_ok && buffer != NULL) {
    napi_detach_arraybuffer(napi, buffer);
  }
  napi_delete_reference(napi, region->buffer);
  region->buffer = NULL;
}

static napi_value region_release(napi_env napi, napi_callback_info info) {
  int64_t a[1];
  struct environment *environment;
  if (!read_integers(napi, info, 1, a, &environment)) return result(napi, -EINVAL);
  struct region *region = find(environment, a[0]);
  if (region == NULL || region->memory == environment->frame) return result(napi, -EBADF);
  detach(napi, region);
  region->released = true;
  if (region->pins == 0) forget(environment, region);
  return result(napi, 0);
}

const struct call region_calls[] = {
    {"regionCreate", region_create},
    {"regionBuffer", region_buffer},
    {"regionRelease", region_release},
    {NULL, NULL},
};
