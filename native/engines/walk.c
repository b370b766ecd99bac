/* The walk: one pass over /proc, done here because a call from JavaScript costs more than the file.
 * It returns one region of packed records, which src/wire/proc/walk.ts decodes.
 *
 * State machine, run to its end inside one call. First /proc is listed; then each of a few threads
 * does this until no pid is left:
 *
 *   LIST         the next pid of the list; after the last one, END
 *   PROCESS      open its directory; everything below is read relative to that descriptor, so a
 *                reused pid is never mixed in: a dead task's directory answers ENOENT or ESRCH
 *   FILES        stat (which says kernel thread and zombie), status, cmdline, cgroup
 *   THREADS      the blocked system call of each thread; "running" is the kernel's word otherwise
 *   NAMESPACES   the links that name them
 *   DESCRIPTORS  the text of every link; the file behind it is never touched: no mount can hang us.
 *                Of pipes and paths the link's own mode, which says for what they were opened; of
 *                what has no path, or one outside of /dev, also the text of fdinfo
 *   MAPPINGS     of the lines of maps, read in pieces, those of shared mappings; of a process with
 *                thousands of private ones nothing else is kept
 *   CHECK        something was missing: still alive? then it is missing indeed, and we go on; dead
 *                meanwhile? its records are dropped, and PROCESS is tried once more, to find a
 *                zombie or nothing
 *   END          one record: how many processes vanished, and whether the memory limit cut us off
 *
 * A failure becomes a record and the walk goes on; only EMFILE, ENFILE and ENOMEM end it, which
 * say something about us. Of kernel threads and zombies FILES is all there is, unless other threads
 * of a zombie live on.
 *
 * Who owns what: everything belongs to the calling thread and lives as long as the call, which waits
 * for the threads that it began. A thread has a struct walk of its own, and of the common list it only
 * takes the next place, atomically. It holds at most three descriptors (a process, a directory in it,
 * a file) and closes each where it opened it. The records of all are put one behind the other; their
 * memory goes to the region at the end, or is freed. */
#include "../records.h"

#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* What to read; the same numbers stand in src/sys/walk.ts. */
enum { WALK_FILES = 1, WALK_THREADS = 2, WALK_NAMESPACES = 4, WALK_DESCRIPTORS = 8 };
enum { WALK_MAPPINGS = 16, WALK_ALL = 31 };

/* The same numbers stand in src/wire/proc/walk-record.ts. */
enum { TAG_PROCESS = 1, TAG_STAT, TAG_STATUS, TAG_CMDLINE, TAG_CGROUP };
enum { TAG_THREAD = 6, TAG_NAMESPACE, TAG_DESCRIPTORS, TAG_DESCRIPTOR, TAG_END, TAG_MAPPINGS };
enum { TAG_FDINFO = 12 };

/* Of a descriptor, beside FLAG_TRUNCATED: for what it was opened. */
enum { FLAG_READ = 2, FLAG_WRITE = 4, FLAG_ACCESS = 8 };

enum {
  TEXT_MAX = 4096,  /* of one file or link; what is longer is cut and flagged */
  STATUS_MAX = 512, /* names and ids come first; nobody asks for the rest of it */
  FDINFO_MAX = 65536, /* an epoll descriptor has a line for each that it watches */
  LISTING_SIZE = 32768,
  MAPPINGS_MAX = 1 << 20,  /* of the lines kept of one process; what is more is flagged */
  THREADS_MAX = 4,
  PROCESSES_A_THREAD = 256, /* beginning a thread costs as much as looking at a few of them */
  PF_EXITING = 0x00000004, /* these two: include/linux/sched.h; shown in field 9 of stat */
  PF_KTHREAD = 0x00200000,
};

/* What the threads of one walk share. */
struct crew {
  int64_t what;
  int proc;
  int *pids;
  size_t count;
  size_t capacity;
  atomic_size_t next;
};

