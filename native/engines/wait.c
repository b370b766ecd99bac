/* Blocking calls that cannot be polled, each on a thread of ours, interruptible.
 *
 * State machine of a slot, which is one thread and the one call it runs:
 *   IDLE    the thread sleeps on its condition        -> RUNNING by waitStart
 *   RUNNING the thread is in the system call          -> DONE    by the thread, whatever the result
 *   DONE    the result waits for the event loop       -> IDLE    by deliver(), which hands it over
 * A cancelled slot stays RUNNING: its timer sends the wake signal, and again every millisecond (it
 * may have come before the thread entered the call), until the call answers. If the call was done
 * first, its result stands. That is why no message is ever lost to a cancellation. After an
 * operation that spoils its thread (namespace.c) the thread ends, and deliver() joins it.
 *
 * Each thread has a kernel timer to be interrupted by, because a timer brings its signal with it:
 * tgkill of a real-time signal is refused once the user's queue of signals is full
 * (RLIMIT_SIGPENDING), and any other process of that user may fill it.
 *
 * Who owns what: `lock` guards every slot's state, flags and result, and the list of the done. The
 * arguments are written before RUNNING and read by the thread alone until DONE. The memory is a
 * pinned region, pinned and unpinned on the environment's thread. Idle threads are ended by
 * waitTrim, all of them by the environment's end; both join them. */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>
#include <uv.h>

#include "../calls/blocking.h"
#include "engines.h"

enum { THREADS_MAX = 4096, STACK_SIZE = 128 * 1024, REPEAT_MS = 1 };

enum slot_state { SLOT_IDLE, SLOT_RUNNING, SLOT_DONE };

/* The calls that may block, by number; src/sys/wait.ts has the same list. */
static const struct operation {
  long (*call)(int id, void *memory, size_t size, int flags);
  size_t head; /* bytes of the memory that stand before those that the size counts */
  bool spoils; /* leaves the thread unfit for another call */
} operations[] = {
    {blocking_msgsnd, 8, false},
    {blocking_msgrcv, 8, false},
    {namespace_list_queues, 0, true},
    {blocking_semop, 0, false},
};
enum { OPERATIONS = sizeof operations / sizeof *operations };

struct slot {
  struct wait_engine *engine;
  int number;
  enum slot_state state;
  bool cancelled;
  bool quit;
  bool ended;
  uv_thread_t thread;
  uv_cond_t wake;
  int timer; /* the kernel's timer id */
  bool has_timer;
  int operation;
  int id;
  int flags;
  void *memory;
  size_t size;
  void *pin;
  long result;
  struct slot *next_done;
};

struct wait_engine {
  struct environment *environment;
  uv_mutex_t lock;
  uv_cond_t changed; /* a thread has ended */
  uv_async_t done_signal;
  struct callback callback;
  int64_t results_region;
  size_t threads_max;
  struct slot **slots;
  struct slot *first_done;
  struct slot *last_done;
  int wake_signal;
  void (*after_stop)(void *);
  void *after_data;
};

static bool make_timer(struct slot *slot) {
  struct sigevent event = {.sigev_notify = SIGEV_THREAD_ID,
                           .sigev_signo = slot->engine->wake_signal};
  event._sigev_un._tid = (pid_t)syscall(SYS_gettid);
  return syscall(SYS_timer_create, CLOCK_MONOTONIC, &event, &slot->timer) == 0;
}

/* At once and every `ms` milliseconds; 0 stops it. */
static void set_timer(const struct slot *slot, long ms) {
  if (!slot->has_timer) return; /* the thread has not begun: it looks before it calls */
  struct itimerspec times = {.it_interval.tv_nsec = ms * 1000000, .it_value.tv_nsec = ms > 0};
  syscall(SYS_timer_settime, slot->timer, 0, &times, NULL);
}

static long run(struct slot *slot) {
  return operations[slot->operation].call(slot->id, slot->memory, slot->size, slot->flags);
}

