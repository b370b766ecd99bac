/* Owned mappings: memory that may be shared with other processes, which JavaScript sees through
 * ArrayBuffers ("windows") and names by a number, so that no call ever takes an address.
 *
 * State machine of a mapping: OPEN -> CLOSED -> gone. Closing detaches every window from JavaScript
 * and gives the kernel's object back at once. Where there were windows, somebody else may still use
 * their memory, so pages of our own take its place until nobody can: V8 has let go of every
 * window's memory (an ArrayBuffer that transfer() made of ours may have it), and JavaScript has
 * told that all the ArrayBuffers were collected. They are not while a call of Node's is under way
 * on one of its threads, as Node holds on to the ArrayBuffers of its calls, and to nothing else of
 * them.
 *
 * A mapping inside a reserved range leaves its place reserved (range.c); the range stays until it
 * is closed and nothing lies in it any more.
 *
 * Who owns what: the table belongs to the environment's thread, which also runs the finalizers of
 * the windows. A window knows its mapping alone, because its finalizer may come when the table is
 * gone. At the environment's end Node finalizes every window, whoever has its memory by then. */
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "engines/guard.h"
#include "mapping.h"

struct window {
  struct mapping *mapping;
  napi_ref buffer; /* weak; NULL where JavaScript brings the buffer when it closes */
  struct window *next;
  struct window **link; /* what points to this one */
};

struct mappings {
  struct mapping **slots;
  size_t count;
  size_t lowest_free; /* no slot before it is free */
};

/* Open at a time in a process: half of what it may have of mappings by default (vm.max_map_count).
 * V8 needs some too, and ends the process where it gets none. */
enum { OPEN_MAX = 32768, SLOTS_MAX = GUARDS_MAX };

static _Atomic int open_count;

struct mapping *mapping_find(struct environment *environment, int64_t number) {
  struct mappings *mappings = environment->mappings;
  if (mappings == NULL || number < 0 || (uint64_t)number >= mappings->count) return NULL;
  struct mapping *mapping = mappings->slots[number];
  return mapping == NULL || mapping->closed ? NULL : mapping;
}

static void *span(const struct mapping *mapping, int64_t offset, int64_t size, uint64_t limit) {
  if (offset < 0 || size < 0 || (uint64_t)offset > limit) return NULL;
  return (uint64_t)size > limit - (uint64_t)offset ? NULL : mapping->address + offset;
}

void *mapping_span(struct environment *environment, int64_t number, int64_t offset, int64_t size) {
  const struct mapping *mapping = mapping_find(environment, number);
  if (mapping == NULL || mapping->kind == MAPPING_RESERVED) return NULL;
  return span(mapping, offset, size, mapping->size);
}

void *mapping_pages(struct environment *environment, int64_t number, int64_t offset,
                    int64_t *size) {
  const struct mapping *mapping = mapping_find(environment, number);
  if (mapping == NULL || mapping->kind == MAPPING_RESERVED) return NULL;
  void *start = span(mapping, offset, *size, mapping_whole_pages(mapping->size));
  if (start == NULL) return NULL;
  if ((uint64_t)offset + (uint64_t)*size >= mapping->size) {
    *size = (int64_t)mapping->length - offset;
  }
  return start;
}

static int64_t grow(struct mappings *mappings) {
  if (mappings->count == SLOTS_MAX) return -EMFILE;
  size_t count = mappings->count == 0 ? 16 : mappings->count * 2;
  struct mapping **slots = realloc(mappings->slots, count * sizeof(struct mapping *));
  if (slots == NULL) return -ENOMEM;
  for (size_t i = mappings->count; i < count; i++) slots[i] = NULL;
  mappings->slots = slots;
  mappings->count = count;
  return 0;
}

/* The first free slot, made if need be; -errno when there is none. */
static int64_t free_slot(struct environment *environment) {
  if (environment->mappings == NULL) {
    environment->mappings = calloc(1, sizeof *environment->mappings);
    if (environment->mappings == NULL) return -ENOMEM;
  }
  struct mappings *mappings = environment->mappings;
  size_t *slot = &mappings->lowest_free;
  while (*slot < mappings->count && mappings->slots[*slot] != NULL) ++*slot;
  int64_t refused = *slot == mappings->count ? grow(mappings) : 0;
  return refused < 0 ? refused : (int64_t)*slot;
}

/* A place in a range stays reserved; what is damaged consists of more than the segment. */
static void unmap(const struct mapping *mapping) {
  if (mapping->displaced) return;
  if (mapping->range != NULL) {
    guard_cover(mapping->address, mapping->length, PROT_NONE);
  } else if (mapping->kind != MAPPING_SHM || syscall(SYS_shmdt, mapping->address) != 0) {
    munmap(mapping->address, mapping->length);
  }
}