struct walk {
  struct records out;
  struct crew *crew;
  int64_t what;
  int vanished;
  bool missing;     /* of this process something answered ENOENT or ESRCH */
  int refused;      /* of this listing the first refusal, -errno, speaks for the rest; or 0 */
  int other_thread; /* of this process, alive beside its leader; 0 if none */
  int base;         /* where the files of this process are found */
  char entries[LISTING_SIZE];
};

/* What FILES learned about a process. */
struct process {
  int dir;
  int pid;
  bool dead; /* exiting, or a zombie: its files and namespaces are gone or going */
  bool kernel_thread;
  long threads;
};

/* Where struct linux_dirent64 of getdents64(2) has d_reclen and d_name. */
enum { ENTRY_SIZE_AT = 16, ENTRY_NAME_AT = 19 };

/* Sorts a failure: ours, the process's end, or simply a fact to record. Gives it as -errno. */
static int failed(struct walk *w, int error) {
  if (error == EMFILE || error == ENFILE || error == ENOMEM) w->out.stop = -error;
  if (error == ENOENT || error == ESRCH) w->missing = true;
  return -error;
}

static int open_at(struct walk *w, int dir, const char *name, int flags) {
  int fd;
  do {
    fd = openat(dir, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | flags);
  } while (fd < 0 && errno == EINTR);
  return fd < 0 ? failed(w, errno) : fd;
}

static long read_some(struct walk *w, int fd, char *text, size_t size) {
  long got;
  do {
    got = read(fd, text, size);
  } while (got < 0 && errno == EINTR);
  return got < 0 ? failed(w, errno) : got;
}

/* One read gives all of such a file: the kernel prepares its text as a whole. */
static long read_at(struct walk *w, int dir, const char *name, char *text, size_t size) {
  int fd = open_at(w, dir, name, 0);
  if (fd < 0) return fd;
  long got = read_some(w, fd, text, size);
  close(fd);
  return got;
}

/* Records a text, or why there is none. */
static void put_text(struct walk *w, int tag, int id, long got) {
  if (w->out.stop != 0) return;
  struct record record = {.tag = (uint16_t)tag, .id = id};
  if (got < 0) record.error = (int32_t)got;
  if (got > 0) record.size = (uint32_t)got;
  if (got == TEXT_MAX) record.flags = FLAG_TRUNCATED;
  records_commit(&w->out, record);
}

static long put_file(struct walk *w, int dir, const char *name, int tag, int id) {
  size_t size = tag == TAG_STATUS ? STATUS_MAX : TEXT_MAX;
  char *text = records_reserve(&w->out, size);
  if (text == NULL) return -ENOMEM;
  long got = read_at(w, dir, name, text, size);
  put_text(w, tag, id, got);
  return got;
}

static long put_link(struct walk *w, int dir, const char *name, int tag, int id) {
  char *text = records_reserve(&w->out, TEXT_MAX);
  if (text == NULL) return -ENOMEM;
  long got = readlinkat(dir, name, text, TEXT_MAX);
  if (got < 0) got = failed(w, errno);
  /* A descriptor closed between the listing and here was never there. */
  if (got == -ENOENT && tag == TAG_DESCRIPTOR) return got;
  put_text(w, tag, id, got);
  return got;
}

/* The number that a directory entry is named by; -1 if it is not one. */
static int entry_number(const char *name) {
  int number = 0;
  if (*name == '\0') return -1;
  for (; *name != '\0'; name++) {
    if (*name < '0' || *name > '9' || number > (INT32_MAX - 9) / 10) return -1;
    number = number * 10 + (*name - '0');
  }
  return number;
}

typedef void visit(struct walk *w, int dir, const char *name, int number);

/* Calls `see` for each numbered entry. 0 or -errno. */
static int each_number(struct walk *w, int dir, char *listing, visit *see) {
  while (w->out.stop == 0) {
    long got = syscall(SYS_getdents64, dir, listing, (size_t)LISTING_SIZE);
    if (got <= 0) return got == 0 ? 0 : failed(w, errno);
    for (long at = 0; at < got && w->out.stop == 0;) {
      const char *name = listing + at + ENTRY_NAME_AT;
      int number = entry_number(name);
      uint16_t size;
      memcpy(&size, listing + at + ENTRY_SIZE_AT, sizeof size);
      if (number >= 0) see(w, dir, name, number);
      at += size;
    }
  }
  return 0;
}

