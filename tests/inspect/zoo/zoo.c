/* A zoo of processes, each blocked in one way on one thing. Each says first what it will be seen to
 * wait for, in one line:
 *
 *   NAME PID OBJECT OPERATION SYSCALL PARTNER
 *
 * and the zoo says "open" when all have done so. It ends with its standard input, and with it all.
 * The working directory is for its files. */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <linux/netlink.h>
#include <mqueue.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/inotify.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/msg.h>
#include <sys/prctl.h>
#include <sys/select.h>
#include <sys/sem.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

enum { KEY_EMPTY = 0x2001, KEY_FULL };

static int announcing;

/* What one animal says of itself. */
static void say(const char *name, const char *object, const char *operation, const char *call,
                pid_t partner) {
  char line[512];
  int size = snprintf(line, sizeof line, "%s %d %s %s %s %d\n", name, getpid(), object, operation,
                      call, partner);
  if (write(announcing, line, (size_t)size) != size) err(1, "say");
  close(announcing);
}

static int must(int answer, const char *what) {
  if (answer < 0) err(1, "%s", what);
  return answer;
}

static char *named(const char *kind, int fd) {
  struct stat status;
  char *name = NULL;
  must(fstat(fd, &status), "fstat");
  if (asprintf(&name, "%s:%lu", kind, (unsigned long)status.st_ino) < 0) err(1, "asprintf");
  return name;
}

static char *own(const char *kind, int fd) {
  char *name = NULL;
  if (asprintf(&name, "%s:%d/%d", kind, getpid(), fd) < 0) err(1, "asprintf");
  return name;
}

static char *numbered(const char *kind, int number) {
  char *name = NULL;
  if (asprintf(&name, "%s:%d", kind, number) < 0) err(1, "asprintf");
  return name;
}

static char *placed(const char *kind, const char *file) {
  char place[256];
  char *name = NULL;
  if (getcwd(place, sizeof place) == NULL) err(1, "getcwd");
  if (asprintf(&name, "%s:%s/%s", kind, place, file) < 0) err(1, "asprintf");
  return name;
}

static void tied(void) { must(prctl(PR_SET_PDEATHSIG, SIGKILL), "prctl"); }

/* A process that has `kept` open, not `closed`, and does nothing. */
static pid_t partner_with(int kept, int closed) {
  pid_t pid = must(fork(), "fork");
  if (pid != 0) return pid;
  tied();
  (void)kept;
  if (closed >= 0) close(closed);
  close(announcing);
  for (;;) pause();
}

static void fill(int fd) {
  char bytes[4096] = {0};
  fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
  while (write(fd, bytes, sizeof bytes) > 0) continue;
  while (write(fd, bytes, 1) > 0) continue;
  fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) & ~O_NONBLOCK);
}

static void pipe_read(const char *name) {
  int ends[2];
  char byte;
  must(pipe(ends), "pipe");
  pid_t partner = partner_with(ends[1], ends[0]);
  close(ends[1]);
  say(name, named("pipe", ends[0]), "read", "read", partner);
  (void)!read(ends[0], &byte, 1);
}

static void pipe_write(const char *name) {
  int ends[2];
  char bytes[100] = {0};
  must(pipe(ends), "pipe");
  pid_t partner = partner_with(ends[0], ends[1]);
  close(ends[0]);
  fill(ends[1]);
  say(name, named("pipe", ends[1]), "write", "write", partner);
  (void)!write(ends[1], bytes, sizeof bytes);
}

static void pipe_poll(const char *name) {
  int ends[2];
  must(pipe(ends), "pipe");
  pid_t partner = partner_with(ends[1], ends[0]);
  close(ends[1]);
  struct pollfd polled = {.fd = ends[0], .events = POLLIN};
  say(name, named("pipe", ends[0]), "read", "poll", partner);
  poll(&polled, 1, -1);
}

