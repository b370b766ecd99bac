/* The visit to one process: what its directory under /proc tells, as packed records.
 *
 * State machine, run to its end inside one call:
 *
 *   PROCESS      open its directory; everything below is read relative to that descriptor, so a
 *                reused pid is never mixed in: a dead task's directory answers ENOENT or ESRCH
 *   FILES        stat (which says kernel thread and zombie), status, cmdline, cgroup
 *   THREADS      the blocked system call of each thread; "running" is the kernel's word otherwise
 *   NAMESPACES   the links that name them
 *   DESCRIPTORS  the text of every link; the file behind it is never touched: no mount can hang us.
 *                Of pipes and paths the link's own mode, which says for what they were opened; of
 *                what is anonymous, or has a path, the text of fdinfo too, but for common devices
 *   MAPPINGS     of the lines of maps, read in pieces, those of shared mappings; of a process with
 *                thousands of private ones nothing else is kept
 *   CHECK        something was missing: still alive? then it is missing indeed, and we go on; dead
 *                meanwhile? its records are dropped, and PROCESS is tried once more, to find a
 *                zombie or nothing
 *
 * A failure becomes a record and the visit goes on; only EMFILE, ENFILE and ENOMEM end it, which
 * say something about us. Of kernel threads and zombies FILES is all there is, unless other threads
 * of a zombie live on.
 *
 * Who owns what: the visitor is the calling thread's alone. It holds at most three descriptors (a
 * process, a directory in it, a file) and closes each where it opened it. */
#include "visit.h"

#include "walk.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* The same numbers stand in src/wire/proc/walk-record.ts. */
enum { TAG_PROCESS = 1, TAG_STAT, TAG_STATUS, TAG_CMDLINE, TAG_CGROUP };
enum { TAG_THREAD = 6, TAG_NAMESPACE, TAG_DESCRIPTORS, TAG_DESCRIPTOR, TAG_END, TAG_MAPPINGS };
enum { TAG_FDINFO = 12 };

/* Of a descriptor, beside FLAG_TRUNCATED: for what it was opened. */
enum { FLAG_READ = 2, FLAG_WRITE = 4, FLAG_ACCESS = 8 };

enum {
  TEXT_MAX = 4096,         /* of one file or link; what is longer is cut and flagged */
  STATUS_MAX = 512,        /* names and ids come first; nobody asks for the rest of it */
  FDINFO_MAX = 65536,      /* an epoll descriptor has a line for each that it watches */
  MAPPINGS_MAX = 1 << 20,  /* of the lines kept of one process; what is more is flagged */
  PF_EXITING = 0x00000004, /* these two: include/linux/sched.h; shown in field 9 of stat */
  PF_KTHREAD = 0x00200000,
};

/* What FILES learned about a process. */
struct process {
  int dir;
  int pid;
  bool dead; /* exiting, or a zombie: its files and namespaces are gone or going */
  bool kernel_thread;
  long threads;
};

enum { ENTRY_SIZE_AT = 16, ENTRY_NAME_AT = 19 }; /* d_reclen, d_name: getdents64(2) */

/* Sorts a failure: ours, the process's end, or simply a fact to record. Gives it as -errno. */
static int failed(struct visitor *w, int error) {
  if (error == EMFILE || error == ENFILE || error == ENOMEM) w->out.stop = -error;
  if (error == ENOENT || error == ESRCH) w->missing = true;
  return -error;
}

int visit_open(struct visitor *w, int dir, const char *name, int flags) {
  int fd;
  do {
    fd = openat(dir, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | flags);
  } while (fd < 0 && errno == EINTR);
  return fd < 0 ? failed(w, errno) : fd;
}

static long read_some(struct visitor *w, int fd, char *text, size_t size) {
  long got;
  do {
    got = read(fd, text, size);
  } while (got < 0 && errno == EINTR);
  return got < 0 ? failed(w, errno) : got;
}