/* Reads the flags (field 9) and the number of threads (20) of a stat line. The name before them may
 * hold anything, so they are counted from the last parenthesis. */
static void understand_stat(const char *text, long size, struct process *process) {
  long at = size;
  while (at > 0 && text[at - 1] != ')') at--;
  if (at == 0) return;
  int field = 2;
  unsigned long value = 0;
  for (; at < size && field <= 20; at++) {
    if (text[at] == ' ') {
      if (field == 9) process->kernel_thread = (value & PF_KTHREAD) != 0;
      if (field == 9) process->dead = (value & PF_EXITING) != 0;
      if (field == 20) process->threads = (long)value;
      field++;
      value = 0;
    } else if (text[at] >= '0' && text[at] <= '9') {
      value = value * 10 + (unsigned long)(text[at] - '0');
    }
  }
}

static void read_files(struct walk *w, struct process *process) {
  size_t text = w->out.used + sizeof(struct record);
  long got = put_file(w, process->dir, "stat", TAG_STAT, process->pid);
  if (got > 0) understand_stat(w->out.bytes + text, got, process);
  if ((w->what & WALK_FILES) == 0) return;
  put_file(w, process->dir, "status", TAG_STATUS, process->pid);
  if (!process->kernel_thread) put_file(w, process->dir, "cmdline", TAG_CMDLINE, process->pid);
  put_file(w, process->dir, "cgroup", TAG_CGROUP, process->pid);
}

static void read_thread(struct walk *w, int dir, const char *name, int tid) {
  char path[32];
  if (w->refused != 0) {
    records_put(&w->out, TAG_THREAD, tid, 0);
    return;
  }
  snprintf(path, sizeof path, "%.16s/syscall", name);
  size_t mark = w->out.used;
  bool missing = w->missing;
  long got = put_file(w, dir, path, TAG_THREAD, tid);
  if (got == -ENOENT || got == -ESRCH) { /* it ended since it was listed */
    w->out.used = mark;
    w->missing = missing;
    return;
  }
  if (got < 0) w->refused = (int)got;
  w->other_thread = tid;
}

static void read_threads(struct walk *w, const struct process *process) {
  if (process->threads == 1) {
    put_file(w, process->dir, "syscall", TAG_THREAD, process->pid);
    return;
  }
  int dir = open_at(w, process->dir, "task", O_DIRECTORY);
  int error = dir;
  if (dir >= 0) {
    w->refused = 0;
    error = each_number(w, dir, w->entries, read_thread);
    close(dir);
  }
  if (error < 0) records_put(&w->out, TAG_THREAD, process->pid, error);
}

static void read_namespaces(struct walk *w, int dir, int pid) {
  static const char *const names[] = {"ns/ipc", "ns/net", "ns/mnt", "ns/pid", "ns/user"};
  for (size_t i = 0; i < sizeof names / sizeof *names && w->out.stop == 0; i++) {
    long got = put_link(w, dir, names[i], TAG_NAMESPACE, pid);
    if (got == -EACCES || got == -EPERM) return;
  }
}

static bool begins(const char *text, long size, const char *with) {
  size_t length = strlen(with);
  return (size_t)size >= length && memcmp(text, with, length) == 0;
}

/* Of terminals and the like fdinfo tells nothing, and there are many of them. */
static bool has_fdinfo(const char *text, long size) {
  if (begins(text, size, "anon_inode:")) return true;
  if (!begins(text, size, "/")) return false;
  if (!begins(text, size, "/dev/")) return true;
  return begins(text, size, "/dev/shm/") || begins(text, size, "/dev/mqueue/") ||
         begins(text, size, "/dev/fuse") || begins(text, size, "/dev/zero (deleted)");
}

