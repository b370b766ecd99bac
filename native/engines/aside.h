/* Work that may fall asleep in the kernel for ever, done by a child of ours: aside.c. */
#ifndef LINUX_IPC_ASIDE_H
#define LINUX_IPC_ASIDE_H

#include "../addon.h"

#include <stdatomic.h>

/* What we share with the child, which writes it. */
struct aside {
  atomic_int_least32_t at; /* the item at work */
  atomic_int_least32_t done;
};

/* Has a child do the work: 0; -ETIMEDOUT where it is asleep at item `at`, and left to itself: then
 * `shared`, and all that the work uses, may never be freed; -EAGAIN where too many are; -ECHILD
 * where it was killed; or why there is none. It may use nothing but system calls, and memory that
 * nobody else writes meanwhile. */
int aside_run(struct environment *environment, struct aside *shared, void (*work)(struct aside *));

#endif
