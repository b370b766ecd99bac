/* Owned mappings: memory that may be shared with other processes, which JavaScript sees through
 * ArrayBuffers ("windows") and names by a number, so that no call ever takes an address.
 *
 * State machine of a mapping: OPEN -> CLOSED -> gone. Closing detaches every window from JavaScript
 * and gives the kernel's object back at once. Where there were windows, somebody else may still use
 * their memory (Node's own threads, for a call that was under way, or an ArrayBuffer that
 * transfer() made of ours), so pages of our own take its place until V8 has let go of the last one.
 * A mapping inside a reserved range leaves its place reserved; the range stays until it is closed
 * and nothing lies in it any more.
 *
 * Who owns what: the table belongs to the environment's thread, which also runs the finalizers of
 * the windows. A mapping is freed when it is closed and has no window left; a window knows its
 * mapping alone, because its finalizer may come after the environment's end. */
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "addon.h"
#include "engines/guard.h"

struct window {
  struct mapping *mapping;
  napi_ref buffer; /* weak; NULL where JavaScript brings the buffer when it closes */
  bool ready;
  struct window *next;
  struct window **link; /* what points to this one */
};

struct mapping {
  char *address;
  size_t size;   /* what may be used */
  size_t length; /* the same in whole pages */
  enum mapping_kind kind;
  int guard; /* -1: without */
  bool closed;
  bool environment_ended;
  struct window *windows;
  struct mapping *range;  /* the reserved mapping it lies in, or NULL */
  struct mapping *inside; /* of a reserved one: the first that lies in it */
  struct mapping *next_inside;
};

struct mappings {
  struct mapping **slots;
  size_t count;
};

enum { MAPPINGS_MAX = 65536 };

static size_t whole_pages(size_t size) {
  static size_t page;
  if (page == 0) page = (size_t)sysconf(_SC_PAGESIZE);
  return (size + page - 1) & ~(page - 1);
}

static struct mapping *find(struct environment *environment, int64_t number) {
  struct mappings *mappings = environment->mappings;
  if (mappings == NULL || number < 0 || (uint64_t)number >= mappings->count) return NULL;
  return mappings->slots[number];
}

void *mapping_span(struct environment *environment, int64_t number, int64_t offset, int64_t size,
                   bool pages) {
  const struct mapping *mapping = find(environment, number);
  if (mapping == NULL || mapping->kind == MAPPING_RESERVED || offset < 0 || size < 0) return NULL;
  uint64_t limit = pages ? mapping->length : mapping->size;
  if ((uint64_t)offset > limit || (uint64_t)size > limit - (uint64_t)offset) return NULL;
  return mapping->address + offset;
}

static bool is_taken(const struct mapping *range, const char *start, size_t length) {
  const struct mapping *other = range->inside;
  while (other != NULL) {
    if (other->address < start + length && start < other->address + other->length) return true;
    other = other->next_inside;
  }
  return false;
}

int mapping_place(struct environment *environment, int64_t number, int64_t offset, int64_t size,
                  bool rounds, struct mapping_place *place) {
  struct mapping *range = find(environment, number);
  if (range == NULL || range->kind != MAPPING_RESERVED) return -EBADF;
  if (offset < 0 || size < 1 || (uint64_t)offset > range->length) return -EINVAL;
  if (rounds) offset -= (int64_t)((size_t)offset % whole_pages(1));
  size_t room = range->length - (size_t)offset;
  if ((uint64_t)size > room || whole_pages((size_t)size) > room) return -ENOMEM;
  char *address = range->address + offset;
  if (is_taken(range, address, whole_pages((size_t)size))) return -EBUSY;
  *place = (struct mapping_place){.address = address, .range = range};
  return 0;
}

/* The first free slot, made if need be; -errno when there is none. */
static int64_t free_slot(struct environment *environment) {
  if (environment->mappings == NULL) {
    environment->mappings = calloc(1, sizeof *environment->mappings);
    if (environment->mappings == NULL) return -ENOMEM;
  }
  struct mappings *mappings = environment->mappings;
  for (size_t i = 0; i < mappings->count; i++) {
    if (mappings->slots[i] == NULL) return (int64_t)i;
  }
  if (mappings->count == MAPPINGS_MAX) return -EMFILE;
  size_t count = mappings->count == 0 ? 16 : mappings->count * 2;
  struct mapping **slots = realloc(mappings->slots, count * sizeof(struct mapping *));
  if (slots == NULL) return -ENOMEM;
  for (size_t i = mappings->count; i < count; i++) slots[i] = NULL;
  int64_t first = (int64_t)mappings->count;
  mappings->slots = slots;
  mappings->count = count;
  return first;
}

