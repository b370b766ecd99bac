/* One visitor reads one process after the other; walk.c sends several out at once. */
#ifndef LINUX_IPC_VISIT_H
#define LINUX_IPC_VISIT_H

#include <stdatomic.h>

#include "../records.h"

enum { LISTING_SIZE = 32768 };

struct visitor {
  struct records out;
  int64_t what;    /* a sum of the WALK_ bits */
  int proc;        /* /proc, which is the walk's */
  bool polls_hang; /* the fdinfo of epoll descriptors may never come */
  int vanished;    /* processes that ended while they were read */

  atomic_uint progress; /* grows with each file and descriptor: whoever stands still hangs */

  bool missing;     /* of this process something answered ENOENT or ESRCH */
  int refused;      /* of this listing the first refusal, -errno, speaks for the rest; or 0 */
  int other_thread; /* of this process, alive beside its leader; 0 if none */
  int base;         /* where the files of this process are found */
  char entries[LISTING_SIZE];
};

/* Adds the records of a process; nothing where there is none of that number any more. Afterwards
 * out.stop says whether the visitor can go on. */
void visit_process(struct visitor *visitor, int pid);

typedef void numbered(struct visitor *visitor, int dir, const char *name, int number);

/* Calls `see` for each entry of a directory that is named by a number. 0 or -errno. */
int each_number(struct visitor *visitor, int dir, char *listing, numbered *see);

/* openat(2) for reading; out.stop is set where that says that we cannot go on. */
int visit_open(struct visitor *visitor, int dir, const char *name, int flags);

#endif