/* Called with the lock held, which the system call is made without. */
static void serve(struct slot *slot) {
  struct wait_engine *engine = slot->engine;
  long answer = slot->has_timer ? -EINTR : -EAGAIN;
  while (answer == -EINTR && !slot->cancelled) {
    uv_mutex_unlock(&engine->lock);
    answer = run(slot);
    uv_mutex_lock(&engine->lock);
  }
  slot->result = answer == -EINTR ? -ECANCELED : answer;
  if (slot->cancelled) set_timer(slot, 0);
  if (operations[slot->operation].spoils || !slot->has_timer) slot->quit = true;
  slot->state = SLOT_DONE;
  slot->next_done = NULL;
  if (engine->last_done == NULL) {
    engine->first_done = slot;
  } else {
    engine->last_done->next_done = slot;
  }
  engine->last_done = slot;
  uv_async_send(&engine->done_signal);
}

static void thread_main(void *data) {
  struct slot *slot = data;
  struct wait_engine *engine = slot->engine;
  prctl(PR_SET_NAME, "ipc-wait");
  interrupt_unblock(engine->wake_signal); /* the thread was born with every signal blocked */
  uv_mutex_lock(&engine->lock);
  slot->has_timer = make_timer(slot);
  for (;;) {
    while (slot->state != SLOT_RUNNING && !slot->quit) uv_cond_wait(&slot->wake, &engine->lock);
    if (slot->state != SLOT_RUNNING) break;
    serve(slot);
    if (slot->quit) break;
  }
  if (slot->has_timer) syscall(SYS_timer_delete, slot->timer);
  slot->ended = true;
  uv_cond_signal(&engine->changed);
  uv_mutex_unlock(&engine->lock);
}

/* All signals are blocked while the thread is made, so that it starts with all of them blocked. */
static int start_thread(struct slot *slot) {
  uint64_t all = ~0ULL;
  uint64_t before = 0;
  uv_thread_options_t options = {.flags = UV_THREAD_HAS_STACK_SIZE, .stack_size = STACK_SIZE};
  syscall(SYS_rt_sigprocmask, SIG_SETMASK, &all, &before, sizeof all);
  int refused = uv_thread_create_ex(&slot->thread, &options, thread_main, slot);
  syscall(SYS_rt_sigprocmask, SIG_SETMASK, &before, NULL, sizeof before);
  return refused;
}

static struct slot *new_slot(struct wait_engine *engine, int number) {
  struct slot *slot = calloc(1, sizeof *slot);
  if (slot == NULL) return NULL;
  slot->engine = engine;
  slot->number = number;
  slot->state = SLOT_IDLE;
  if (uv_cond_init(&slot->wake) != 0) {
    free(slot);
    return NULL;
  }
  if (start_thread(slot) != 0) {
    uv_cond_destroy(&slot->wake);
    free(slot);
    return NULL;
  }
  return slot;
}

/* An idle thread if there is one, a new one if there is room; the slot's number, or -errno. */
static int take_slot(struct wait_engine *engine) {
  int vacant = -EAGAIN;
  for (size_t i = 0; i < engine->threads_max; i++) {
    if (engine->slots[i] == NULL) {
      if (vacant < 0) vacant = (int)i;
    } else if (engine->slots[i]->state == SLOT_IDLE) {
      return (int)i;
    }
  }
  if (vacant < 0) return -EAGAIN;
  engine->slots[vacant] = new_slot(engine, vacant);
  return engine->slots[vacant] == NULL ? -ENOMEM : vacant;
}

/* Ends and joins one thread, interrupting what it is in. Called with the lock held. */
static void end_thread(struct wait_engine *engine, size_t number) {
  struct slot *slot = engine->slots[number];
  slot->quit = true;
  slot->cancelled = true;
  uv_cond_signal(&slot->wake);
  if (slot->state == SLOT_RUNNING) set_timer(slot, REPEAT_MS);
  while (!slot->ended) uv_cond_wait(&engine->changed, &engine->lock);
  uv_mutex_unlock(&engine->lock);
  uv_thread_join(&slot->thread);
  uv_mutex_lock(&engine->lock);
  uv_cond_destroy(&slot->wake);
  free(slot);
  engine->slots[number] = NULL;
}