int64_t mapping_adopt(struct environment *environment, void *address, size_t size,
                      enum mapping_kind kind, const struct mapping_place *place) {
  int64_t number = free_slot(environment);
  if (number < 0) return number;
  struct mapping *mapping = calloc(1, sizeof *mapping);
  if (mapping == NULL) return -ENOMEM;
  mapping->address = address;
  mapping->size = size;
  mapping->length = whole_pages(size);
  mapping->kind = kind;
  mapping->guard = kind == MAPPING_RESERVED ? -1 : guard_begin(address, mapping->length);
  if (kind != MAPPING_RESERVED && mapping->guard < 0) {
    int refused = mapping->guard;
    free(mapping);
    return refused;
  }
  mapping->range = place->range;
  if (mapping->range != NULL) {
    mapping->next_inside = mapping->range->inside;
    mapping->range->inside = mapping;
  }
  environment->mappings->slots[number] = mapping;
  return number;
}

static void unmap(char *address, enum mapping_kind kind, size_t length, bool in_range) {
  if (in_range) {
    guard_cover(address, length, PROT_NONE);
  } else if (kind != MAPPING_SHM || syscall(SYS_shmdt, address) != 0) {
    munmap(address, length);
  }
}

void mapping_abandon(void *address, enum mapping_kind kind, size_t size,
                     const struct mapping_place *place) {
  unmap(address, kind, whole_pages(size), place->range != NULL);
}

/* Pages of our own take its place, of which munmap knows the end; the object is given back. */
static void cover(struct mapping *mapping) {
  int64_t covered = guard_cover(mapping->address, mapping->length, PROT_READ | PROT_WRITE);
  if (covered < 0) return;
  mapping->length = (size_t)covered;
  mapping->kind = MAPPING_MMAP;
}

static void leave_range(const struct mapping *mapping) {
  struct mapping **link = &mapping->range->inside;
  while (*link != mapping) link = &(*link)->next_inside;
  *link = mapping->next_inside;
}

/* Frees what is closed and no longer used, and the range it lay in if that waited for it. */
static void settle(struct mapping *mapping) {
  if (!mapping->closed || mapping->windows != NULL || mapping->inside != NULL) return;
  struct mapping *range = mapping->range;
  unmap(mapping->address, mapping->kind, mapping->length, range != NULL);
  if (range != NULL) leave_range(mapping);
  free(mapping);
  if (range != NULL) settle(range);
}

/* ArrayBuffer.prototype.transfer, as it was before anybody could replace it. */
static napi_value find_transfer(struct environment *environment) {
  napi_env napi = environment->napi;
  napi_value function = NULL;
  if (environment->transfer != NULL) {
    napi_get_reference_value(napi, environment->transfer, &function);
  }
  return function;
}

/* transfer(0) lets go of the memory as napi_detach_arraybuffer does. But that one ends the process
 * where somebody has marked the buffer as untransferable (Node 24 and later); this one throws, and
 * the buffer keeps the pages of ours that take the mapping's place. */
static void detach(napi_env napi, napi_value transfer, napi_value buffer) {
  napi_value zero = NULL;
  napi_value thrown = NULL;
  if (transfer == NULL) {
    napi_detach_arraybuffer(napi, buffer);
    return;
  }
  napi_create_int32(napi, 0, &zero);
  if (napi_call_function(napi, buffer, transfer, 1, &zero, NULL) != napi_ok) {
    napi_get_and_clear_last_exception(napi, &thrown);
  }
}

/* Covered first, so that no detached window is ever without pages. */
static void close_mapping(struct mapping *mapping) {
  bool damaged = mapping->guard >= 0 && guard_states()[mapping->guard] != GUARD_WHOLE;
  mapping->closed = true;
  if (mapping->windows != NULL || damaged) cover(mapping);
  if (mapping->guard >= 0) guard_end(mapping->guard);
}

/* `whole` is the one buffer that no window here remembers, or undefined. */
static void detach_windows(struct environment *environment, const struct mapping *mapping,
                           napi_value whole) {
  napi_env napi = environment->napi;
  bool is_buffer = false;
  if (mapping->windows == NULL) return;
  napi_value transfer = find_transfer(environment);
  if (napi_is_arraybuffer(napi, whole, &is_buffer) == napi_ok && is_buffer) {
    detach(napi, transfer, whole);
  }
  for (const struct window *w = mapping->windows; w != NULL; w = w->next) {
    napi_value buffer = NULL;
    if (w->buffer == NULL) continue;
    if (napi_get_reference_value(napi, w->buffer, &buffer) != napi_ok || buffer == NULL) continue;
    detach(napi, transfer, buffer);
  }
}

void mappings_destroy(struct environment *environment) {
  struct mappings *mappings = environment->mappings;
  if (mappings == NULL) return;
  for (size_t i = 0; i < mappings->count; i++) {
    struct mapping *mapping = mappings->slots[i];
    if (mapping == NULL) continue;
    mapping->environment_ended = true; /* JavaScript runs no more, and Node finalizes */
    close_mapping(mapping);
    settle(mapping);
  }
  free(mappings->slots);
  free(mappings);
  environment->mappings = NULL;
}

