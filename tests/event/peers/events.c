/* Descriptors that events come from, each made and waited on as its manual page says: `events WHAT`
 * prints one line of numbers and blocks, until it is killed. */
#include <linux/io_uring.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/prctl.h>
#include <sys/select.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <sys/wait.h>
#include <unistd.h>

static void say(int a, int b, int c) {
  printf("%d %d %d\n", a, b, c);
  fflush(stdout);
}

static void read_eight(int fd) {
  uint64_t value[16];
  if (read(fd, value, sizeof value) < 0) exit(1);
}

static void full_eventfd(void) {
  int fd = eventfd(0, 0);
  uint64_t most = UINT64_MAX - 1;
  if (write(fd, &most, sizeof most) < 0) exit(1);
  say(fd, 0, 0);
  if (write(fd, &most, sizeof most) < 0) exit(1);
}

static void polled(int events) {
  int fd = eventfd(0, EFD_SEMAPHORE);
  struct pollfd one = {.fd = fd, .events = (short)events};
  if (events == POLLOUT && eventfd_write(fd, UINT64_MAX - 1) < 0) exit(1);
  say(fd, 0, 0);
  poll(&one, 1, -1);
}

static void selected(void) {
  int fd = eventfd(0, 0);
  int other = eventfd(0, 0);
  fd_set set;
  FD_ZERO(&set);
  FD_SET(fd, &set);
  FD_SET(other, &set);
  say(fd, other, 0);
  select((fd > other ? fd : other) + 1, &set, NULL, NULL, NULL);
}

static int watching(int fd, uint32_t events) {
  static int epoll = -1;
  if (epoll < 0) epoll = epoll_create1(0);
  struct epoll_event event = {.events = events, .data = {.fd = fd}};
  if (fd >= 0 && epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) != 0) exit(1);
  return epoll;
}

static void waited(int timeout_ms) {
  struct epoll_event event;
  int ends[2];
  if (pipe(ends) != 0) exit(1);
  int counter = eventfd(0, 0);
  watching(counter, EPOLLIN);
  int epoll = watching(ends[0], EPOLLIN | EPOLLET);
  say(epoll, counter, ends[0]);
  epoll_wait(epoll, &event, 1, timeout_ms);
}

static void watching_nothing(void) {
  struct epoll_event event;
  say(watching(-1, 0), 0, 0);
  epoll_wait(watching(-1, 0), &event, 1, -1);
}

static int timer(int seconds) {
  struct itimerspec when = {.it_value = {.tv_sec = seconds}, .it_interval = {.tv_nsec = 5000000}};
  int fd = timerfd_create(CLOCK_MONOTONIC, 0);
  if (seconds > 0 && timerfd_settime(fd, 0, &when, NULL) != 0) exit(1);
  return fd;
}

static int signals(void) {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGUSR1);
  sigaddset(&set, SIGRTMIN + 3);
  sigprocmask(SIG_BLOCK, &set, NULL);
  return signalfd(-1, &set, 0);
}

static void ring(void) {
  struct io_uring_params params;
  memset(&params, 0, sizeof params);
  int fd = (int)syscall(SYS_io_uring_setup, 8, &params);
  say(fd, 0, 0);
  if (fd >= 0) syscall(SYS_io_uring_enter, fd, 0, 1, IORING_ENTER_GETEVENTS, NULL, 0);
}

/* One of each, twice in the second line; a child has inherited all of them, and opens its own. */
static void inherited(void) {
  int epoll = epoll_create1(0);
  int again = epoll_create1(EPOLL_CLOEXEC);
  int fds[] = {eventfd(0, 0), epoll, timer(0), signals(), inotify_init1(0), dup(epoll), again};
  pid_t child = fork();
  if (child == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    close(fds[0]);
    if (dup2(fds[1], 90) != 90) exit(1);
    epoll_create1(0);
    pause();
  }
  for (size_t i = 0; i < sizeof fds / sizeof *fds; i++) printf("%d ", fds[i]);
  printf("%d\n", (int)child);
  fflush(stdout);
  char end;
  if (read(0, &end, 1) == 0) kill(child, SIGKILL);
  waitpid(child, NULL, 0);
}

int main(int count, char **words) {
  const char *what = count > 1 ? words[1] : "";
  int fd = -1;
  if (strcmp(what, "eventfd-read") == 0) say(fd = eventfd(0, 0), 0, 0), read_eight(fd);
  if (strcmp(what, "eventfd-write") == 0) full_eventfd();
  if (strcmp(what, "eventfd-poll-in") == 0) polled(POLLIN);
  if (strcmp(what, "eventfd-poll-out") == 0) polled(POLLOUT);
  if (strcmp(what, "eventfd-select") == 0) selected();
  if (strcmp(what, "epoll-wait") == 0) waited(-1);
  if (strcmp(what, "epoll-timed") == 0) waited(600000);
  if (strcmp(what, "epoll-empty") == 0) watching_nothing();
  if (strcmp(what, "timerfd-read") == 0) say(fd = timer(3600), 0, 0), read_eight(fd);
  if (strcmp(what, "timerfd-idle") == 0) say(fd = timer(0), 0, 0), read_eight(fd);
  if (strcmp(what, "signalfd-read") == 0) say(fd = signals(), 0, 0), read_eight(fd);
  if (strcmp(what, "io_uring-wait") == 0) ring();
  if (strcmp(what, "inherited") == 0) inherited();
  return 1;
}
