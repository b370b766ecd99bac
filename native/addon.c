/* The addon's door: makes the state of one environment, offers every call to it, and takes the
 * state down when the environment ends, be it the process or a terminated worker. */
#include "addon.h"

#include <stdlib.h>
#include <uv.h>

#include "engines/engines.h"

static const struct call *const tables[] = {
    region_calls,      mapping_calls, fd_calls,
    process_calls,     msg_calls,     shm_calls,
    sem_calls,         memory_calls,  poll_engine_calls,
    wait_engine_calls, walk_calls,    abroad_engine_calls,
    mq_calls,          socket_calls,  pipe_fill_engine_calls,
    path_calls,        kcmp_calls,    handle_engine_calls,
};

static bool offer(struct environment *environment, napi_value exports, const struct call *call) {
  napi_value function = NULL;
  return napi_create_function(environment->napi, call->name, NAPI_AUTO_LENGTH, call->function,
                              environment, &function) == napi_ok &&
         napi_set_named_property(environment->napi, exports, call->name, function) == napi_ok;
}

static void environment_free(struct environment *environment, napi_async_cleanup_hook_handle hook) {
  walks_destroy(environment);
  abroad_end(environment);
  slice_destroy(environment->slice);
  mappings_destroy(environment);
  regions_destroy(environment);
  free(environment);
  napi_remove_async_cleanup_hook(hook);
}

/* The frame is the first region, so that JavaScript finds it by the number 0. */
static bool make_frame(struct environment *environment) {
  int32_t *frame = calloc(FRAME_WORDS, sizeof *frame);
  if (frame == NULL) return false;
  environment->frame = frame;
  if (region_adopt(environment, frame, FRAME_WORDS * sizeof *frame) == 0) return true;
  free(frame);
  return false;
}

struct ending {
  struct environment *environment;
  napi_async_cleanup_hook_handle hook;
};

static void after_engines(void *data) {
  struct ending *ending = data;
  environment_free(ending->environment, ending->hook);
  free(ending);
}

/* The environment ends: JavaScript no longer runs, threads of ours may still be blocked. First the
 * threads, which use regions; then the loop's handles, which close in a later turn; then memory. */
static void environment_end(napi_async_cleanup_hook_handle hook, void *data) {
  struct environment *environment = data;
  struct ending *ending = malloc(sizeof *ending);
  if (ending == NULL) abort();
  *ending = (struct ending){.environment = environment, .hook = hook};
  engines_stop(environment, after_engines, ending);
}

/* NULL when memory is short; the environment's end frees what was made. */
static struct environment *environment_begin(napi_env napi) {
  struct environment *environment = calloc(1, sizeof *environment);
  if (environment == NULL) return NULL;
  environment->napi = napi;
  environment->regions = regions_create();
  bool ready = environment->regions != NULL && make_frame(environment) &&
               napi_add_async_cleanup_hook(napi, environment_end, environment, NULL) == napi_ok;
  if (ready) return environment;
  if (environment->regions != NULL) regions_destroy(environment);
  free(environment);
  return NULL;
}

/* Taken before any program can replace it; Node has it from version 22. */
static void find_transfer(struct environment *environment) {
  napi_env napi = environment->napi;
  napi_value value = NULL;
  napi_valuetype type = napi_undefined;
  napi_get_global(napi, &value);
  static const char *const path[] = {"ArrayBuffer", "prototype", "transfer"};
  for (size_t i = 0; i < sizeof path / sizeof *path; i++) {
    if (napi_get_named_property(napi, value, path[i], &value) != napi_ok) return;
  }
  if (napi_typeof(napi, value, &type) != napi_ok || type != napi_function) return;
  napi_create_reference(napi, value, 1, &environment->transfer);
}

NAPI_MODULE_INIT() {
  struct environment *environment = environment_begin(env);
  bool ready = environment != NULL;
  if (ready) find_transfer(environment);
  for (size_t t = 0; ready && t < sizeof tables / sizeof *tables; t++) {
    for (const struct call *call = tables[t]; ready && call->name != NULL; call++) {
      ready = offer(environment, exports, call);
    }
  }
  return exports; /* without its last function when memory was short: src/sys/addon.ts looks */
}
