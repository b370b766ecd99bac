/* An addon with one function that crashes for one argument in a thousand: the fuzzer of the
 * surface has to find it, or it would find nothing. */
#define NAPI_VERSION 8
#include <node_api.h>

#include <stdint.h>
#include <stdlib.h>

static napi_value canary(napi_env napi, napi_callback_info info) {
  napi_value argument;
  napi_value answer = NULL;
  size_t given = 1;
  int32_t value = 0;
  napi_get_cb_info(napi, info, &given, &argument, NULL, NULL);
  if (given > 0) napi_get_value_int32(napi, argument, &value);
  if (value > 0 && value % 1000 == 7) abort();
  napi_create_int32(napi, 0, &answer);
  return answer;
}

NAPI_MODULE_INIT() {
  napi_value function = NULL;
  napi_create_function(env, "canary", NAPI_AUTO_LENGTH, canary, NULL, &function);
  napi_set_named_property(env, exports, "canary", function);
  return exports;
}
