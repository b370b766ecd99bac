/* The calls that the wait engine runs on a thread of its own: an id, memory of `size` bytes beyond
 * what each needs anyway, flags. The kernel's answer, or -errno. */
#ifndef LINUX_IPC_BLOCKING_H
#define LINUX_IPC_BLOCKING_H

#include <errno.h>
#include <stddef.h>

/* msg.c: `message` is the 8 bytes of the type (of msgrcv: the wanted type on entry), then `size`
 * bytes of text. */
long blocking_msgsnd(int id, void *message, size_t size, int flags);
long blocking_msgrcv(int id, void *message, size_t size, int flags);

/* sem.c: `operations` is an array of struct sembuf that fills `size` bytes. */
long blocking_semop(int id, void *operations, size_t size, int flags);

/* engines/namespace.c: every queue of another IPC namespace, written to `memory`. */
long namespace_list_queues(int namespace_fd, void *memory, size_t size, int flags);

#endif