/* The mode of a link is that of the open file: proc_pid_fd(5). It is noted at `mark`. */
static void read_access(struct walk *w, int dir, const char *name, size_t mark) {
  struct stat link;
  if (fstatat(dir, name, &link, AT_SYMLINK_NOFOLLOW) != 0) return;
  uint16_t flags = FLAG_ACCESS;
  if ((link.st_mode & S_IRUSR) != 0) flags |= FLAG_READ;
  if ((link.st_mode & S_IWUSR) != 0) flags |= FLAG_WRITE;
  struct record record;
  memcpy(&record, w->out.bytes + mark, sizeof record);
  record.flags |= flags;
  memcpy(w->out.bytes + mark, &record, sizeof record);
}

static void read_fdinfo(struct walk *w, const char *name, int fd) {
  char path[32];
  snprintf(path, sizeof path, "fdinfo/%.16s", name);
  char *text = records_reserve(&w->out, FDINFO_MAX);
  if (text == NULL) return;
  bool missing = w->missing;
  long got = read_at(w, w->base, path, text, FDINFO_MAX);
  w->missing = missing;
  if (got < 0 || w->out.stop != 0) return;
  struct record record = {.tag = TAG_FDINFO, .id = fd, .size = (uint32_t)got};
  if (got == FDINFO_MAX) record.flags = FLAG_TRUNCATED;
  records_commit(&w->out, record);
}

/* Some security modules let us list the descriptors and read none: one refusal is enough. */
static void read_descriptor(struct walk *w, int dir, const char *name, int fd) {
  if (w->refused != 0) return;
  bool missing = w->missing;
  size_t mark = w->out.used;
  long got = put_link(w, dir, name, TAG_DESCRIPTOR, fd);
  if (got == -EACCES || got == -EPERM) w->refused = (int)got;
  if (got == -ENOENT) w->missing = missing;
  if (got <= 0 || w->out.stop != 0) return;
  const char *text = w->out.bytes + mark + sizeof(struct record);
  if (begins(text, got, "pipe:") || begins(text, got, "/")) read_access(w, dir, name, mark);
  if (has_fdinfo(text, got)) read_fdinfo(w, name, fd);
}

static void read_descriptors(struct walk *w, int base, int pid) {
  w->base = base;
  int dir = open_at(w, base, "fd", O_DIRECTORY);
  int error = dir;
  if (dir >= 0) {
    size_t mark = w->out.used;
    w->refused = 0;
    records_put(&w->out, TAG_DESCRIPTORS, pid, 0);
    error = each_number(w, dir, w->entries, read_descriptor);
    if (error == 0) error = w->refused;
    if (error < 0) w->out.used = mark;
    close(dir);
  }
  if (error < 0) records_put(&w->out, TAG_DESCRIPTORS, pid, error);
}

/* A line of maps: ADDRESSES PERMISSIONS …, where the fourth letter of the latter is p or s. */
static bool is_shared(const char *line, const char *end) {
  const char *space = memchr(line, ' ', (size_t)(end - line));
  return space != NULL && end - space > 4 && space[4] == 's';
}

/* Adds a line to the record that is being made, as far as it may grow. */
static void keep_line(struct walk *w, struct record *record, const char *line, size_t size) {
  if (record->size + size > MAPPINGS_MAX) {
    record->flags = FLAG_TRUNCATED;
    return;
  }
  char *text = records_reserve(&w->out, record->size + size);
  if (text == NULL) return;
  memcpy(text + record->size, line, size);
  record->size += (uint32_t)size;
}

/* Keeps the lines of shared mappings among the `have` bytes in hand. What is left of the last line
 * moves to the front; how much that is. */
static size_t keep_shared(struct walk *w, struct record *record, size_t have) {
  const char *line = w->entries;
  const char *end = line + have;
  while (w->out.stop == 0 && record->flags == 0) {
    const char *stop = memchr(line, '\n', (size_t)(end - line));
    if (stop == NULL) break;
    if (is_shared(line, stop)) keep_line(w, record, line, (size_t)(stop + 1 - line));
    line = stop + 1;
  }
  memmove(w->entries, line, (size_t)(end - line));
  return (size_t)(end - line);
}