/* A slot and a guard; -errno when there is none. */
static int64_t begin(struct environment *environment, struct mapping *mapping) {
  int64_t number = free_slot(environment);
  if (number < 0 || mapping->kind == MAPPING_RESERVED) return number;
  mapping->guard = guard_begin(mapping->address, mapping->length);
  return mapping->guard < 0 ? mapping->guard : number;
}

static int64_t begin_counted(struct environment *environment, struct mapping *mapping) {
  bool full = atomic_fetch_add(&open_count, 1) >= OPEN_MAX;
  int64_t number = full ? -EMFILE : begin(environment, mapping);
  if (number < 0) atomic_fetch_sub(&open_count, 1);
  return number;
}

int64_t mapping_adopt(struct environment *environment, void *address, size_t size,
                      enum mapping_kind kind, const struct mapping_place *place) {
  struct mapping made = {.address = address, .size = size, .kind = kind, .guard = -1};
  made.length = kind == MAPPING_RESERVED ? mapping_whole_pages(size) : guard_extent(address, size);
  made.range = place->range;
  struct mapping *mapping = malloc(sizeof *mapping);
  int64_t number = mapping == NULL ? -ENOMEM : begin_counted(environment, &made);
  if (number < 0) {
    unmap(&made);
    free(mapping);
    return number;
  }
  *mapping = made;
  if (mapping->range != NULL) mapping_enter_range(mapping);
  environment->mappings->slots[number] = mapping;
  return number;
}

/* Pages of our own take its place; the object is given back. */
static void cover(struct mapping *mapping) {
  if (guard_cover(mapping->address, mapping->length, PROT_READ | PROT_WRITE) == 0) {
    mapping->kind = MAPPING_MMAP;
  }
}

/* Frees what is closed and no longer used, and the range it lay in if that waited for it. */
static void settle(struct mapping *mapping) {
  if (!mapping->closed || mapping->held) return;
  if (mapping->windows != NULL || mapping->inside != NULL) return;
  struct mapping *range = mapping->range;
  if (mapping->guard >= 0) guard_end(mapping->guard);
  unmap(mapping);
  if (range != NULL) mapping_leave_range(mapping);
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

/* The window's ArrayBuffer; NULL where it is collected, or not remembered. */
static napi_value buffer_of(napi_env napi, const struct window *window) {
  napi_value buffer = NULL;
  if (window->buffer == NULL) return NULL;
  return napi_get_reference_value(napi, window->buffer, &buffer) == napi_ok ? buffer : NULL;
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
  bool damaged = mapping->guard >= 0 && guard_state(mapping->guard) != GUARD_WHOLE;
  mapping->closed = true;
  atomic_fetch_sub(&open_count, 1);
  if (mapping->windows != NULL || damaged) cover(mapping);
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
    napi_value buffer = buffer_of(napi, w);
    if (buffer != NULL) detach(napi, transfer, buffer);
  }
}