static void pipe_select(const char *name) {
  int ends[2];
  fd_set set;
  must(pipe(ends), "pipe");
  pid_t partner = partner_with(ends[0], ends[1]);
  close(ends[0]);
  fill(ends[1]);
  FD_ZERO(&set);
  FD_SET(ends[1], &set);
  say(name, named("pipe", ends[1]), "write", "select", partner);
  syscall(SYS_select, ends[1] + 1, NULL, &set, NULL, NULL);
}

static void pipe_splice(const char *name) {
  int ends[2];
  must(pipe(ends), "pipe");
  pid_t partner = partner_with(ends[1], ends[0]);
  close(ends[1]);
  int null = must(open("/dev/null", O_WRONLY), "open");
  say(name, named("pipe", ends[0]), "read", "splice", partner);
  splice(ends[0], NULL, null, NULL, 1, 0);
}

static void fifo_open_read(const char *name) {
  must(mkfifo("reading", 0600), "mkfifo");
  say(name, placed("fifo", "reading"), "open", "openat", 0);
  open("reading", O_RDONLY);
}

static void fifo_open_write(const char *name) {
  must(mkfifo("writing", 0600), "mkfifo");
  say(name, placed("fifo", "writing"), "open", "openat", 0);
  open("writing", O_WRONLY);
}

static void fifo_read(const char *name) {
  char byte;
  must(mkfifo("both", 0600), "mkfifo");
  int writing = must(open("both", O_RDWR), "open");
  pid_t partner = partner_with(writing, -1);
  int reading = must(open("both", O_RDONLY), "open");
  close(writing);
  say(name, placed("fifo", "both"), "read", "read", partner);
  (void)!read(reading, &byte, 1);
}

static int bound(int type, const char *name, int backlog) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  int fd = must(socket(AF_UNIX, type, 0), "socket");
  strcpy(address.sun_path + 1, name);
  socklen_t size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + strlen(name));
  must(bind(fd, (struct sockaddr *)&address, size), "bind");
  if (backlog >= 0) must(listen(fd, backlog), "listen");
  return fd;
}

static int connected(int type, const char *name, int flags) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  int fd = must(socket(AF_UNIX, type | flags, 0), "socket");
  strcpy(address.sun_path + 1, name);
  socklen_t size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + strlen(name));
  return connect(fd, (struct sockaddr *)&address, size) == 0 ? fd : (close(fd), -1);
}

static void unix_accept(const char *name) {
  int fd = bound(SOCK_STREAM, "zoo-accept", 1);
  say(name, "unix:@zoo-accept", "accept", "accept", 0);
  accept(fd, NULL, NULL);
}

static void unix_read(const char *name) {
  int ends[2];
  char byte;
  must(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), "socketpair");
  pid_t partner = partner_with(ends[1], ends[0]);
  close(ends[1]);
  say(name, named("unix", ends[0]), "read", "read", partner);
  (void)!read(ends[0], &byte, 1);
}

static void unix_receive(const char *name) {
  int ends[2];
  char byte;
  must(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends), "socketpair");
  pid_t partner = partner_with(ends[1], ends[0]);
  close(ends[1]);
  say(name, named("unix", ends[0]), "receive", "recvfrom", partner);
  recv(ends[0], &byte, 1, 0);
}

static void unix_write(const char *name) {
  int ends[2];
  char byte = 0;
  must(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), "socketpair");
  pid_t partner = partner_with(ends[1], ends[0]);
  close(ends[1]);
  fill(ends[0]);
  say(name, named("unix", ends[0]), "write", "write", partner);
  (void)!write(ends[0], &byte, 1);
}

static void unix_connect(const char *name) {
  bound(SOCK_STREAM, "zoo-full", 0);
  pid_t partner = partner_with(-1, -1);
  while (connected(SOCK_STREAM, "zoo-full", SOCK_NONBLOCK) >= 0) continue;
  struct sockaddr_un address = {.sun_family = AF_UNIX, .sun_path = "\0zoo-full"};
  int fd = must(socket(AF_UNIX, SOCK_STREAM, 0), "socket");
  socklen_t size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 9);
  say(name, "unix:@zoo-full", "connect", "connect", partner);
  connect(fd, (struct sockaddr *)&address, size);
}

