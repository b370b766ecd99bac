/* The walk: one pass over /proc, done here because a call from JavaScript costs more than the file,
 * and on threads of ours, because a process may make whoever looks at it wait. JavaScript takes the
 * packed records piece by piece, while the walk goes on; src/wire/proc/walk.ts decodes them.
 *
 * State machine of a walk:
 *
 *   WALKING   workers take the next pid of the list and visit it (visit.c). A worker hands over its
 *             records as a piece when there are enough of them, and adds one to the eventfd
 *   RESCUE    asked by JavaScript when nothing has come for a while: a worker that has not moved
 *             since the last rescue is given up. Its process becomes a record with ETIMEDOUT, what
 *             it had not handed over is visited again by another, and it ends by itself one day
 *   OVER      the last worker, or the rescue, has added the piece that ends all: how many processes
 *             vanished, and whether the memory limit cut us off
 *
 * Who owns what: a walk belongs to whoever still needs it: its environment until walkEnd or its own
 * end, and each thread until it returns; the last one frees it. What they share is guarded by the
 * lock. A worker's visitor is its thread's alone, also after it was given up. Threads are joined
 * when they have ended, or are about to, by whoever ends a walk: what hangs in the kernel could not
 * be waited for, and is joined by the end of a later walk. */
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <uv.h>

#include "engines.h"
#include "visit.h"
#include "walk.h"

enum { TAG_PROCESS = 1, TAG_END = 10 };

enum {
  WORKERS_MAX = 4,          /* at a time */
  RESCUES_MAX = 64,         /* workers that a walk may give up */
  PROCESSES_A_WORKER = 256, /* beginning a thread costs as much as a few visits */
  PIECE_PROCESSES = 64,
  PIECE_BYTES = 1 << 18,
  WALK_BYTES_MAX = 1 << 28,
  STACK_SIZE = 512 * 1024,
};

struct piece {
  struct piece *next;
  struct records records;
};

struct worker {
  struct walk *walk;
  struct visitor visitor;
  int pids[PIECE_PROCESSES]; /* whose records are not handed over; the last is being visited */
  size_t count;
  uv_thread_t thread;
  atomic_bool ended;   /* the last that the thread does */
  struct worker *next; /* of the crew */
  unsigned rescued_at; /* its progress at the last rescue */
  bool given_up;
};

struct walk {
  pthread_mutex_t lock;
  int users; /* the environment and the threads */
  int64_t what;
  bool polls_hang;
  int proc;
  int wake; /* an eventfd of our own */
  int *pids;
  size_t count;
  size_t next;
  int *again; /* of workers that were given up */
  size_t again_count;
  struct worker *working[WORKERS_MAX];
  int given_up;
  int vanished;
  size_t bytes;
  int stop;   /* 0: go on; 1: the memory limit is reached; -errno: we cannot go on */
  bool ended; /* nobody listens any more */
  bool over;  /* the last piece is there */
  struct piece *first;
  struct piece **last;
};

static void free_pieces(struct piece *piece) {
  while (piece != NULL) {
    struct piece *next = piece->next;
    free(piece->records.bytes);
    free(piece);
    piece = next;
  }
}

/* Gives up one use; called with the lock held, which is gone afterwards. */
static void leave(struct walk *walk) {
  bool last = --walk->users == 0;
  pthread_mutex_unlock(&walk->lock);
  if (!last) return;
  free_pieces(walk->first);
  if (walk->proc >= 0) close(walk->proc);
  if (walk->wake >= 0) close(walk->wake);
  pthread_mutex_destroy(&walk->lock);
  free(walk->again);
  free(walk->pids);
  free(walk);
}

/* With the lock held. Without memory for it the piece is lost, and the walk stops. */
static void add_piece(struct walk *walk, struct records *records) {
  struct piece *piece = records->used == 0 ? NULL : malloc(sizeof *piece);
  if (piece == NULL) {
    if (records->used > 0) walk->stop = -ENOMEM;
    return;
  }
  *piece = (struct piece){.records = *records};
  *records = (struct records){0};
  walk->bytes += piece->records.used;
  if (walk->bytes > WALK_BYTES_MAX && walk->stop == 0) walk->stop = 1;
  *walk->last = piece;
  walk->last = &piece->next;
}

static void wake(const struct walk *walk) {
  uint64_t one = 1;
  (void)!write(walk->wake, &one, sizeof one);
}

static bool has_workers(const struct walk *walk) {
  for (size_t i = 0; i < WORKERS_MAX; i++) {
    if (walk->working[i] != NULL) return true;
  }
  return false;
}

/* With the lock held: nobody works any more. */
static void finish(struct walk *walk) {
  struct records end = {0};
  if (records_reserve(&end, 0) == NULL) {
    walk->stop = end.stop;
  } else {
    struct record record = {.tag = TAG_END, .id = walk->vanished};
    if (walk->stop > 0) record.flags = FLAG_TRUNCATED;
    records_commit(&end, record);
    add_piece(walk, &end);
  }
  free(end.bytes);
  walk->over = true;
}