static void finalized(napi_env napi, void *data, void *hint) {
  struct window *window = hint;
  struct mapping *mapping = window->mapping;
  (void)data;
  if (!window->ready) return; /* it could not be made: mapping_window frees it */
  if (window->buffer != NULL && !mapping->environment_ended) {
    napi_delete_reference(napi, window->buffer);
  }
  *window->link = window->next;
  if (window->next != NULL) window->next->link = window->link;
  free(window);
  settle(mapping);
}

static void link_window(struct window *window) {
  struct mapping *mapping = window->mapping;
  window->next = mapping->windows;
  window->link = &mapping->windows;
  if (window->next != NULL) window->next->link = &window->next;
  mapping->windows = window;
  window->ready = true;
}

/* An ArrayBuffer over memory of the mapping; NULL when there is none to be had. */
static napi_value make_window(napi_env napi, struct mapping *mapping, void *memory, size_t size,
                              bool remembered) {
  napi_value buffer = NULL;
  napi_value thrown = NULL;
  struct window *window = calloc(1, sizeof *window);
  if (window == NULL) return NULL;
  window->mapping = mapping;
  if (napi_create_external_arraybuffer(napi, memory, size, finalized, window, &buffer) !=
      napi_ok) {
    napi_get_and_clear_last_exception(napi, &thrown);
    free(window);
    return NULL;
  }
  if (remembered) napi_create_reference(napi, buffer, 0, &window->buffer);
  link_window(window);
  return buffer;
}

/* mappingWindow(mapping, offset, size): undefined when there is none to be had. */
static napi_value mapping_window(napi_env napi, napi_callback_info info) {
  int64_t a[3];
  struct environment *environment;
  if (!read_integers(napi, info, 3, a, &environment)) return NULL;
  void *memory = mapping_span(environment, a[0], a[1], a[2], false);
  if (memory == NULL || a[2] == 0) return NULL;
  return make_window(napi, find(environment, a[0]), memory, (size_t)a[2], true);
}

/* mappingWhole(mapping): all of it, to be brought to mappingClose; without it the buffer keeps the
 * pages of ours that take the mapping's place. Not having to remember it saves a microsecond. */
static napi_value mapping_whole(napi_env napi, napi_callback_info info) {
  int64_t a[1];
  struct environment *environment;
  if (!read_integers(napi, info, 1, a, &environment)) return NULL;
  struct mapping *mapping = find(environment, a[0]);
  if (mapping == NULL || mapping->kind == MAPPING_RESERVED || mapping->size == 0) return NULL;
  return make_window(napi, mapping, mapping->address, mapping->size, false);
}

/* mappingSize(mapping): how many bytes may be used. */
static napi_value mapping_size(napi_env napi, napi_callback_info info) {
  int64_t a[1];
  struct environment *environment;
  if (!read_integers(napi, info, 1, a, &environment)) return result(napi, -EINVAL);
  const struct mapping *mapping = find(environment, a[0]);
  return result(napi, mapping == NULL ? -EBADF : (int64_t)mapping->size);
}

/* mappingGuard(mapping): where in the guard's states its own is. */
static napi_value mapping_guard(napi_env napi, napi_callback_info info) {
  int64_t a[1];
  struct environment *environment;
  if (!read_integers(napi, info, 1, a, &environment)) return result(napi, -EINVAL);
  const struct mapping *mapping = find(environment, a[0]);
  return result(napi, mapping == NULL ? -EBADF : mapping->guard);
}

/* mappingStates(): the guard's states. They live as long as the process. */
static napi_value mapping_states(napi_env napi, napi_callback_info info) {
  napi_value buffer = NULL;
  (void)info;
  size_t size = GUARDS_MAX * sizeof(int32_t);
  if (napi_create_external_arraybuffer(napi, guard_states(), size, NULL, NULL, &buffer) !=
      napi_ok) {
    return NULL;
  }
  return buffer;
}

/* mappingClose(mapping, whole) */
static napi_value mapping_close(napi_env napi, napi_callback_info info) {
  int64_t a[1];
  struct environment *environment;
  napi_value arguments[2];
  size_t given = 2;
  if (!read_integers(napi, info, 1, a, &environment)) return result(napi, -EINVAL);
  napi_get_cb_info(napi, info, &given, arguments, NULL, NULL);
  struct mapping *mapping = find(environment, a[0]);
  if (mapping == NULL) return result(napi, -EBADF);
  environment->mappings->slots[a[0]] = NULL;
  close_mapping(mapping);
  detach_windows(environment, mapping, arguments[1]);
  settle(mapping);
  return result(napi, 0);
}

const struct call mapping_calls[] = {
    {"mappingWindow", mapping_window}, {"mappingWhole", mapping_whole},
    {"mappingSize", mapping_size},     {"mappingGuard", mapping_guard},
    {"mappingStates", mapping_states}, {"mappingClose", mapping_close},
    {NULL, NULL},
};