static void unix_send(const char *name) {
  int server = bound(SOCK_DGRAM, "zoo-datagrams", -1);
  pid_t partner = partner_with(server, -1);
  close(server);
  int fd = must(connected(SOCK_DGRAM, "zoo-datagrams", 0), "connect");
  while (send(fd, "x", 1, MSG_DONTWAIT) == 1) continue;
  say(name, "unix:@zoo-datagrams", "send", "sendto", partner);
  send(fd, "x", 1, 0);
}

static int local(int type) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
  int fd = must(socket(AF_INET, type, 0), "socket");
  must(bind(fd, (struct sockaddr *)&address, sizeof address), "bind");
  return fd;
}

static struct sockaddr_in address_of(int fd) {
  struct sockaddr_in address;
  socklen_t size = sizeof address;
  must(getsockname(fd, (struct sockaddr *)&address, &size), "getsockname");
  return address;
}

static void tcp_accept(const char *name) {
  char object[64];
  int fd = local(SOCK_STREAM);
  must(listen(fd, 1), "listen");
  snprintf(object, sizeof object, "tcp:127.0.0.1:%d", ntohs(address_of(fd).sin_port));
  say(name, object, "accept", "accept4", 0);
  accept4(fd, NULL, NULL, SOCK_CLOEXEC);
}

static void tcp_receive(const char *name) {
  char object[96];
  char byte;
  int listener = local(SOCK_STREAM);
  must(listen(listener, 1), "listen");
  struct sockaddr_in there = address_of(listener);
  int fd = must(socket(AF_INET, SOCK_STREAM, 0), "socket");
  must(connect(fd, (struct sockaddr *)&there, sizeof there), "connect");
  int accepted = must(accept(listener, NULL, NULL), "accept");
  pid_t partner = partner_with(accepted, fd);
  close(accepted);
  close(listener);
  snprintf(object, sizeof object, "tcp:127.0.0.1:%d-127.0.0.1:%d", ntohs(address_of(fd).sin_port),
           ntohs(there.sin_port));
  say(name, object, "receive", "recvfrom", partner);
  recv(fd, &byte, 1, 0);
}

static void udp_receive(const char *name) {
  char object[64];
  char byte;
  int fd = local(SOCK_DGRAM);
  snprintf(object, sizeof object, "udp:127.0.0.1:%d", ntohs(address_of(fd).sin_port));
  say(name, object, "receive", "recvfrom", 0);
  recv(fd, &byte, 1, 0);
}

static void netlink_receive(const char *name) {
  char object[64];
  char bytes[64];
  struct sockaddr_nl address = {.nl_family = AF_NETLINK, .nl_groups = 1};
  socklen_t size = sizeof address;
  int fd = must(socket(AF_NETLINK, SOCK_RAW, NETLINK_KOBJECT_UEVENT), "socket");
  must(bind(fd, (struct sockaddr *)&address, size), "bind");
  must(getsockname(fd, (struct sockaddr *)&address, &size), "getsockname");
  snprintf(object, sizeof object, "netlink:uevent/%u", address.nl_pid);
  say(name, object, "receive", "recvfrom", 0);
  recv(fd, bytes, sizeof bytes, 0);
}

static void eventfd_wait(const char *name, int writing) {
  char path[64];
  char line[128];
  int id = -1;
  uint64_t most = UINT64_MAX - 1;
  int fd = must(eventfd(0, 0), "eventfd");
  snprintf(path, sizeof path, "/proc/self/fdinfo/%d", fd);
  FILE *info = fopen(path, "r");
  while (info != NULL && fgets(line, sizeof line, info) != NULL)
    sscanf(line, "eventfd-id: %d", &id);
  if (info != NULL) fclose(info);
  if (writing && write(fd, &most, 8) != 8) err(1, "write");
  say(name, numbered("eventfd", id), writing ? "write" : "read", writing ? "write" : "read", 0);
  if (writing) (void)!write(fd, &most, 8);
  (void)!read(fd, &most, 8);
}