static void read_mappings(struct walk *w, int base, int pid) {
  struct record record = {.tag = TAG_MAPPINGS, .id = pid};
  int fd = open_at(w, base, "maps", 0);
  long got = fd;
  size_t have = 0;
  while (got >= 0 && w->out.stop == 0 && record.flags == 0) {
    got = read_some(w, fd, w->entries + have, sizeof w->entries - have);
    if (got <= 0) break;
    have = keep_shared(w, &record, have + (size_t)got);
  }
  if (fd >= 0) close(fd);
  if (got == 0 && have > 0) record.flags = FLAG_TRUNCATED; /* a line longer than all our memory */
  if (got < 0) record.size = 0;
  if (got < 0) record.error = (int32_t)got;
  if (records_reserve(&w->out, record.size) != NULL) records_commit(&w->out, record);
}

/* A leader that ended before its threads has given up its files; theirs are the same. */
static int open_base(struct walk *w, const struct process *process) {
  char path[32];
  if (!process->dead) return process->dir;
  snprintf(path, sizeof path, "task/%d", w->other_thread);
  return open_at(w, process->dir, path, O_DIRECTORY);
}

static void read_process(struct walk *w, struct process *process) {
  records_put(&w->out, TAG_PROCESS, process->pid, 0);
  read_files(w, process);
  if (process->kernel_thread || (process->dead && process->threads <= 1)) return;
  if ((w->what & WALK_THREADS) != 0 || process->dead) read_threads(w, process);
  int base = open_base(w, process);
  if (base < 0) return;
  if ((w->what & WALK_NAMESPACES) != 0) read_namespaces(w, base, process->pid);
  if ((w->what & WALK_DESCRIPTORS) != 0) read_descriptors(w, base, process->pid);
  if ((w->what & WALK_MAPPINGS) != 0) read_mappings(w, base, process->pid);
  if (base != process->dir) close(base);
}

/* Whether what was missing is missing in a process that is as much alive as when we began. */
static bool is_unchanged(struct walk *w, const struct process *process) {
  char text[TEXT_MAX];
  struct process now = {.dead = true, .threads = 0};
  long got = read_at(w, process->dir, "stat", text, sizeof text);
  if (got > 0) understand_stat(text, got, &now);
  return got > 0 && now.dead == process->dead;
}

static void visit_process(struct walk *w, int pid) {
  char name[16];
  snprintf(name, sizeof name, "%d", pid);
  size_t mark = w->out.used;
  for (int attempt = 0; attempt < 2 && w->out.stop == 0; attempt++) {
    w->out.used = mark;
    w->missing = false;
    w->other_thread = 0;
    struct process process = {.pid = pid, .threads = 0};
    process.dir = open_at(w, w->crew->proc, name, O_DIRECTORY);
    if (process.dir < 0) {
      if (w->missing) break;
      records_put(&w->out, TAG_PROCESS, pid, process.dir);
      return;
    }
    read_process(w, &process);
    bool kept = !w->missing || is_unchanged(w, &process);
    close(process.dir);
    if (kept && w->out.stop == 0) return;
  }
  w->out.used = mark; /* also where the memory limit cut a process in two */
  if (w->out.stop == 0) w->vanished++;
}

static void *visit_processes(void *argument) {
  struct walk *w = argument;
  if (records_reserve(&w->out, 0) == NULL) return NULL;
  while (w->out.stop == 0) {
    size_t place = atomic_fetch_add(&w->crew->next, 1);
    if (place >= w->crew->count) break;
    visit_process(w, w->crew->pids[place]);
  }
  return NULL;
}

static void list_process(struct walk *w, int dir, const char *name, int pid) {
  (void)dir;
  (void)name;
  struct crew *crew = w->crew;
  if (crew->count == crew->capacity) {
    size_t capacity = crew->capacity == 0 ? 1024 : 2 * crew->capacity;
    int *pids = realloc(crew->pids, capacity * sizeof *pids);
    if (pids == NULL) {
      w->out.stop = -ENOMEM;
      return;
    }
    crew->pids = pids;
    crew->capacity = capacity;
  }
  crew->pids[crew->count++] = pid;
}

