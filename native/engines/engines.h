/* What the engines offer to the calls and to the environment. */
#ifndef LINUX_IPC_ENGINES_H
#define LINUX_IPC_ENGINES_H

#include "../addon.h"

/* slice.c: a blocking call on a JavaScript thread, cut into slices. */
int slice_begin(struct environment *environment, int64_t ms);
void slice_end(struct environment *environment);
void slice_destroy(struct slice *slice);

/* interrupt.c: the real-time signals of the engines, chosen at first use; -errno if none is free.
 */
int interrupt_wake_signal(void);
int interrupt_tick_signal(void (*handler)(int));
void interrupt_unblock(int number); /* for the calling thread */

/* The environment ends: stops wait.c's threads at once, closes the loop's handles, then calls
 * `after` on the environment's thread, in this turn of the loop or a later one. */
void engines_stop(struct environment *environment, void (*after)(void *), void *data);

/* calls/walk.c: lets go of the walks under way. */
void walks_destroy(struct environment *environment);
/* abroad.c: the thread that is in another namespace, where there is one, ends. */
void abroad_end(struct environment *environment);

/* wait.c, poll.c: stop, then call `after`. Called once, by engines_stop. */
void wait_engine_stop(struct environment *environment, void (*after)(void *), void *data);
void poll_engine_stop(struct environment *environment, void (*after)(void *), void *data);

/* hung-polls.c: true while the fdinfo of an epoll descriptor may hang; `proc` is /proc, open. */
bool hung_polls(int proc);

/* callback.c: a JavaScript function called from the event loop. It may close itself while it runs;
 * the struct has to outlive that call. */
struct callback {
  napi_env napi;
  napi_ref function;
  napi_async_context context;
  bool running;
  bool closing;
};

bool callback_open(struct callback *callback, napi_env napi, napi_value function, const char *name);
void callback_call(struct callback *callback, int64_t argument);
void callback_close(struct callback *callback);

#endif
