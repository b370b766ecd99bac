/* How every function offered to JavaScript begins and ends: integers in, an integer out. */
#include "addon.h"

bool read_integers(napi_env napi, napi_callback_info info, size_t count, int64_t *values,
                   struct environment **environment) {
  napi_value arguments[ARGUMENTS_MAX];
  size_t given = ARGUMENTS_MAX;
  void *data = NULL;
  if (napi_get_cb_info(napi, info, &given, arguments, NULL, &data) != napi_ok) return false;
  if (given < count) return false;
  for (size_t i = 0; i < count; i++) {
    double value = 0;
    if (napi_get_value_double(napi, arguments[i], &value) != napi_ok) return false;
    /* Whole numbers that a double carries exactly; NaN fails every comparison. */
    if (!(value >= -9007199254740992.0 && value <= 9007199254740992.0)) return false;
    values[i] = (int64_t)value;
    if ((double)values[i] != value) return false;
  }
  *environment = data;
  return true;
}

struct environment *environment_of(napi_env napi, napi_callback_info info) {
  void *data = NULL;
  napi_get_cb_info(napi, info, NULL, NULL, NULL, &data);
  return data;
}

napi_value result(napi_env napi, int64_t value) {
  napi_value number = NULL;
  if (fits_int(value)) {
    napi_create_int32(napi, (int32_t)value, &number);
  } else {
    napi_create_int64(napi, value, &number);
  }
  return number;
}
