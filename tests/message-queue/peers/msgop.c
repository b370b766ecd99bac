/* A peer in C, after the example of msgop(2): sends or receives one message and says so.
 *
 *   msgop -s|-r [-t TYPE] [-k KEY] [TEXT]
 *
 * The queue is made if there is none. With -r, a TYPE of 0 takes the oldest message, -N the lowest
 * type up to N. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <unistd.h>

enum { TEXT_MAX = 8192 };

struct message {
  long mtype;
  char mtext[TEXT_MAX];
};

static void usage(const char *program) {
  fprintf(stderr, "Usage: %s -s|-r [-t TYPE] [-k KEY] [TEXT]\n", program);
  exit(EXIT_FAILURE);
}

static void fail(const char *call) {
  perror(call);
  exit(EXIT_FAILURE);
}

static void send_message(int queue, long type, const char *text) {
  static struct message message;
  size_t size = strlen(text);
  if (size > TEXT_MAX) fail("text");
  message.mtype = type;
  memcpy(message.mtext, text, size);
  if (msgsnd(queue, &message, size, IPC_NOWAIT) == -1) fail("msgsnd");
  printf("sent: %s\n", text);
}

static void get_message(int queue, long type) {
  static struct message message;
  ssize_t size = msgrcv(queue, &message, sizeof message.mtext, type, MSG_NOERROR | IPC_NOWAIT);
  if (size >= 0) {
    printf("message received: %ld %.*s\n", message.mtype, (int)size, message.mtext);
    return;
  }
  if (errno != ENOMSG) fail("msgrcv");
  printf("No message available for msgrcv()\n");
}

int main(int argc, char **argv) {
  int mode = 0;
  long type = 1;
  key_t key = 1234;
  for (int option; (option = getopt(argc, argv, "srt:k:")) != -1;) {
    if (option == 's' || option == 'r') {
      mode = option;
    } else if (option == 't') {
      type = strtol(optarg, NULL, 10);
    } else if (option == 'k') {
      key = (key_t)strtol(optarg, NULL, 10);
    } else {
      usage(argv[0]);
    }
  }
  if (mode == 0) usage(argv[0]);
  int queue = msgget(key, IPC_CREAT | 0666);
  if (queue == -1) fail("msgget");
  if (mode == 's') {
    send_message(queue, type, optind < argc ? argv[optind] : "");
  } else {
    get_message(queue, type);
  }
  return EXIT_SUCCESS;
}