static void eventfd_reads(const char *name) { eventfd_wait(name, 0); }
static void eventfd_writes(const char *name) { eventfd_wait(name, 1); }

static void timerfd_read(const char *name) {
  uint64_t count;
  struct itimerspec far = {.it_value = {.tv_sec = 3600}};
  int fd = must(timerfd_create(CLOCK_MONOTONIC, 0), "timerfd_create");
  must(timerfd_settime(fd, 0, &far, NULL), "timerfd_settime");
  say(name, own("timerfd", fd), "read", "read", 0);
  (void)!read(fd, &count, sizeof count);
}

static void signalfd_read(const char *name) {
  struct signalfd_siginfo info;
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGUSR1);
  sigprocmask(SIG_BLOCK, &set, NULL);
  int fd = must(signalfd(-1, &set, 0), "signalfd");
  say(name, own("signalfd", fd), "read", "read", 0);
  (void)!read(fd, &info, sizeof info);
}

static void epoll_waits(const char *name) {
  struct epoll_event event = {.events = EPOLLIN};
  int fd = must(epoll_create1(0), "epoll_create1");
  int watched = must(eventfd(0, 0), "eventfd");
  must(epoll_ctl(fd, EPOLL_CTL_ADD, watched, &event), "epoll_ctl");
  say(name, own("epoll", fd), "wait", "epoll_wait", 0);
  syscall(SYS_epoll_wait, fd, &event, 1, -1);
}

static void inotify_read(const char *name) {
  char event[512];
  int fd = must(inotify_init1(0), "inotify_init1");
  must(inotify_add_watch(fd, ".", IN_DELETE_SELF), "inotify_add_watch");
  say(name, own("inotify", fd), "read", "read", 0);
  (void)!read(fd, event, sizeof event);
}

static void pidfd_poll(const char *name) {
  pid_t partner = partner_with(-1, -1);
  int fd = must((int)syscall(SYS_pidfd_open, partner, 0), "pidfd_open");
  struct pollfd polled = {.fd = fd, .events = POLLIN};
  say(name, named("pidfd", fd), "wait", "poll", partner);
  poll(&polled, 1, -1);
}

static void child_wait(const char *name) {
  pid_t partner = partner_with(-1, -1);
  say(name, numbered("pid", partner), "wait", "wait4", partner);
  waitpid(partner, NULL, 0);
}

static void signal_wait(const char *name) {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGUSR2);
  sigprocmask(SIG_BLOCK, &set, NULL);
  say(name, numbered("pid", getpid()), "wait", "rt_sigtimedwait", 0);
  sigwaitinfo(&set, NULL);
}

static void signal_pause(const char *name) {
  say(name, numbered("pid", getpid()), "wait", "pause", 0);
  pause();
}

struct message {
  long type;
  char text[1000];
};

static void msg_receive(const char *name) {
  struct message message;
  int id = must(msgget(KEY_EMPTY, IPC_CREAT | 0600), "msgget");
  say(name, numbered("msg", id), "receive", "msgrcv", 0);
  msgrcv(id, &message, sizeof message.text, 7, 0);
}

static void msg_send(const char *name) {
  struct message message = {.type = 3};
  int id = must(msgget(KEY_FULL, IPC_CREAT | 0600), "msgget");
  while (msgsnd(id, &message, sizeof message.text, IPC_NOWAIT) == 0) continue;
  say(name, numbered("msg", id), "send", "msgsnd", 0);
  msgsnd(id, &message, sizeof message.text, 0);
}

static void sem_operate(const char *name) {
  struct sembuf take = {.sem_op = -1};
  int id = must(semget(KEY_EMPTY, 1, IPC_CREAT | 0600), "semget");
  say(name, numbered("sem", id), "operate", "semop", 0);
  syscall(SYS_semop, id, &take, 1);
}

