/* The blocking System V calls, as the thread engine runs them. */
#ifndef LINUX_IPC_SYSV_H
#define LINUX_IPC_SYSV_H

#include <stddef.h>

/* `message` is the 8 bytes of the type (of msgrcv: the wanted type on entry), then the text.
 * The kernel's answer, or -errno. */
long sysv_msgsnd(int id, void *message, size_t size, int flags);
long sysv_msgrcv(int id, void *message, size_t size, int flags);

#endif
