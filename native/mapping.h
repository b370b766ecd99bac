/* What a mapping is (mapping.c), for the file of ranges too (range.c). */
#ifndef LINUX_IPC_MAPPING_H
#define LINUX_IPC_MAPPING_H

#include "addon.h"

struct window;

struct mapping {
  char *address;
  size_t size;   /* what may be used */
  size_t length; /* what is mapped, in whole pages */
  enum mapping_kind kind;
  int guard; /* -1: without */
  bool closed;
  bool held;              /* closed, and JavaScript may have ArrayBuffers of it */
  bool displaced;         /* closed, and another lies in its place */
  struct window *windows; /* whose memory V8 has */
  struct mapping *range;  /* the reserved mapping it lies in, or NULL */
  struct mapping *inside; /* of a reserved one: the first that lies in it */
  struct mapping *next_inside;
};

size_t mapping_whole_pages(size_t size);

/* The open mapping of a number; NULL when there is none. */
struct mapping *mapping_find(struct environment *environment, int64_t number);

/* Mappings that lie in a reserved one. */
void mapping_enter_range(struct mapping *mapping);
void mapping_leave_range(const struct mapping *mapping);

#endif
