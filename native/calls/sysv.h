/* The System V calls that the wait engine runs on a thread of its own. */
#ifndef LINUX_IPC_SYSV_H
#define LINUX_IPC_SYSV_H

#include <errno.h>
#include <stddef.h>

/* `message` is the 8 bytes of the type (of msgrcv: the wanted type on entry), then the text.
 * The kernel's answer, or -errno. */
long sysv_msgsnd(int id, void *message, size_t size, int flags);
long sysv_msgrcv(int id, void *message, size_t size, int flags);

/* engines/namespace.c: every queue of another IPC namespace, written to `memory`. */
long namespace_list_queues(int namespace_fd, void *memory, size_t size, int flags);

#endif
