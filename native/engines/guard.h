/* The guard over memory that may vanish beneath us (guard.c). */
#ifndef LINUX_IPC_GUARD_H
#define LINUX_IPC_GUARD_H

#include <stddef.h>
#include <stdint.h>

enum { GUARDS_MAX = 65536 };

/* What happened to guarded memory; src/sys/memory.ts has the same numbers. */
enum { GUARD_WHOLE = 0, GUARD_TRUNCATED = 1, GUARD_FORBIDDEN = 2 };

/* Watches over a range of whole pages. Its number, or -errno. */
int guard_begin(const void *start, size_t length);
void guard_end(int guard);

/* GUARDS_MAX states, a word each, for as long as the process lives. */
int32_t *guard_states(void);

/* Replaces `length` bytes by private memory. How many were replaced, more than `length` where the
 * memory consists of huge pages, or -errno. */
int64_t guard_cover(void *start, size_t length, int protection);

#endif
