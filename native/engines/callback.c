/* A JavaScript function called from the event loop, as Node calls its own: microtasks run after it,
 * and what it throws is an uncaught exception.
 *
 * State machine: CLOSED -> OPEN -> RUNNING -> OPEN -> CLOSED. Closed while RUNNING, it is CLOSED
 * when the function has returned; a call in state CLOSED does nothing. */
#include "engines.h"

bool callback_open(struct callback *callback, napi_env napi, napi_value function,
                   const char *name) {
  napi_valuetype type;
  napi_value resource = NULL;
  napi_value label = NULL;
  if (napi_typeof(napi, function, &type) != napi_ok || type != napi_function) return false;
  if (napi_create_object(napi, &resource) != napi_ok) return false;
  if (napi_create_string_utf8(napi, name, NAPI_AUTO_LENGTH, &label) != napi_ok) return false;
  if (napi_async_init(napi, resource, label, &callback->context) != napi_ok) return false;
  if (napi_create_reference(napi, function, 1, &callback->function) != napi_ok) {
    napi_async_destroy(napi, callback->context);
    return false;
  }
  callback->napi = napi;
  return true;
}

void callback_call(struct callback *callback, int64_t argument) {
  if (callback->function == NULL || callback->running) return;
  napi_env napi = callback->napi;
  napi_handle_scope scope;
  napi_value function = NULL;
  napi_value global = NULL;
  napi_value thrown = NULL;
  bool pending = false;
  if (napi_open_handle_scope(napi, &scope) != napi_ok) return;
  napi_get_reference_value(napi, callback->function, &function);
  napi_get_global(napi, &global);
  napi_value count = result(napi, argument);
  callback->running = true;
  napi_make_callback(napi, callback->context, global, function, 1, &count, NULL);
  callback->running = false;
  napi_is_exception_pending(napi, &pending);
  if (pending && napi_get_and_clear_last_exception(napi, &thrown) == napi_ok) {
    napi_fatal_exception(napi, thrown);
  }
  napi_close_handle_scope(napi, scope);
  if (callback->closing) callback_close(callback);
}

void callback_close(struct callback *callback) {
  if (callback->function == NULL) return;
  if (callback->running) {
    callback->closing = true;
    return;
  }
  napi_delete_reference(callback->napi, callback->function);
  napi_async_destroy(callback->napi, callback->context);
  *callback = (struct callback){0};
}
