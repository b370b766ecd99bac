/* The packed records in which an engine hands many facts to JavaScript at once;
 * src/wire/proc/walk-record.ts reads them. */
#ifndef LINUX_IPC_RECORDS_H
#define LINUX_IPC_RECORDS_H

#include "addon.h"

enum { FLAG_TRUNCATED = 1 };

/* A record: this header, then `size` bytes, then zeros up to a multiple of eight. */
struct record {
  uint16_t tag;
  uint16_t flags;
  int32_t id;    /* what the tag says it counts or names */
  int32_t error; /* 0 or -errno */
  uint32_t size;
};

/* One record after the other, in memory that grows. All zeros: none yet. */
struct records {
  char *bytes;
  size_t used;
  size_t capacity;
  int stop; /* 0: go on; 1: the memory limit is reached; -errno: we cannot go on */
};

/* Makes room for one more record of at most `size` bytes, beside the last one of all. Where its
 * bytes go, or NULL with `stop` set. Asked again before commit, for more, it keeps the bytes. */
char *records_reserve(struct records *records, size_t size);

/* Closes the record whose bytes lie where records_reserve() said. */
void records_commit(struct records *records, struct record record);

/* A record without bytes. */
void records_put(struct records *records, int tag, int id, int error);

/* Hands them to a region, without the memory they did not need; its number, or -errno. */
int records_adopt(struct records *records, struct environment *environment);

#endif