/* With the lock held: the next pid, or 0. */
static int take_pid(struct walk *walk) {
  if (walk->stop != 0 || walk->ended) return 0;
  if (walk->again_count > 0) return walk->again[--walk->again_count];
  return walk->next < walk->count ? walk->pids[walk->next++] : 0;
}

/* With the lock held: the worker's records become a piece. */
static void hand_over(struct worker *worker) {
  struct walk *walk = worker->walk;
  walk->vanished += worker->visitor.vanished;
  worker->visitor.vanished = 0;
  worker->count = 0;
  if (worker->visitor.out.stop != 0 && walk->stop == 0) walk->stop = worker->visitor.out.stop;
  add_piece(walk, &worker->visitor.out);
}

static bool is_full(const struct worker *worker) {
  const struct records *out = &worker->visitor.out;
  return worker->count == PIECE_PROCESSES || out->used > PIECE_BYTES || out->stop != 0;
}

/* With the lock held, before and after: visits until there is nothing left, or it was given up. */
static void visit_all(struct worker *worker) {
  struct walk *walk = worker->walk;
  for (int pid = take_pid(walk); pid != 0; pid = take_pid(walk)) {
    worker->pids[worker->count++] = pid;
    pthread_mutex_unlock(&walk->lock);
    visit_process(&worker->visitor, pid);
    pthread_mutex_lock(&walk->lock);
    if (worker->given_up) return;
    if (!is_full(worker)) continue;
    hand_over(worker);
    wake(walk);
  }
}

static void free_worker(struct worker *worker) {
  free(worker->visitor.out.bytes);
  free(worker);
}

static void work(void *argument) {
  struct worker *worker = argument;
  struct walk *walk = worker->walk;
  pthread_mutex_lock(&walk->lock);
  visit_all(worker);
  if (!worker->given_up) {
    hand_over(worker);
    for (size_t i = 0; i < WORKERS_MAX; i++) {
      if (walk->working[i] == worker) walk->working[i] = NULL;
    }
    if (!has_workers(walk) && !walk->over) finish(walk);
    wake(walk);
  }
  leave(walk);
  atomic_store(&worker->ended, true);
}

/* A thread on which no signal is ever handled. 0 or -errno. */
static int begin_thread(struct worker *worker) {
  uint64_t all = ~0ULL;
  uint64_t before = 0;
  uv_thread_options_t options = {.flags = UV_THREAD_HAS_STACK_SIZE, .stack_size = STACK_SIZE};
  syscall(SYS_rt_sigprocmask, SIG_SETMASK, &all, &before, sizeof all);
  int refused = uv_thread_create_ex(&worker->thread, &options, work, worker);
  syscall(SYS_rt_sigprocmask, SIG_SETMASK, &before, NULL, sizeof before);
  return refused;
}

/* The threads of all walks whose end nobody has seen yet; guarded by its own lock. */
static pthread_mutex_t crew_lock = PTHREAD_MUTEX_INITIALIZER;
static struct worker *crew;

static void enlist(struct worker *worker) {
  pthread_mutex_lock(&crew_lock);
  worker->next = crew;
  crew = worker;
  pthread_mutex_unlock(&crew_lock);
}

/* Joins those that have ended, and waits for those of `walk`, which are about to. */
static void dismiss(const struct walk *walk) {
  pthread_mutex_lock(&crew_lock);
  for (struct worker **place = &crew; *place != NULL;) {
    struct worker *worker = *place;
    bool ending = worker->walk == walk && !worker->given_up;
    if (!ending && !atomic_load(&worker->ended)) {
      place = &worker->next;
      continue;
    }
    *place = worker->next;
    uv_thread_join(&worker->thread);
    free_worker(worker);
  }
  pthread_mutex_unlock(&crew_lock);
}

/* With the lock held: one more worker, at a free place. 0 or -errno. */
static int add_worker(struct walk *walk, size_t place) {
  struct worker *worker = calloc(1, sizeof *worker);
  if (worker == NULL) return -ENOMEM;
  worker->walk = walk;
  worker->rescued_at = UINT32_MAX;
  worker->visitor.what = walk->what;
  worker->visitor.proc = walk->proc;
  worker->visitor.polls_hang = walk->polls_hang;
  walk->users++;
  walk->working[place] = worker;
  int refused = begin_thread(worker);
  if (refused == 0) {
    enlist(worker);
    return 0;
  }
  walk->users--;
  walk->working[place] = NULL;
  free_worker(worker);
  return refused;
}

static void list_process(struct visitor *visitor, int dir, const char *name, int pid) {
  (void)dir;
  (void)name;
  if (records_reserve(&visitor->out, 0) != NULL) records_put(&visitor->out, TAG_PROCESS, pid, 0);
}

