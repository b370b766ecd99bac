/* A blocking call on a JavaScript thread, cut into slices: a timer of the thread interrupts the
 * call, JavaScript gets to look whether its environment is ending, and calls again.
 *
 * State machine of the timer: IDLE -> TICKING when a call blocks; TICKING -> IDLE by the handler
 * when a tick finds the thread outside such a call. A call that finds the timer ticking arms
 * nothing, so that a busy exchange of messages costs no system call beyond its own.
 *
 * Who owns what: everything here belongs to one JavaScript thread. The handler runs on that thread,
 * in the midst of the rest, and touches `blocked`, `interval` and the timer alone; slice_begin sets
 * `blocked` before it reads `interval`, the handler reads `blocked` before it clears `interval`, so
 * a call never blocks without a timer. The environment's end deletes the timer. */
#include <signal.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "engines.h"

enum { SLICE_MS = 100 };

struct slice {
  int users;                      /* environments of this thread that have used it */
  int timer;                      /* the kernel's timer id */
  volatile sig_atomic_t blocked;  /* the thread is in, or about to enter, a blocking call */
  volatile sig_atomic_t interval; /* of the ticking timer, in milliseconds; 0 when idle */
};

/* Read by the handler: initial-exec, so that the access allocates nothing. */
static _Thread_local struct slice *of_this_thread __attribute__((tls_model("initial-exec")));

static long set_timer(const struct slice *slice, long ms) {
  struct timespec every = {.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000};
  struct itimerspec times = {.it_interval = every, .it_value = every};
  return syscall(SYS_timer_settime, slice->timer, 0, &times, NULL);
}

static void tick(int number) {
  (void)number;
  int saved = errno;
  struct slice *slice = of_this_thread;
  if (slice != NULL && slice->blocked == 0 && slice->interval != 0) {
    slice->interval = 0;
    set_timer(slice, 0);
  }
  errno = saved;
}

static int slice_create(struct environment *environment) {
  if (of_this_thread != NULL) {
    of_this_thread->users++;
    environment->slice = of_this_thread;
    return 0;
  }
  int number = interrupt_tick_signal(tick);
  if (number < 0) return number;
  struct slice *slice = calloc(1, sizeof *slice);
  if (slice == NULL) return -ENOMEM;
  struct sigevent event = {.sigev_notify = SIGEV_THREAD_ID, .sigev_signo = number};
  event._sigev_un._tid = (pid_t)syscall(SYS_gettid);
  if (syscall(SYS_timer_create, CLOCK_MONOTONIC, &event, &slice->timer) != 0) {
    int refused = -errno;
    free(slice);
    return refused;
  }
  interrupt_unblock(number); /* the parent may have left it blocked */
  slice->users = 1;
  environment->slice = of_this_thread = slice;
  return 0;
}

int slice_begin(struct environment *environment, int64_t ms) {
  if (environment->slice == NULL) {
    int refused = slice_create(environment);
    if (refused < 0) return refused;
  }
  struct slice *slice = environment->slice;
  long interval = ms < 1 ? 1 : ms > SLICE_MS ? SLICE_MS : (long)ms;
  slice->blocked = 1;
  if (interval == SLICE_MS && slice->interval == SLICE_MS) return 0;
  slice->interval = (sig_atomic_t)interval;
  if (set_timer(slice, interval) != 0) {
    slice->blocked = 0;
    return -errno;
  }
  return 0;
}

void slice_end(struct environment *environment) { environment->slice->blocked = 0; }

void slice_destroy(struct slice *slice) {
  if (slice == NULL || --slice->users > 0) return;
  syscall(SYS_timer_delete, slice->timer);
  of_this_thread = NULL;
  free(slice);
}
