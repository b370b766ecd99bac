/* The walks of an environment, by number. */
#include <stdlib.h>

#include "../engines/engines.h"
#include "../engines/walk.h"

enum { WALKS_MAX = 16 };

struct walks {
  struct walk *slots[WALKS_MAX];
};

/* walkBegin(what): the walk's number, or -errno. */
static napi_value begin(napi_env napi, napi_callback_info info) {
  int64_t a[1];
  struct environment *environment;
  if (!read_integers(napi, info, 1, a, &environment)) return result(napi, -EINVAL);
  if (a[0] < 0 || a[0] > WALK_ALL) return result(napi, -EINVAL);
  if (environment->walks == NULL) environment->walks = calloc(1, sizeof *environment->walks);
  if (environment->walks == NULL) return result(napi, -ENOMEM);
  struct walk **slots = environment->walks->slots;
  int slot = 0;
  while (slot < WALKS_MAX && slots[slot] != NULL) slot++;
  if (slot == WALKS_MAX) return result(napi, -EAGAIN);
  int refused = walk_begin(a[0], &slots[slot]);
  return result(napi, refused < 0 ? refused : slot);
}

static struct walk *find(const struct environment *environment, int64_t number) {
  if (environment->walks == NULL || number < 0 || number >= WALKS_MAX) return NULL;
  return environment->walks->slots[number];
}

/* walkEventfd(walk): a descriptor that is the caller's to close. */
static napi_value wake(napi_env napi, napi_callback_info info) {
  int64_t a[1];
  struct environment *environment;
  if (!read_integers(napi, info, 1, a, &environment)) return result(napi, -EINVAL);
  const struct walk *walk = find(environment, a[0]);
  return result(napi, walk == NULL ? -EINVAL : walk_eventfd(walk));
}

/* walkNext(walk): a piece as a region; -EAGAIN: none yet; -ENODATA: that was all; or what the walk
 * ended with. */
static napi_value next(napi_env napi, napi_callback_info info) {
  int64_t a[1];
  struct environment *environment;
  struct records records = {0};
  if (!read_integers(napi, info, 1, a, &environment)) return result(napi, -EINVAL);
  struct walk *walk = find(environment, a[0]);
  if (walk == NULL) return result(napi, -EINVAL);
  int answer = walk_take(walk, &records);
  if (answer == 0) answer = records_adopt(&records, environment);
  free(records.bytes);
  return result(napi, answer);
}

/* walkRescue(walk) */
static napi_value rescue(napi_env napi, napi_callback_info info) {
  int64_t a[1];
  struct environment *environment;
  if (!read_integers(napi, info, 1, a, &environment)) return result(napi, -EINVAL);
  struct walk *walk = find(environment, a[0]);
  return result(napi, walk == NULL ? -EINVAL : walk_rescue(walk));
}

/* walkEnd(walk) */
static napi_value end(napi_env napi, napi_callback_info info) {
  int64_t a[1];
  struct environment *environment;
  if (!read_integers(napi, info, 1, a, &environment)) return result(napi, -EINVAL);
  struct walk *walk = find(environment, a[0]);
  if (walk == NULL) return result(napi, -EINVAL);
  walk_end(walk);
  environment->walks->slots[a[0]] = NULL;
  return result(napi, 0);
}

void walks_destroy(struct environment *environment) {
  if (environment->walks == NULL) return;
  for (size_t i = 0; i < WALKS_MAX; i++) {
    if (environment->walks->slots[i] != NULL) walk_end(environment->walks->slots[i]);
  }
  free(environment->walks);
  environment->walks = NULL;
}

const struct call walk_calls[] = {
    {"walkBegin", begin},   {"walkEventfd", wake}, {"walkNext", next},
    {"walkRescue", rescue}, {"walkEnd", end},      {NULL, NULL},
};