/* One read gives all of such a file: the kernel prepares its text as a whole. */
static long read_at(struct visitor *w, int dir, const char *name, char *text, size_t size) {
  int fd = visit_open(w, dir, name, 0);
  if (fd < 0) return fd;
  long got = read_some(w, fd, text, size);
  close(fd);
  return got;
}

/* Records a text, or why there is none. */
static void put_text(struct visitor *w, int tag, int id, long got) {
  if (w->out.stop != 0) return;
  struct record record = {.tag = (uint16_t)tag, .id = id};
  if (got < 0) record.error = (int32_t)got;
  if (got > 0) record.size = (uint32_t)got;
  if (got == TEXT_MAX) record.flags = FLAG_TRUNCATED;
  records_commit(&w->out, record);
}

static long put_file(struct visitor *w, int dir, const char *name, int tag, int id) {
  atomic_fetch_add(&w->progress, 1);
  size_t size = tag == TAG_STATUS ? STATUS_MAX : TEXT_MAX;
  char *text = records_reserve(&w->out, size);
  if (text == NULL) return -ENOMEM;
  long got = read_at(w, dir, name, text, size);
  put_text(w, tag, id, got);
  return got;
}

static long put_link(struct visitor *w, int dir, const char *name, int tag, int id) {
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

/* Calls `see` for each numbered entry. 0 or -errno. */
int each_number(struct visitor *w, int dir, char *listing, numbered *see) {
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

/* Reads the flags (field 9) and the number of threads (20) of a stat line, counted from the last
 * parenthesis: the name before them may hold anything. */
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

static void read_files(struct visitor *w, struct process *process) {
  size_t text = w->out.used + sizeof(struct record);
  long got = put_file(w, process->dir, "stat", TAG_STAT, process->pid);
  if (got > 0) understand_stat(w->out.bytes + text, got, process);
  if ((w->what & WALK_FILES) == 0) return;
  put_file(w, process->dir, "status", TAG_STATUS, process->pid);
  if (!process->kernel_thread) put_file(w, process->dir, "cmdline", TAG_CMDLINE, process->pid);
  put_file(w, process->dir, "cgroup", TAG_CGROUP, process->pid);
}

static void read_thread(struct visitor *w, int dir, const char *name, int tid) {
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

static void read_threads(struct visitor *w, const struct process *process) {
  if (process->threads == 1) {
    put_file(w, process->dir, "syscall", TAG_THREAD, process->pid);
    return;
  }
  int dir = visit_open(w, process->dir, "task", O_DIRECTORY);
  int error = dir;
  if (dir >= 0) {
    w->refused = 0;
    error = each_number(w, dir, w->entries, read_thread);
    close(dir);
  }
  if (error < 0) records_put(&w->out, TAG_THREAD, process->pid, error);
}

static void read_namespaces(struct visitor *w, int dir, int pid) {
  static const char *const names[] = {"ns/ipc", "ns/net", "ns/mnt", "ns/pid", "ns/user"};
  for (size_t i = 0; i < sizeof names / sizeof *names && w->out.stop == 0; i++) {
    long got = put_link(w, dir, names[i], TAG_NAMESPACE, pid);
    if (got == -EACCES || got == -EPERM) return;
  }
}

static bool begins(const char *text, long size, const char *with) {
  return (size_t)size >= strlen(with) && memcmp(text, with, strlen(with)) == 0;
}

/* Of some devices fdinfo tells nothing that matters, and everybody has them open. */
static const char *const plain_devices[] = {"/dev/null", "/dev/tty", "/dev/urandom", "/dev/random"};

static bool has_fdinfo(const char *text, long size) {
  if (begins(text, size, "anon_inode:")) return true;
  if (!begins(text, size, "/") || begins(text, size, "/dev/pts/")) return false;
  bool plain = false;
  for (size_t i = 0; !plain && i < sizeof plain_devices / sizeof *plain_devices; i++) {
    plain = (size_t)size == strlen(plain_devices[i]) && begins(text, size, plain_devices[i]);
  }
  return !plain;
}

/* The mode of a link is that of the open file: proc_pid_fd(5). It is noted at `mark`. */
static void read_access(struct visitor *w, int dir, const char *name, size_t mark) {
  struct stat link;
  if (syscall(SYS_newfstatat, dir, name, &link, AT_SYMLINK_NOFOLLOW) != 0) return;
  uint16_t flags = FLAG_ACCESS;
  if ((link.st_mode & S_IRUSR) != 0) flags |= FLAG_READ;
  if ((link.st_mode & S_IWUSR) != 0) flags |= FLAG_WRITE;
  struct record record;
  memcpy(&record, w->out.bytes + mark, sizeof record);
  record.flags |= flags;
  memcpy(w->out.bytes + mark, &record, sizeof record);
}

static void read_fdinfo(struct visitor *w, const char *name, int fd) {
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

/* Some security modules show the descriptors' numbers alone: one refusal is enough. */
static void read_descriptor(struct visitor *w, int dir, const char *name, int fd) {
  if (w->refused != 0) return;
  atomic_fetch_add(&w->progress, 1);
  bool missing = w->missing;
  size_t mark = w->out.used;
  long got = put_link(w, dir, name, TAG_DESCRIPTOR, fd);
  if (got == -EACCES || got == -EPERM) w->refused = (int)got;
  if (got == -ENOENT) w->missing = missing;
  if (got <= 0 || w->out.stop != 0) return;
  const char *text = w->out.bytes + mark + sizeof(struct record);
  if (begins(text, got, "pipe:") || begins(text, got, "/")) read_access(w, dir, name, mark);
  bool hangs = w->polls_hang && begins(text, got, "anon_inode:[eventpoll]");
  if (has_fdinfo(text, got) && !hangs) read_fdinfo(w, name, fd);
}

static void read_descriptors(struct visitor *w, int base, int pid) {
  w->base = base;
  int dir = visit_open(w, base, "fd", O_DIRECTORY);
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
static void keep_line(struct visitor *w, struct record *record, const char *line, size_t size) {
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
static size_t keep_shared(struct visitor *w, struct record *record, size_t have) {
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

static void read_mappings(struct visitor *w, int base, int pid) {
  struct record record = {.tag = TAG_MAPPINGS, .id = pid};
  int fd = visit_open(w, base, "maps", 0);
  long got = fd;
  size_t have = 0;
  while (got >= 0 && w->out.stop == 0 && record.flags == 0) {
    atomic_fetch_add(&w->progress, 1);
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

/* A leader that ended before its threads has given up its files, which are theirs too. */
static int open_base(struct visitor *w, const struct process *process) {
  char path[32];
  if (!process->dead) return process->dir;
  snprintf(path, sizeof path, "task/%d", w->other_thread);
  return visit_open(w, process->dir, path, O_DIRECTORY);
}

static void read_process(struct visitor *w, struct process *process) {
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
static bool is_unchanged(struct visitor *w, const struct process *process) {
  char text[TEXT_MAX];
  struct process now = {.dead = true, .threads = 0};
  long got = read_at(w, process->dir, "stat", text, sizeof text);
  if (got > 0) understand_stat(text, got, &now);
  return got > 0 && now.dead == process->dead;
}

void visit_process(struct visitor *w, int pid) {
  char name[16];
  snprintf(name, sizeof name, "%d", pid);
  size_t mark = w->out.used;
  for (int attempt = 0; attempt < 2 && w->out.stop == 0; attempt++) {
    w->out.used = mark;
    w->missing = false;
    w->other_thread = 0;
    struct process process = {.pid = pid, .threads = 0};
    process.dir = visit_open(w, w->proc, name, O_DIRECTORY);
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
