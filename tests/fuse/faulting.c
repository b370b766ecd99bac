/* Does what makes others wait with it, on a file whose daemon does not answer: faulting FILE. When
 * a line comes, one thread reads a page of the file that is mapped and not there; another opens a
 * path whose name then lies in such a page; another changes the mappings; another adds the file to
 * an epoll descriptor. */
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <unistd.h>

enum { PAGE = 4096, PAGES = 256 };

static const char *path;
static int file;
static int watcher;
static volatile char *mapped;
static char *name;

static void *fault(void *unused) {
  (void)mapped[200 * PAGE];
  return unused;
}

static void *open_name(void *unused) {
  (void)open(name, O_RDONLY);
  return unused;
}

static void *watch(void *unused) {
  struct epoll_event event = {.events = EPOLLIN};
  epoll_ctl(watcher, EPOLL_CTL_ADD, file, &event);
  return unused;
}

static void *map_often(void *unused) {
  for (;;) {
    void *more = mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    munmap(more, PAGE);
    usleep(1000);
  }
  return unused;
}

static void start(void *(*run)(void *)) {
  pthread_t thread;
  pthread_create(&thread, NULL, run, NULL);
}

int main(int count, char **words) {
  if (count != 2) return 2;
  path = words[1];
  file = open(path, O_RDWR);
  watcher = epoll_create1(EPOLL_CLOEXEC);
  mapped = mmap(NULL, PAGES * PAGE, PROT_READ, MAP_SHARED, file, 0);
  name = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (file < 0 || mapped == MAP_FAILED || name == MAP_FAILED) return 1;
  strcpy(name, path);
  puts("ready");
  fflush(stdout);
  if (getchar() == EOF) return 0;
  start(open_name);
  start(watch);
  start(fault);
  usleep(100000); /* for the kernel to have read the name */
  mmap(name, PAGE, PROT_READ, MAP_PRIVATE | MAP_FIXED, file, 100 * PAGE);
  start(map_often);
  puts("waiting");
  fflush(stdout);
  for (;;) pause();
}