static void sem_operate_timed(const char *name) {
  struct sembuf zero = {.sem_op = 0};
  struct timespec hour = {.tv_sec = 3600};
  int id = must(semget(KEY_FULL, 1, IPC_CREAT | 0600), "semget");
  must(semctl(id, 0, SETVAL, 2), "semctl");
  say(name, numbered("sem", id), "operate", "semtimedop", 0);
  semtimedop(id, &zero, 1, &hour);
}

static mqd_t queue(const char *name) {
  struct mq_attr attributes = {.mq_maxmsg = 1, .mq_msgsize = 8};
  return must(mq_open(name, O_CREAT | O_RDWR, 0600, &attributes), "mq_open");
}

static void mq_receives(const char *name) {
  char bytes[8];
  mqd_t fd = queue("/zoo-empty");
  say(name, "mq:/zoo-empty", "receive", "mq_timedreceive", 0);
  mq_receive(fd, bytes, sizeof bytes, NULL);
}

static void mq_sends(const char *name) {
  mqd_t fd = queue("/zoo-full");
  must(mq_send(fd, "x", 1, 0), "mq_send");
  say(name, "mq:/zoo-full", "send", "mq_timedsend", 0);
  mq_send(fd, "x", 1, 0);
}

static void psem_wait(const char *name) {
  sem_t *semaphore = sem_open("/zoo-gate", O_CREAT, 0600, 0);
  if (semaphore == SEM_FAILED) err(1, "sem_open");
  say(name, "psem:/zoo-gate", "wait", "futex", 0);
  sem_wait(semaphore);
}

static void *shared(const char *name) {
  int fd = must(shm_open(name, O_CREAT | O_RDWR, 0600), "shm_open");
  must(ftruncate(fd, 4096), "ftruncate");
  void *memory = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  if (memory == MAP_FAILED) err(1, "mmap");
  close(fd);
  return memory;
}

static void futex_wait(const char *name) {
  uint32_t *word = shared("/zoo-word");
  say(name, "futex:/dev/shm/zoo-word+0x40", "wait", "futex", 0);
  syscall(SYS_futex, word + 16, FUTEX_WAIT, 0, NULL, NULL, 0);
}

static void mutex_lock(const char *name) {
  pthread_mutex_t *mutex = shared("/zoo-mutex");
  pthread_mutexattr_t attributes;
  int ready[2];
  char byte = 0;
  pthread_mutexattr_init(&attributes);
  pthread_mutexattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED);
  pthread_mutex_init(mutex, &attributes);
  must(pipe(ready), "pipe");
  pid_t owner = must(fork(), "fork");
  if (owner == 0) {
    tied();
    pthread_mutex_lock(mutex);
    if (write(ready[1], &byte, 1) != 1) err(1, "write");
    close(announcing);
    for (;;) pause();
  }
  if (read(ready[0], &byte, 1) != 1) err(1, "read");
  say(name, "futex:/dev/shm/zoo-mutex+0x0", "lock", "futex", owner);
  pthread_mutex_lock(mutex);
}

/* The partner holds a lock on the file, in one of three ways. */
static pid_t locker(const char *file, int way) {
  int ready[2];
  char byte = 0;
  struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_len = 100};
  must(pipe(ready), "pipe");
  close(must(open(file, O_CREAT | O_RDWR | O_EXCL, 0600), "open"));
  pid_t owner = must(fork(), "fork");
  if (owner == 0) {
    tied();
    int fd = must(open(file, O_RDWR), "open");
    if (way == F_OFD_SETLKW || way == F_SETLKW) must(fcntl(fd, way, &lock), "fcntl");
    if (way == LOCK_EX) must(flock(fd, LOCK_EX), "flock");
    if (write(ready[1], &byte, 1) != 1) err(1, "write");
    close(announcing);
    for (;;) pause();
  }
  if (read(ready[0], &byte, 1) != 1) err(1, "read");
  close(ready[0]);
  close(ready[1]);
  return owner;
}

