/* Watches files by inotify(7) and fanotify(7): `watching WHAT PATH` prints the descriptor, or the
 * refusal, and blocks until there is an event. */
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/fanotify.h>
#include <sys/inotify.h>
#include <unistd.h>

static void wait_for(int fd) {
  char events[4096];
  printf("%d %d 0\n", fd < 0 ? -errno : fd, fd);
  fflush(stdout);
  if (fd >= 0 && read(fd, events, sizeof events) < 0) perror("read");
}

static int marked(unsigned group, unsigned how, uint64_t mask, const char *path) {
  int fd = fanotify_init(group | FAN_CLOEXEC, O_RDONLY);
  if (fd < 0) return -1;
  return fanotify_mark(fd, FAN_MARK_ADD | how, mask, AT_FDCWD, path) == 0 ? fd : -1;
}

int main(int count, char **words) {
  if (count < 3) return 2;
  const char *what = words[1];
  const char *path = words[2];
  if (strcmp(what, "inotify") == 0 || strcmp(what, "everything") == 0) {
    uint32_t mask = *what == 'i' ? IN_CREATE | IN_DELETE : IN_ALL_EVENTS;
    int fd = inotify_init1(IN_CLOEXEC);
    for (int i = 2; i < count; i++) inotify_add_watch(fd, words[i], mask);
    wait_for(fd);
  }
  if (strcmp(what, "nothing") == 0) wait_for(inotify_init1(0));
  if (strcmp(what, "fanotify") == 0) wait_for(marked(0, 0, FAN_OPEN, path));
  if (strcmp(what, "permission") == 0) {
    int fd = marked(FAN_CLASS_CONTENT, FAN_MARK_MOUNT, FAN_OPEN_PERM, path);
    printf("%d 0 0\n", fd < 0 ? -errno : fd);
    fflush(stdout);
    for (;;) pause();
  }
  return 1;
}