/* The numbers in /proc. 0 or -errno. */
static int list_processes(struct walk *walk) {
  struct visitor *lister = calloc(1, sizeof *lister);
  if (lister == NULL) return -ENOMEM;
  walk->proc = visit_open(lister, AT_FDCWD, "/proc", O_DIRECTORY);
  int error = walk->proc;
  if (error >= 0) error = each_number(lister, walk->proc, lister->entries, list_process);
  if (error >= 0 && lister->out.stop < 0) error = lister->out.stop;
  size_t count = lister->out.used / sizeof(struct record);
  if (error >= 0) {
    walk->pids = calloc(count + 1, sizeof *walk->pids);
    walk->again = calloc((size_t)RESCUES_MAX * PIECE_PROCESSES, sizeof *walk->again);
    if (walk->pids == NULL || walk->again == NULL) error = -ENOMEM;
  }
  for (size_t i = 0; error >= 0 && i < count; i++) {
    struct record record;
    memcpy(&record, lister->out.bytes + i * sizeof record, sizeof record);
    walk->pids[walk->count++] = record.id;
  }
  free(lister->out.bytes);
  free(lister);
  return error < 0 ? error : 0;
}

/* As many as there are processors for us, but no second one for a handful of processes. */
static size_t workers_for(size_t processes) {
  cpu_set_t set;
  size_t processors = 1;
  if (sched_getaffinity(0, sizeof set, &set) == 0) processors = (size_t)CPU_COUNT(&set);
  size_t wanted = 1 + processes / PROCESSES_A_WORKER;
  if (wanted > processors) wanted = processors;
  return wanted < WORKERS_MAX ? wanted : WORKERS_MAX;
}

static struct walk *new_walk(int64_t what) {
  struct walk *walk = calloc(1, sizeof *walk);
  if (walk == NULL) return NULL;
  pthread_mutex_init(&walk->lock, NULL);
  walk->users = 1;
  walk->what = what;
  walk->proc = -1;
  walk->wake = -1;
  walk->last = &walk->first;
  return walk;
}

/* With the lock held. 0 or -errno. */
static int begin(struct walk *walk) {
  walk->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (walk->wake < 0) return -errno;
  int error = list_processes(walk);
  if (error < 0) return error;
  walk->polls_hang = (walk->what & WALK_DESCRIPTORS) != 0 && hung_polls(walk->proc);
  size_t wanted = workers_for(walk->count);
  for (size_t i = 0; i < wanted && error == 0; i++) error = add_worker(walk, i);
  return has_workers(walk) ? 0 : error;
}

int walk_begin(int64_t what, struct walk **begun) {
  struct walk *walk = new_walk(what);
  if (walk == NULL) return -ENOMEM;
  pthread_mutex_lock(&walk->lock);
  int refused = begin(walk);
  if (refused < 0) {
    walk->ended = true;
    leave(walk);
    return refused;
  }
  pthread_mutex_unlock(&walk->lock);
  *begun = walk;
  return 0;
}

int walk_eventfd(const struct walk *walk) {
  int copy = fcntl(walk->wake, F_DUPFD_CLOEXEC, 0);
  return copy < 0 ? -errno : copy;
}

int walk_take(struct walk *walk, struct records *records) {
  pthread_mutex_lock(&walk->lock);
  struct piece *piece = walk->first;
  int answer = walk->stop < 0 ? walk->stop : walk->over ? -ENODATA : -EAGAIN;
  if (piece != NULL && walk->stop >= 0) {
    walk->first = piece->next;
    if (walk->first == NULL) walk->last = &walk->first;
    *records = piece->records;
    free(piece);
    answer = 0;
  }
  pthread_mutex_unlock(&walk->lock);
  return answer;
}

/* With the lock held: its process is told of as one that could not be read in time. */
static void give_up(struct walk *walk, size_t place) {
  struct worker *worker = walk->working[place];
  struct records late = {0};
  int pid = worker->pids[worker->count - 1];
  worker->given_up = true;
  walk->working[place] = NULL;
  walk->given_up++;
  for (size_t i = 0; i + 1 < worker->count; i++) walk->again[walk->again_count++] = worker->pids[i];
  if (records_reserve(&late, 0) != NULL) records_put(&late, TAG_PROCESS, pid, -ETIMEDOUT);
  add_piece(walk, &late);
  free(late.bytes);
  if (walk->given_up < RESCUES_MAX) (void)add_worker(walk, place);
  bool left = walk->again_count > 0 || walk->next < walk->count;
  if (left && !has_workers(walk) && walk->stop == 0) {
    walk->stop = 1; /* nobody is left who would visit the others */
  }
}

int walk_rescue(struct walk *walk) {
  pthread_mutex_lock(&walk->lock);
  int before = walk->given_up;
  for (size_t i = 0; i < WORKERS_MAX; i++) {
    struct worker *worker = walk->working[i];
    if (worker == NULL || worker->count == 0) continue;
    unsigned progress = atomic_load(&worker->visitor.progress);
    if (worker->rescued_at == progress) give_up(walk, i);
    worker->rescued_at = progress;
  }
  if (!has_workers(walk) && !walk->over) finish(walk);
  int given_up = walk->given_up - before;
  pthread_mutex_unlock(&walk->lock);
  return given_up;
}

void walk_end(struct walk *walk) {
  pthread_mutex_lock(&walk->lock);
  walk->ended = true;
  bool over = walk->over;
  pthread_mutex_unlock(&walk->lock);
  dismiss(over ? walk : NULL);
  pthread_mutex_lock(&walk->lock);
  leave(walk);
}