/* Hands the results over: pairs of (slot, result) in the region, one call into JavaScript. */
static void deliver(uv_async_t *signal) {
  struct wait_engine *engine = signal->data;
  if (engine->callback.running) return; /* a loop inside the callback: handed over after it */
  int64_t room = (int64_t)engine->threads_max * 2 * (int64_t)sizeof(int32_t);
  int32_t *pairs = region_span(engine->environment, engine->results_region, 0, room);
  int64_t count = 0;
  uv_mutex_lock(&engine->lock);
  struct slot *slot = engine->first_done;
  engine->first_done = engine->last_done = NULL;
  while (slot != NULL) {
    struct slot *next = slot->next_done;
    if (pairs != NULL) {
      pairs[2 * count] = slot->number;
      pairs[2 * count + 1] = (int32_t)slot->result;
      count++;
    }
    region_unpin(engine->environment, slot->pin);
    slot->pin = NULL;
    slot->state = SLOT_IDLE;
    if (slot->quit) end_thread(engine, (size_t)slot->number);
    slot = next;
  }
  uv_mutex_unlock(&engine->lock);
  if (count == 0) return;
  callback_call(&engine->callback, count);
  uv_mutex_lock(&engine->lock);
  if (engine->first_done != NULL) uv_async_send(&engine->done_signal);
  uv_mutex_unlock(&engine->lock);
}

static bool open_loop_handle(struct wait_engine *engine) {
  uv_loop_t *loop = NULL;
  if (napi_get_uv_event_loop(engine->environment->napi, &loop) != napi_ok) return false;
  if (uv_async_init(loop, &engine->done_signal, deliver) != 0) return false;
  uv_unref((uv_handle_t *)&engine->done_signal);
  engine->done_signal.data = engine;
  return true;
}

static void engine_free(struct wait_engine *engine) {
  uv_cond_destroy(&engine->changed);
  uv_mutex_destroy(&engine->lock);
  free(engine->slots);
  free(engine);
}

static struct wait_engine *engine_create(struct environment *environment, size_t threads_max) {
  struct wait_engine *engine = calloc(1, sizeof *engine);
  if (engine == NULL) return NULL;
  engine->slots = calloc(threads_max, sizeof(struct slot *));
  if (engine->slots == NULL || uv_mutex_init(&engine->lock) != 0) {
    free(engine->slots);
    free(engine);
    return NULL;
  }
  if (uv_cond_init(&engine->changed) != 0) {
    uv_mutex_destroy(&engine->lock);
    free(engine->slots);
    free(engine);
    return NULL;
  }
  engine->environment = environment;
  engine->threads_max = threads_max;
  return engine;
}

/* waitOpen(region, threadsMax, callback) */
static napi_value wait_open(napi_env napi, napi_callback_info info) {
  int64_t a[2];
  struct environment *environment;
  napi_value arguments[3];
  size_t given = 3;
  if (!read_integers(napi, info, 2, a, &environment)) return result(napi, -EINVAL);
  if (environment->wait != NULL) return result(napi, -EBUSY);
  if (a[1] < 1 || a[1] > THREADS_MAX) return result(napi, -EINVAL);
  int64_t room = a[1] * 2 * (int64_t)sizeof(int32_t);
  if (region_span(environment, a[0], 0, room) == NULL) return result(napi, -EFAULT);
  int wake_signal = interrupt_wake_signal();
  if (wake_signal < 0) return result(napi, wake_signal);
  struct wait_engine *engine = engine_create(environment, (size_t)a[1]);
  if (engine == NULL) return result(napi, -ENOMEM);
  engine->results_region = a[0];
  engine->wake_signal = wake_signal;
  napi_get_cb_info(napi, info, &given, arguments, NULL, NULL);
  if (given < 3 || !callback_open(&engine->callback, napi, arguments[2], "linux-ipc.wait")) {
    engine_free(engine);
    return result(napi, -EINVAL);
  }
  if (!open_loop_handle(engine)) {
    callback_close(&engine->callback);
    engine_free(engine);
    return result(napi, -ENOMEM);
  }
  environment->wait = engine;
  return result(napi, 0);
}

/* waitStart(operation, id, region, offset, size, flags): the span is the operation's head and
 * `size` bytes. */
