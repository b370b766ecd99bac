/* Whether a thread waits for a FUSE or CUSE daemon, which may be in the poll of a file of its. In
 * which call it is may not be asked: that waits for an execve(2) which waits for the same daemon.
 *
 * While it polls, it may have the lock of an epoll descriptor that watches the file, and fdinfo of
 * that descriptor waits for the same lock, uninterruptibly (fs/eventpoll.c, ep_show_fdinfo):
 * whoever reads it hangs as well, and cannot even be killed. Other processes may share the
 * descriptor, so that no fdinfo of epoll may be read at all as long as there is such a thread.
 *
 * State machine: none; one pass over the threads asks where in the kernel each sleeps. Where no
 * file system without a device of its own is mounted, and there is no CUSE, there is no pass. */
#include "../addon.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "engines.h"

static bool begins(const char *text, const char *with) {
  return strncmp(text, with, strlen(with)) == 0;
}

static bool is_number(const char *name) { return *name >= '0' && *name <= '9'; }

static DIR *open_listing(int dir, const char *path) {
  int fd = openat(dir, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return NULL;
  DIR *listing = fdopendir(fd);
  if (listing == NULL) close(fd);
  return listing;
}

/* Reads a short file; "" where that is refused. */
static void read_text(int dir, const char *path, char *text, size_t size) {
  *text = '\0';
  int fd = openat(dir, path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return;
  ssize_t got = read(fd, text, size - 1);
  text[got > 0 ? got : 0] = '\0';
  close(fd);
}

/* Whether a listing has a name that begins or ends so; an unreadable one may have anything. */
static bool has_name(const char *path, const char *beginning, const char *end, bool unreadable) {
  DIR *listing = open_listing(AT_FDCWD, path);
  if (listing == NULL) return unreadable;
  bool found = false;
  struct dirent *entry;
  while (!found && (entry = readdir(listing)) != NULL) {
    if (entry->d_name[0] == '.') continue;
    size_t length = strlen(entry->d_name);
    found = begins(entry->d_name, beginning) ||
            (length >= strlen(end) && strcmp(entry->d_name + length - strlen(end), end) == 0);
  }
  closedir(listing);
  return found;
}

static bool hangs(int tasks, const char *tid) {
  char path[300];
  char text[128];
  snprintf(path, sizeof path, "%s/wchan", tid);
  read_text(tasks, path, text, sizeof text);
  return begins(text, "request_wait_answer") || begins(text, "fuse_");
}

static bool has_hanging_thread(int proc, const char *pid) {
  char path[300];
  snprintf(path, sizeof path, "%s/task", pid);
  DIR *tasks = open_listing(proc, path);
  if (tasks == NULL) return false;
  bool found = false;
  struct dirent *entry;
  while (!found && (entry = readdir(tasks)) != NULL) {
    if (is_number(entry->d_name)) found = hangs(dirfd(tasks), entry->d_name);
  }
  closedir(tasks);
  return found;
}

bool hung_polls(int proc) {
  if (!has_name("/sys/class/bdi", "0:", "-fuseblk", true) &&
      !has_name("/sys/class/cuse", "", "", false)) {
    return false;
  }
  DIR *processes = open_listing(proc, ".");
  if (processes == NULL) return false;
  bool found = false;
  struct dirent *entry;
  while (!found && (entry = readdir(processes)) != NULL) {
    if (is_number(entry->d_name)) found = has_hanging_thread(proc, entry->d_name);
  }
  closedir(processes);
  return found;
}