static void file_lock(const char *name, const char *file, int way) {
  struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = 50, .l_len = 10};
  pid_t owner = locker(file, way);
  int fd = must(open(file, O_RDWR), "open");
  say(name, placed("lock", file), "lock", way == LOCK_EX ? "flock" : "fcntl", owner);
  if (way == LOCK_EX) flock(fd, LOCK_EX);
  fcntl(fd, way, &lock);
}

static void lock_whole(const char *name) { file_lock(name, "whole", LOCK_EX); }
static void lock_record(const char *name) { file_lock(name, "record", F_SETLKW); }
static void lock_open_file(const char *name) { file_lock(name, "open-file", F_OFD_SETLKW); }

static const struct animal {
  const char *name;
  void (*live)(const char *name);
} animals[] = {
    {"pipe-read", pipe_read},
    {"pipe-write", pipe_write},
    {"pipe-poll", pipe_poll},
    {"pipe-select", pipe_select},
    {"pipe-splice", pipe_splice},
    {"fifo-open-read", fifo_open_read},
    {"fifo-open-write", fifo_open_write},
    {"fifo-read", fifo_read},
    {"unix-accept", unix_accept},
    {"unix-read", unix_read},
    {"unix-receive", unix_receive},
    {"unix-write", unix_write},
    {"unix-connect", unix_connect},
    {"unix-send", unix_send},
    {"tcp-accept", tcp_accept},
    {"tcp-receive", tcp_receive},
    {"udp-receive", udp_receive},
    {"netlink-receive", netlink_receive},
    {"eventfd-read", eventfd_reads},
    {"eventfd-write", eventfd_writes},
    {"timerfd-read", timerfd_read},
    {"signalfd-read", signalfd_read},
    {"epoll-wait", epoll_waits},
    {"inotify-read", inotify_read},
    {"pidfd-poll", pidfd_poll},
    {"child-wait", child_wait},
    {"signal-wait", signal_wait},
    {"signal-pause", signal_pause},
    {"msg-receive", msg_receive},
    {"msg-send", msg_send},
    {"sem-operate", sem_operate},
    {"sem-operate-timed", sem_operate_timed},
    {"mq-receive", mq_receives},
    {"mq-send", mq_sends},
    {"psem-wait", psem_wait},
    {"futex-wait", futex_wait},
    {"mutex-lock", mutex_lock},
    {"lock-whole", lock_whole},
    {"lock-record", lock_record},
    {"lock-open-file", lock_open_file},
};

/* What outlives the processes. */
static void clean(void) {
  for (key_t key = KEY_EMPTY; key <= KEY_FULL; key++) {
    msgctl(msgget(key, 0), IPC_RMID, NULL);
    semctl(semget(key, 0, 0), 0, IPC_RMID);
  }
  mq_unlink("/zoo-empty");
  mq_unlink("/zoo-full");
  sem_unlink("/zoo-gate");
  shm_unlink("/zoo-word");
  shm_unlink("/zoo-mutex");
}

int main(void) {
  int lines[2];
  char bytes[4096];
  must(pipe2(lines, O_CLOEXEC), "pipe");
  for (size_t i = 0; i < sizeof animals / sizeof *animals; i++) {
    pid_t pid = must(fork(), "fork");
    if (pid != 0) continue;
    tied();
    close(lines[0]);
    announcing = lines[1];
    prctl(PR_SET_NAME, animals[i].name);
    animals[i].live(animals[i].name);
    err(1, "%s did not stay", animals[i].name);
  }
  close(lines[1]);
  for (ssize_t got; (got = read(lines[0], bytes, sizeof bytes)) > 0;) {
    if (write(STDOUT_FILENO, bytes, (size_t)got) != got) err(1, "write");
  }
  puts("open");
  fflush(stdout);
  while (read(STDIN_FILENO, bytes, 1) > 0) continue;
  clean();
  return 0;
}
