/* The guard over memory that may vanish beneath us (guard.c). */
#ifndef LINUX_IPC_GUARD_H
#define LINUX_IPC_GUARD_H

#include <stddef.h>
#include <stdint.h>

/* Also what is closed and waits for its last user has one. */
enum { GUARDS_MAX = 1 << 18 };

/* What happened to guarded memory; src/sys/memory.ts has the same numbers. */
enum { GUARD_WHOLE = 0, GUARD_TRUNCATED = 1, GUARD_FORBIDDEN = 2 };

/* Watches over a range of whole pages. Its number, or -errno. */
int guard_begin(const void *start, size_t length);

/* When nobody can use the range any more, and before it is unmapped. */
void guard_end(int guard);

/* GUARDS_MAX states, a word each, for as long as the process lives. */
int32_t *guard_states(void);

/* What happened to one of them. */
int32_t guard_state(int guard);

/* Replaces all of a mapping, or of a place in one of ordinary pages, by private memory: 0 or
 * -errno. */
int guard_cover(void *start, size_t length, int protection);

/* How long a mapping really is that was asked for with `size` bytes: in whole pages, huge ones too.
 * Nobody else may use the mapping yet. */
size_t guard_extent(void *start, size_t size);

#endif
