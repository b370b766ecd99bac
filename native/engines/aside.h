/* Work that may fall asleep in the kernel for ever, done by a child of ours: aside.c. */
#ifndef LINUX_IPC_ASIDE_H
#define LINUX_IPC_ASIDE_H

#include "../addon.h"

#include <stdatomic.h>

/* At the head of the memory that we share with the child, which writes it. */
struct aside {
  atomic_int_least32_t at; /* the item at work */
  atomic_int_least32_t done;
};

/* Memory of that size, shared with children, all zeros; NULL without any. For munmap(2). */
void *aside_memory(size_t size);

/* Has a child do the work: 0; -ETIMEDOUT where it is asleep at item `at`, and left to itself;
 * -EAGAIN where too many are; -ECHILD where it was killed; or why there is none.
 * The child may use nothing but system calls and the shared memory. */
int aside_run(struct environment *environment, struct aside *shared, void (*work)(struct aside *));

#endif
