/* What every file of the addon shares: the state of one JavaScript environment, the table of the
 * functions it offers, and the few steps that each function begins and ends with.
 *
 * A function offered to JavaScript takes integers, reads and writes only registered regions, and
 * returns an integer: >= 0, or -errno. It never throws, and never makes an object per message. */
#ifndef LINUX_IPC_ADDON_H
#define LINUX_IPC_ADDON_H

#define NAPI_VERSION 8
#include <node_api.h>

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct poll_engine;
struct wait_engine;
struct walks;
struct abroad;
struct slice;
struct regions;
struct mapping;
struct mappings;

/* The arguments of the calls that are made once a message: JavaScript writes them here and calls
 * without any, which costs a third of a call with six (docs/performance.md, "A call"). */
enum { FRAME_WORDS = 16 };

/* So many children may be left asleep (engines/aside.c). */
enum { ASIDE_MAX = 8 };

/* Everything one environment owns. Made in addon.c when the environment loads the addon, freed by
 * the environment's cleanup; used only on the environment's own thread. */
struct environment {
  napi_env napi;
  const int32_t *frame; /* the memory of region 0, which is never released */
  struct regions *regions;
  struct mappings *mappings; /* NULL until the first */
  napi_ref transfer;         /* ArrayBuffer.prototype.transfer; NULL where there is none */
  struct slice *slice;
  struct wait_engine *wait;
  struct poll_engine *poll;
  struct walks *walks;      /* NULL until the first */
  struct abroad *abroad;    /* NULL while it looks where it is */
  int32_t aside[ASIDE_MAX]; /* their pids; 0: none */
};

struct call {
  const char *name;
  napi_callback function;
};

/* One table a file, closed by a row without a name; addon.c joins them into the exports. */
extern const struct call region_calls[];
extern const struct call fd_calls[];
extern const struct call process_calls[];
extern const struct call socket_calls[];
extern const struct call path_calls[];
extern const struct call kcmp_calls[];
extern const struct call msg_calls[];
extern const struct call mq_calls[];
extern const struct call shm_calls[];
extern const struct call sem_calls[];
extern const struct call memory_calls[];
extern const struct call mapping_calls[];
extern const struct call poll_engine_calls[];
extern const struct call handle_engine_calls[];
extern const struct call wait_engine_calls[];
extern const struct call walk_calls[];
extern const struct call abroad_engine_calls[];
extern const struct call pipe_fill_engine_calls[];

enum { ARGUMENTS_MAX = 8 };

/* Reads the first `count` arguments as integers. False when one is missing, is not a number, or
 * is not finite; the caller then returns result(napi, -EINVAL). */
bool read_integers(napi_env napi, napi_callback_info info, size_t count, int64_t *values,
                   struct environment **environment);

napi_value result(napi_env napi, int64_t value);

/* The environment of a call whose arguments are in its frame. */
struct environment *environment_of(napi_env napi, napi_callback_info info);

/* Makes a system call of five arguments, of which it may need fewer, where the environment looks:
 * here, or in the namespace that it has entered (engines/abroad.c). >= 0, or -errno. */
long looking(struct environment *environment, long number, const long *arguments);

/* Does the same with a task that makes several, whose answer it gives. */
long looking_for(struct environment *environment, long (*task)(const void *), const void *data);

static inline bool fits_int(int64_t value) { return value >= INT32_MIN && value <= INT32_MAX; }

/* Registered regions: memory that JavaScript sees as an ArrayBuffer and names by a number. */

/* The address of `size` bytes at `offset` of a region; NULL when any of them lies outside. */
void *region_span(struct environment *environment, int64_t region, int64_t offset, int64_t size);

/* Registers `memory`, which malloc gave, as a new region that will free it. The region's number, or
 * -errno; on failure the memory stays the caller's. */
int region_adopt(struct environment *environment, void *memory, size_t size);

/* Keeps a region's memory alive while another thread uses it, whatever JavaScript does. */
void *region_pin(struct environment *environment, int64_t region);
void region_unpin(struct environment *environment, void *pin);

/* Owned mappings: memory that may be shared with other processes (mapping.c). */

enum mapping_kind { MAPPING_SHM, MAPPING_MMAP, MAPPING_RESERVED };

/* Where a mapping is to lie; without an address, where the kernel likes. */
struct mapping_place {
  void *address;
  size_t length;
  struct mapping *range; /* the reserved mapping in which it lies, or NULL */
};

/* Finds the place for `length` bytes, whole pages, at `offset` of a reserved range: 0 or -errno. */
int mapping_place(struct environment *environment, int64_t range, int64_t offset, size_t length,
                  bool rounds, struct mapping_place *place);

/* The place stays kept free where a call that was to fill it has left a hole. */
void mapping_refill(const struct mapping_place *place);

/* Registers what was mapped or attached at `address`, which closing releases. The mapping's number,
 * or -errno; what was mapped is then given back. */
int64_t mapping_adopt(struct environment *environment, void *address, size_t size,
                      enum mapping_kind kind, const struct mapping_place *place);

/* The address of `size` bytes at `offset` of an open mapping; NULL when any lies outside. */
void *mapping_span(struct environment *environment, int64_t mapping, int64_t offset, int64_t size);

/* The same for calls about pages: what ends with the last byte ends with its page, however large
 * that is. */
void *mapping_pages(struct environment *environment, int64_t mapping, int64_t offset,
                    int64_t *size);

void mappings_destroy(struct environment *environment);

struct regions *regions_create(void);
void regions_destroy(struct environment *environment);

#endif
