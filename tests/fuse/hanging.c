/* A file system that serves a few files until it is told to stop doing so, and then hangs in the
 * way it is told: a FUSE daemon that speaks to /dev/fuse itself (fuse(4)).
 *
 *   hanging FOLDER    mounts itself there and says "ready"; then, by a line on its standard input:
 *     silent          takes every further request and answers none
 *     asleep          takes no further request
 *
 * In the folder are "file" (whose pages are kept), "direct" (whose reads all come here), "large",
 * "fifo", and whatever node is made there. */
#include <errno.h>
#include <fcntl.h>
#include <linux/fuse.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

enum { ROOT = 1, NODES = 16, SIZE = 4096, LARGE = 1 << 20, REQUEST_MAX = 1 << 18 };

struct node {
  const char *name;
  mode_t mode;
  uint64_t size;
};

static struct node nodes[NODES] = {
    [ROOT] = {"", S_IFDIR | 0755, 0},  {"file", S_IFREG | 0644, SIZE},
    {"direct", S_IFREG | 0644, LARGE}, {"large", S_IFREG | 0644, LARGE},
    {"fifo", S_IFIFO | 0644, 0},
};

static int device;

static void answer(uint64_t unique, int error, const void *body, size_t size) {
  static char reply[sizeof(struct fuse_out_header) + LARGE];
  struct fuse_out_header head = {.len = (uint32_t)(sizeof head + size), .error = error};
  head.unique = unique;
  memcpy(reply, &head, sizeof head);
  if (size > 0) memcpy(reply + sizeof head, body, size);
  if (write(device, reply, sizeof head + size) < 0 && errno != ENOENT) exit(1);
}

static struct fuse_attr attributes_of(uint64_t id) {
  struct fuse_attr attributes = {.ino = id, .mode = nodes[id].mode, .nlink = 1, .blksize = SIZE};
  attributes.size = nodes[id].size;
  return attributes;
}

static uint64_t find(const char *name) {
  for (uint64_t id = ROOT + 1; id < NODES && nodes[id].name != NULL; id++) {
    if (strcmp(nodes[id].name, name) == 0) return id;
  }
  return 0;
}

static uint64_t make(const char *name, mode_t mode) {
  uint64_t id = ROOT + 1;
  while (id < NODES - 1 && nodes[id].name != NULL) id++;
  nodes[id] = (struct node){strdup(name), mode, 0};
  return id;
}

/* No answer is kept: every name is asked for again. */
static void answer_entry(uint64_t unique, uint64_t id) {
  struct fuse_entry_out entry = {.nodeid = id, .generation = 1};
  if (id != 0) entry.attr = attributes_of(id);
  answer(unique, id == 0 ? -ENOENT : 0, &entry, id == 0 ? 0 : sizeof entry);
}

static void answer_init(uint64_t unique, const struct fuse_init_in *in) {
  struct fuse_init_out out = {.major = FUSE_KERNEL_VERSION, .minor = FUSE_KERNEL_MINOR_VERSION};
  if (in->minor < out.minor) out.minor = in->minor;
  out.max_readahead = SIZE;
  out.max_background = 12;
  out.congestion_threshold = 9;
  out.max_write = SIZE;
  answer(unique, 0, &out, sizeof out);
}

static void answer_open(uint64_t unique, uint64_t id) {
  struct fuse_open_out out = {.open_flags = id == find("direct") ? FOPEN_DIRECT_IO : 0};
  answer(unique, 0, &out, sizeof out);
}

static void answer_attributes(uint64_t unique, uint64_t id) {
  struct fuse_attr_out out = {.attr = attributes_of(id)};
  answer(unique, 0, &out, sizeof out);
}

static void serve(const struct fuse_in_header *head, const void *body) {
  static const char zeros[LARGE];
  const struct fuse_read_in *reading = body;
  const struct fuse_mknod_in *making = body;
  const struct fuse_statfs_out numbers = {0};
  switch (head->opcode) {
  case FUSE_INIT:
    return answer_init(head->unique, body);
  case FUSE_LOOKUP:
    return answer_entry(head->unique, find(body));
  case FUSE_GETATTR:
    return answer_attributes(head->unique, head->nodeid);
  case FUSE_OPENDIR:
  case FUSE_OPEN:
    return answer_open(head->unique, head->nodeid);
  case FUSE_READ:
    return answer(head->unique, 0, zeros, reading->size);
  case FUSE_MKNOD:
    return answer_entry(head->unique, make((const char *)(making + 1), making->mode));
  case FUSE_STATFS:
    return answer(head->unique, 0, &numbers, sizeof numbers);
  case FUSE_RELEASE:
  case FUSE_RELEASEDIR:
  case FUSE_FLUSH:
    return answer(head->unique, 0, NULL, 0);
  case FUSE_FORGET:
  case FUSE_BATCH_FORGET:
  case FUSE_INTERRUPT:
    return;
  default:
    return answer(head->unique, -ENOSYS, NULL, 0);
  }
}

static _Alignas(8) char request[REQUEST_MAX];

/* False when the file system was unmounted. */
static int take(void) {
  long got = read(device, request, sizeof request);
  return got >= (long)sizeof(struct fuse_in_header) || errno != ENODEV;
}

static void serve_until_told(void) {
  struct pollfd both[2] = {{device, POLLIN, 0}, {STDIN_FILENO, POLLIN, 0}};
  while (both[1].revents == 0) {
    if (poll(both, 2, -1) < 0) exit(1);
    if ((both[0].revents & POLLERR) != 0) exit(0);
    if ((both[0].revents & POLLIN) == 0) continue;
    if (!take()) exit(0);
    serve((void *)request, request + sizeof(struct fuse_in_header));
  }
}

int main(int count, char **words) {
  char options[80];
  char line[16] = "";
  if (count != 2) return 2;
  device = open("/dev/fuse", O_RDWR | O_CLOEXEC);
  snprintf(options, sizeof options, "fd=%d,rootmode=40000,user_id=0,group_id=0,allow_other",
           device);
  if (device < 0 ||
      mount("hanging", words[1], "fuse.hanging", MS_NOSUID | MS_NODEV, options) != 0) {
    perror("mount");
    return 1;
  }
  puts("ready");
  fflush(stdout);
  serve_until_told();
  if (fgets(line, sizeof line, stdin) == NULL) return 0;
  puts("hanging");
  fflush(stdout);
  if (strcmp(line, "silent\n") == 0) {
    while (take()) continue;
  }
  for (;;) pause();
}