void mappings_destroy(struct environment *environment) {
  struct mappings *mappings = environment->mappings;
  if (mappings == NULL) return;
  for (size_t i = 0; i < mappings->count; i++) {
    struct mapping *mapping = mappings->slots[i];
    if (mapping == NULL) continue;
    if (!mapping->closed) close_mapping(mapping);
    mapping->held = false;
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
  if (window->link == NULL) return; /* it could not be made: make_window frees it */
  if (window->buffer != NULL) napi_delete_reference(napi, window->buffer);
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
}

/* An ArrayBuffer over memory of the mapping; NULL when there is none to be had. */
static napi_value make_window(napi_env napi, struct mapping *mapping, void *memory, size_t size,
                              bool remembered) {
  napi_value buffer = NULL;
  napi_value thrown = NULL;
  struct window *window = calloc(1, sizeof *window);
  if (window == NULL) return NULL;
  window->mapping = mapping;
  if (napi_create_external_arraybuffer(napi, memory, size, finalized, window, &buffer) != napi_ok) {
    napi_get_and_clear_last_exception(napi, &thrown);
    free(window);
    return NULL;
  }
  link_window(window);
  if (remembered) napi_create_reference(napi, buffer, 0, &window->buffer);
  return buffer;
}

/* mappingWindow(mapping, offset, size): undefined when there is none to be had. */
static napi_value mapping_window(napi_env napi, napi_callback_info info) {
  int64_t a[3];
  struct environment *environment;
  if (!read_integers(napi, info, 3, a, &environment)) return NULL;
  void *memory = mapping_span(environment, a[0], a[1], a[2]);
  if (memory == NULL || a[2] == 0) return NULL;
  return make_window(napi, mapping_find(environment, a[0]), memory, (size_t)a[2], true);
}

/* mappingWhole(mapping): all of it, to be brought to mappingClose; without it the buffer keeps the
 * pages of ours that take the mapping's place. Not having to remember it saves a microsecond. */
static napi_value mapping_whole(napi_env napi, napi_callback_info info) {
  int64_t a[1];
  struct environment *environment;
  if (!read_integers(napi, info, 1, a, &environment)) return NULL;
  struct mapping *mapping = mapping_find(environment, a[0]);
  if (mapping == NULL || mapping->kind == MAPPING_RESERVED || mapping->size == 0) return NULL;
  return make_window(napi, mapping, mapping->address, mapping->size, false);
}

/* mappingSize(mapping): how many bytes may be used. */
static napi_value mapping_size(napi_env napi, napi_callback_info info) {
  int64_t a[1];
  struct environment *environment;
  if (!read_integers(napi, info, 1, a, &environment)) return result(napi, -EINVAL);
  const struct mapping *mapping = mapping_find(environment, a[0]);
  return result(napi, mapping == NULL ? -EBADF : (int64_t)mapping->size);
}

/* mappingGuard(mapping): where in the guard's states its own is. */
static napi_value mapping_guard(napi_env napi, napi_callback_info info) {
  int64_t a[1];
  struct environment *environment;
  if (!read_integers(napi, info, 1, a, &environment)) return result(napi, -EINVAL);
  const struct mapping *mapping = mapping_find(environment, a[0]);
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

/* The number is free for another. */
static void forget(struct environment *environment, int64_t number) {
  struct mappings *mappings = environment->mappings;
  mappings->slots[number] = NULL;
  if ((size_t)number < mappings->lowest_free) mappings->lowest_free = (size_t)number;
}

/* Address space that waits for its ArrayBuffers to be collected. V8 knows of small ones alone, and
 * would not hurry where a window of eight bytes keeps gigabytes: told of a 16,384th of them, it
 * collects before a terabyte waits. */
enum { ADDRESS_SPACE_SHIFT = 14 };

static void charge(napi_env napi, const struct mapping *mapping, int64_t sign) {
  int64_t total = 0;
  napi_adjust_external_memory(napi, sign * (int64_t)(mapping->length >> ADDRESS_SPACE_SHIFT),
                              &total);
}

/* mappingClose(mapping, whole): 1 where mappingForget is to follow. */
static napi_value mapping_close(napi_env napi, napi_callback_info info) {
  int64_t a[1];
  struct environment *environment;
  napi_value arguments[2];
  size_t given = 2;
  if (!read_integers(napi, info, 1, a, &environment)) return result(napi, -EINVAL);
  napi_get_cb_info(napi, info, &given, arguments, NULL, NULL);
  struct mapping *mapping = mapping_find(environment, a[0]);
  if (mapping == NULL) return result(napi, -EBADF);
  close_mapping(mapping);
  mapping->held = mapping->windows != NULL;
  detach_windows(environment, mapping, arguments[1]);
  if (mapping->held) {
    charge(napi, mapping, 1);
    return result(napi, 1);
  }
  forget(environment, a[0]);
  settle(mapping);
  return result(napi, 0);
}

/* mappingForget(mapping): every ArrayBuffer over the closed mapping is collected. */
static napi_value mapping_forget(napi_env napi, napi_callback_info info) {
  int64_t a[1];
  struct environment *environment;
  if (!read_integers(napi, info, 1, a, &environment)) return result(napi, -EINVAL);
  struct mappings *mappings = environment->mappings;
  if (mappings == NULL || a[0] < 0 || (uint64_t)a[0] >= mappings->count)
    return result(napi, -EBADF);
  struct mapping *mapping = mappings->slots[a[0]];
  if (mapping == NULL || !mapping->held) return result(napi, -EBADF);
  mapping->held = false;
  charge(napi, mapping, -1);
  forget(environment, a[0]);
  settle(mapping);
  return result(napi, 0);
}

const struct call mapping_calls[] = {
    {"mappingWindow", mapping_window}, {"mappingWhole", mapping_whole},
    {"mappingSize", mapping_size},     {"mappingGuard", mapping_guard},
    {"mappingStates", mapping_states}, {"mappingClose", mapping_close},
    {"mappingForget", mapping_forget}, {NULL, NULL},
};