/* As many as there are processors for us, but no thread for a handful of processes. */
static size_t threads_for(size_t processes) {
  cpu_set_t set;
  size_t processors = 1;
  if (sched_getaffinity(0, sizeof set, &set) == 0) processors = (size_t)CPU_COUNT(&set);
  size_t wanted = 1 + processes / PROCESSES_A_THREAD;
  if (wanted > processors) wanted = processors;
  return wanted < THREADS_MAX ? wanted : THREADS_MAX;
}

/* The first walk runs on this thread; where no other can be had, it does all the work. */
static void visit_all(struct walk **walks, size_t count) {
  pthread_t threads[THREADS_MAX];
  bool began[THREADS_MAX] = {false};
  sigset_t all;
  sigset_t before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  for (size_t i = 1; i < count; i++) {
    began[i] = pthread_create(&threads[i], NULL, visit_processes, walks[i]) == 0;
  }
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  visit_processes(walks[0]);
  for (size_t i = 1; i < count; i++) {
    if (began[i]) pthread_join(threads[i], NULL);
  }
}

/* Puts the records of a walk behind those of the first. */
static void join(struct walk *first, struct walk *other) {
  if (first->out.stop == 0) first->out.stop = other->out.stop;
  first->vanished += other->vanished;
  if (first->out.stop < 0 || other->out.used == 0) return;
  if (records_reserve(&first->out, other->out.used) == NULL) return;
  memcpy(first->out.bytes + first->out.used, other->out.bytes, other->out.used);
  first->out.used += other->out.used;
}

static int finish(struct walk *w) {
  if (w->out.stop < 0) return w->out.stop;
  struct record end = {.tag = TAG_END, .id = w->vanished};
  if (w->out.stop > 0) end.flags = FLAG_TRUNCATED;
  records_commit(&w->out, end);
  return 0;
}

static void free_walk(struct walk *w) {
  if (w == NULL) return;
  free(w->out.bytes);
  free(w);
}

static struct walk *new_walk(struct crew *crew) {
  struct walk *w = calloc(1, sizeof *w);
  if (w == NULL) return NULL;
  w->crew = crew;
  w->what = crew->what;
  return w;
}

static int walk_all(struct walk *first) {
  struct crew *crew = first->crew;
  crew->proc = open_at(first, AT_FDCWD, "/proc", O_DIRECTORY);
  if (crew->proc < 0) return crew->proc;
  int error = each_number(first, crew->proc, first->entries, list_process);
  if (first->out.stop < 0) error = first->out.stop;
  if (error == 0) {
    struct walk *walks[THREADS_MAX] = {first};
    size_t count = 1;
    size_t wanted = threads_for(crew->count);
    while (count < wanted && (walks[count] = new_walk(crew)) != NULL) count++;
    visit_all(walks, count);
    for (size_t i = 1; i < count; i++) join(first, walks[i]);
    for (size_t i = 1; i < count; i++) free_walk(walks[i]);
    error = finish(first);
  }
  close(crew->proc);
  return error;
}

static napi_value walk(napi_env napi, napi_callback_info info) {
  int64_t a[1];
  struct environment *environment;
  if (!read_integers(napi, info, 1, a, &environment)) return result(napi, -EINVAL);
  if (a[0] < 0 || a[0] > WALK_ALL) return result(napi, -EINVAL);
  struct crew crew = {.what = a[0]};
  struct walk *first = new_walk(&crew);
  if (first == NULL) return result(napi, -ENOMEM);
  int64_t answer = walk_all(first);
  if (answer == 0) answer = records_adopt(&first->out, environment);
  free(crew.pids);
  free_walk(first);
  return result(napi, answer);
}

const struct call walk_engine_calls[] = {
    {"walk", walk},
    {NULL, NULL},
};
