/* Readiness: one epoll descriptor an environment, watched by the event loop, one call into
 * JavaScript a wake with everything that is ready.
 *
 * State machine: CLOSED -> OPEN by pollOpen, OPEN -> CLOSED by pollClose or by the environment's
 * end. The loop watches the epoll descriptor level-triggered: what did not fit into a batch comes
 * in the next turn, and other handles of the loop get theirs in between.
 *
 * Who owns what: everything belongs to the environment's thread; the epoll descriptor is closed
 * when the loop has let go of it. */
#include <stdlib.h>
#include <sys/epoll.h>
#include <unistd.h>
#include <uv.h>

#include "engines.h"

enum { BATCH_MAX = 256 };

struct poll_engine {
  struct environment *environment;
  uv_poll_t handle;
  int epoll;
  struct callback callback;
  int64_t ready_region;
  void (*after_stop)(void *);
  void *after_data;
};

static void ready(uv_poll_t *handle, int status, int events) {
  struct poll_engine *engine = handle->data;
  struct epoll_event batch[BATCH_MAX];
  (void)events;
  if (status < 0 || engine->callback.running) return; /* a loop inside the callback: comes again */
  uint32_t *pairs = region_span(engine->environment, engine->ready_region, 0,
                                BATCH_MAX * 2 * (int64_t)sizeof(uint32_t));
  if (pairs == NULL) return;
  int count = epoll_wait(engine->epoll, batch, BATCH_MAX, 0);
  for (int i = 0; i < count; i++) {
    pairs[2 * i] = batch[i].data.u32;
    pairs[2 * i + 1] = batch[i].events;
  }
  if (count > 0) callback_call(&engine->callback, count);
}

static void closed(uv_handle_t *handle) {
  struct poll_engine *engine = handle->data;
  void (*after)(void *) = engine->after_stop;
  void *data = engine->after_data;
  free(engine);
  if (after != NULL) after(data);
}

/* uv_poll_stop has taken the descriptor out of the loop's own epoll set: it can be closed now. */
static void engine_close(struct poll_engine *engine) {
  engine->environment->poll = NULL;
  uv_poll_stop(&engine->handle);
  close(engine->epoll);
  callback_close(&engine->callback);
  uv_close((uv_handle_t *)&engine->handle, closed);
}

static int engine_watch(struct poll_engine *engine) {
  uv_loop_t *loop = NULL;
  if (napi_get_uv_event_loop(engine->environment->napi, &loop) != napi_ok) return -EINVAL;
  engine->epoll = epoll_create1(EPOLL_CLOEXEC);
  if (engine->epoll < 0) return -errno;
  int refused = uv_poll_init(loop, &engine->handle, engine->epoll);
  if (refused != 0) {
    close(engine->epoll);
    return refused;
  }
  engine->handle.data = engine;
  uv_poll_start(&engine->handle, UV_READABLE, ready);
  uv_unref((uv_handle_t *)&engine->handle);
  return 0;
}

/* pollOpen(region, callback) */
static napi_value poll_open(napi_env napi, napi_callback_info info) {
  int64_t a[1];
  struct environment *environment;
  napi_value arguments[2];
  size_t given = 2;
  if (!read_integers(napi, info, 1, a, &environment)) return result(napi, -EINVAL);
  if (environment->poll != NULL) return result(napi, -EBUSY);
  int64_t room = BATCH_MAX * 2 * (int64_t)sizeof(uint32_t);
  if (region_span(environment, a[0], 0, room) == NULL) return result(napi, -EFAULT);
  struct poll_engine *engine = calloc(1, sizeof *engine);
  if (engine == NULL) return result(napi, -ENOMEM);
  engine->environment = environment;
  engine->ready_region = a[0];
  napi_get_cb_info(napi, info, &given, arguments, NULL, NULL);
  if (given < 2 || !callback_open(&engine->callback, napi, arguments[1], "linux-ipc.poll")) {
    free(engine);
    return result(napi, -EINVAL);
  }
  int refused = engine_watch(engine);
  if (refused < 0) {
    callback_close(&engine->callback);
    free(engine);
    return result(napi, refused);
  }
  environment->poll = engine;
  return result(napi, 0);
}

/* pollControl(operation, fd, events, token) */
static napi_value poll_control(napi_env napi, napi_callback_info info) {
  int64_t a[4];
  struct environment *environment;
  if (!read_integers(napi, info, 4, a, &environment)) return result(napi, -EINVAL);
  if (environment->poll == NULL || !fits_int(a[0]) || !fits_int(a[1])) {
    return result(napi, -EINVAL);
  }
  if (a[2] < 0 || a[2] > UINT32_MAX || a[3] < 0 || a[3] > UINT32_MAX) return result(napi, -EINVAL);
  struct epoll_event event = {.events = (uint32_t)a[2], .data.u32 = (uint32_t)a[3]};
  int answer = epoll_ctl(environment->poll->epoll, (int)a[0], (int)a[1], &event);
  return result(napi, answer < 0 ? -errno : answer);
}

static napi_value poll_reference(napi_env napi, napi_callback_info info) {
  int64_t a[1];
  struct environment *environment;
  if (!read_integers(napi, info, 1, a, &environment)) return result(napi, -EINVAL);
  if (environment->poll == NULL) return result(napi, -EINVAL);
  uv_handle_t *handle = (uv_handle_t *)&environment->poll->handle;
  if (a[0] != 0) {
    uv_ref(handle);
  } else {
    uv_unref(handle);
  }
  return result(napi, 0);
}

static napi_value poll_close(napi_env napi, napi_callback_info info) {
  int64_t a[1];
  struct environment *environment;
  if (!read_integers(napi, info, 0, a, &environment)) return result(napi, -EINVAL);
  if (environment->poll == NULL) return result(napi, -EINVAL);
  engine_close(environment->poll);
  return result(napi, 0);
}

void poll_engine_stop(struct environment *environment, void (*after)(void *), void *data) {
  struct poll_engine *engine = environment->poll;
  if (engine == NULL) {
    after(data);
    return;
  }
  engine->after_stop = after;
  engine->after_data = data;
  engine_close(engine);
}

const struct call poll_engine_calls[] = {
    {"pollOpen", poll_open},
    {"pollControl", poll_control},
    {"pollReference", poll_reference},
    {"pollClose", poll_close},
    {NULL, NULL},
};
