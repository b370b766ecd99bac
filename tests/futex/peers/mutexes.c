/* Threads and processes that wait for mutexes: mutexes WAY [NAME]. It prints a line for each thing
 * a test has to know, "NAME=VALUE" with a space between, and waits for the end of its input.
 *
 *   shared | robust | pi NAME   a mutex in POSIX shared memory; a child waits for it
 *   timed NAME                  the same, and the child gives up after an hour
 *   dead NAME                   who held the mutex has ended; a child waits for it
 *   circle NAME                 two processes wait for each other
 *   private                     a thread waits for a mutex that the main thread holds
 *   twice                       a thread waits for a mutex that it holds itself
 *   work                        three threads wait for work, on a condition and in pthread_join()
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { APART = 64 };

static void check(bool ok, const char *what) {
  if (ok) return;
  perror(what);
  exit(1);
}

static pthread_mutex_t *mutex_at(char *memory, int index, const char *way) {
  pthread_mutexattr_t attributes;
  pthread_mutexattr_init(&attributes);
  pthread_mutexattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED);
  if (strcmp(way, "robust") == 0) pthread_mutexattr_setrobust(&attributes, PTHREAD_MUTEX_ROBUST);
  if (strcmp(way, "pi") == 0) pthread_mutexattr_setprotocol(&attributes, PTHREAD_PRIO_INHERIT);
  pthread_mutex_t *mutex = (pthread_mutex_t *)(memory + index * APART);
  check(pthread_mutex_init(mutex, &attributes) == 0, "pthread_mutex_init");
  return mutex;
}

static char *shared_page(const char *name) {
  int fd = shm_open(name, O_RDWR | O_CREAT, 0600);
  check(fd >= 0 && ftruncate(fd, 4096) == 0, "shm_open");
  char *memory = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  check(memory != MAP_FAILED, "mmap");
  close(fd);
  return memory;
}

/* A child that ends with its parent, whatever happens. */
static pid_t forked(void) {
  fflush(stdout);
  pid_t child = fork();
  check(child >= 0, "fork");
  if (child == 0) prctl(PR_SET_PDEATHSIG, SIGKILL);
  return child;
}

static pid_t waiter(pthread_mutex_t *mutex, bool timed) {
  pid_t child = forked();
  if (child != 0) return child;
  struct timespec until;
  clock_gettime(CLOCK_REALTIME, &until);
  until.tv_sec += 3600;
  if (timed)
    pthread_mutex_timedlock(mutex, &until);
  else
    pthread_mutex_lock(mutex);
  _exit(0);
}

static void in_shared_memory(const char *way, const char *name) {
  pthread_mutex_t *mutex = mutex_at(shared_page(name), 1, way);
  pthread_mutex_lock(mutex);
  printf("owner=%d waiter=%d\n", getpid(), waiter(mutex, strcmp(way, "timed") == 0));
}

static void dead_owner(const char *name) {
  pthread_mutex_t *mutex = mutex_at(shared_page(name), 0, "");
  pid_t owner = forked();
  if (owner == 0) {
    pthread_mutex_lock(mutex);
    _exit(0);
  }
  waitpid(owner, NULL, 0);
  printf("owner=%d waiter=%d\n", owner, waiter(mutex, false));
}

static void circle(const char *name) {
  char *memory = shared_page(name);
  pthread_mutex_t *mutexes[] = {mutex_at(memory, 0, ""), mutex_at(memory, 1, "")};
  pid_t children[2];
  for (int i = 0; i < 2; i++) {
    int ready[2];
    check(pipe(ready) == 0, "pipe");
    children[i] = forked();
    if (children[i] == 0) {
      pthread_mutex_lock(mutexes[i]);
      check(write(ready[1], "x", 1) == 1, "write");
      /* Until the other has its own. */
      while (pthread_mutex_trylock(mutexes[1 - i]) == 0) {
        pthread_mutex_unlock(mutexes[1 - i]);
        usleep(1000);
      }
      pthread_mutex_lock(mutexes[1 - i]);
      _exit(0);
    }
    char byte;
    check(read(ready[0], &byte, 1) == 1, "read");
    close(ready[0]);
    close(ready[1]);
  }
  printf("first=%d second=%d\n", children[0], children[1]);
}

static pthread_mutex_t own = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t never = PTHREAD_COND_INITIALIZER;

static void *lock_it(void *result) {
  *(volatile pid_t *)result = gettid();
  pthread_mutex_lock(&own);
  return NULL;
}

static void *lock_it_twice(void *result) {
  pthread_mutex_lock(&own);
  return lock_it(result);
}

static void *wait_for_work(void *unused) {
  pthread_mutex_lock(&own);
  for (;;) pthread_cond_wait(&never, &own);
  return unused;
}

static void *join_it(void *thread) {
  pthread_join(*(pthread_t *)thread, NULL);
  return NULL;
}

static void with_a_thread(void *(*run)(void *)) {
  volatile pid_t tid = 0;
  pthread_t thread;
  pthread_create(&thread, NULL, run, (void *)&tid);
  while (tid == 0) usleep(1000);
  printf("owner=%d waiter=%d\n", getpid(), (int)tid);
}

static void idle_threads(void) {
  static pthread_t threads[3];
  pthread_create(&threads[0], NULL, wait_for_work, NULL);
  pthread_create(&threads[1], NULL, wait_for_work, NULL);
  pthread_create(&threads[2], NULL, join_it, &threads[0]);
  printf("owner=%d\n", getpid());
}

int main(int count, char **values) {
  const char *way = count > 1 ? values[1] : "";
  const char *name = count > 2 ? values[2] : "/mutexes";
  if (strcmp(way, "dead") == 0)
    dead_owner(name);
  else if (strcmp(way, "circle") == 0)
    circle(name);
  else if (strcmp(way, "private") == 0)
    pthread_mutex_lock(&own), with_a_thread(lock_it);
  else if (strcmp(way, "twice") == 0)
    with_a_thread(lock_it_twice);
  else if (strcmp(way, "work") == 0)
    idle_threads();
  else
    in_shared_memory(way, name);
  fflush(stdout);
  char line[16];
  while (fgets(line, sizeof line, stdin) != NULL) continue;
  if (count > 2) shm_unlink(name);
  /* The waiting children end with us. */
  return 0;
}
