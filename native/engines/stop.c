/* The end of an environment's engines, one after the other.
 *
 * State machine: WAITING-THREADS -> POLLING -> DONE, each step begun by the end of the one before.
 */
#include <stdlib.h>

#include "engines.h"

struct stopping {
  struct environment *environment;
  void (*after)(void *);
  void *data;
};

static void poll_stopped(void *data) {
  struct stopping *stopping = data;
  stopping->after(stopping->data);
  free(stopping);
}

static void wait_stopped(void *data) {
  struct stopping *stopping = data;
  poll_engine_stop(stopping->environment, poll_stopped, stopping);
}

void engines_stop(struct environment *environment, void (*after)(void *), void *data) {
  struct stopping *stopping = malloc(sizeof *stopping);
  if (stopping == NULL) abort();
  *stopping = (struct stopping){.environment = environment, .after = after, .data = data};
  wait_engine_stop(environment, wait_stopped, stopping);
}