static napi_value wait_start(napi_env napi, napi_callback_info info) {
  int64_t a[6];
  struct environment *environment;
  if (!read_integers(napi, info, 6, a, &environment)) return result(napi, -EINVAL);
  struct wait_engine *engine = environment->wait;
  if (engine == NULL || a[0] < 0 || a[0] >= OPERATIONS) return result(napi, -EINVAL);
  if (!fits_int(a[1]) || !fits_int(a[5]) || a[4] < 0 || a[4] > INT32_MAX) {
    return result(napi, -EINVAL);
  }
  int64_t head = (int64_t)operations[a[0]].head;
  void *memory = region_span(environment, a[2], a[3], head + a[4]);
  if (memory == NULL) return result(napi, -EFAULT);
  uv_mutex_lock(&engine->lock);
  int number = take_slot(engine);
  if (number >= 0) {
    struct slot *slot = engine->slots[number];
    slot->operation = (int)a[0];
    slot->id = (int)a[1];
    slot->memory = memory;
    slot->size = (size_t)a[4];
    slot->flags = (int)a[5];
    slot->pin = region_pin(environment, a[2]);
    slot->cancelled = false;
    slot->state = SLOT_RUNNING;
    uv_cond_signal(&slot->wake);
  }
  uv_mutex_unlock(&engine->lock);
  return result(napi, number);
}

static napi_value wait_cancel(napi_env napi, napi_callback_info info) {
  int64_t a[1];
  struct environment *environment;
  if (!read_integers(napi, info, 1, a, &environment)) return result(napi, -EINVAL);
  struct wait_engine *engine = environment->wait;
  if (engine == NULL || a[0] < 0 || (uint64_t)a[0] >= engine->threads_max) {
    return result(napi, -EINVAL);
  }
  uv_mutex_lock(&engine->lock);
  struct slot *slot = engine->slots[a[0]];
  bool running = slot != NULL && slot->state == SLOT_RUNNING;
  if (running) {
    slot->cancelled = true;
    set_timer(slot, REPEAT_MS);
  }
  uv_mutex_unlock(&engine->lock);
  return result(napi, running ? 0 : -ESRCH);
}

static napi_value wait_reference(napi_env napi, napi_callback_info info) {
  int64_t a[1];
  struct environment *environment;
  if (!read_integers(napi, info, 1, a, &environment)) return result(napi, -EINVAL);
  if (environment->wait == NULL) return result(napi, -EINVAL);
  uv_handle_t *handle = (uv_handle_t *)&environment->wait->done_signal;
  if (a[0] != 0) {
    uv_ref(handle);
  } else {
    uv_unref(handle);
  }
  return result(napi, 0);
}

static napi_value wait_trim(napi_env napi, napi_callback_info info) {
  int64_t a[1];
  struct environment *environment;
  if (!read_integers(napi, info, 0, a, &environment)) return result(napi, -EINVAL);
  struct wait_engine *engine = environment->wait;
  if (engine == NULL) return result(napi, 0);
  uv_mutex_lock(&engine->lock);
  for (size_t i = 0; i < engine->threads_max; i++) {
    if (engine->slots[i] != NULL && engine->slots[i]->state == SLOT_IDLE) end_thread(engine, i);
  }
  uv_mutex_unlock(&engine->lock);
  return result(napi, 0);
}

static void closed(uv_handle_t *handle) {
  struct wait_engine *engine = handle->data;
  void (*after)(void *) = engine->after_stop;
  void *data = engine->after_data;
  engine_free(engine);
  after(data);
}

void wait_engine_stop(struct environment *environment, void (*after)(void *), void *data) {
  struct wait_engine *engine = environment->wait;
  if (engine == NULL) {
    after(data);
    return;
  }
  environment->wait = NULL;
  engine->after_stop = after;
  engine->after_data = data;
  uv_mutex_lock(&engine->lock);
  for (size_t i = 0; i < engine->threads_max; i++) {
    if (engine->slots[i] == NULL) continue;
    end_thread(engine, i);
    /* Nobody takes results any more, and the next thread must not link its own to a freed one. */
    engine->first_done = engine->last_done = NULL;
  }
  uv_mutex_unlock(&engine->lock);
  callback_close(&engine->callback);
  uv_close((uv_handle_t *)&engine->done_signal, closed);
}

const struct call wait_engine_calls[] = {
    {"waitOpen", wait_open},           {"waitStart", wait_start}, {"waitCancel", wait_cancel},
    {"waitReference", wait_reference}, {"waitTrim", wait_trim},   {NULL, NULL},
};
