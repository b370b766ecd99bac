/* The twin of message-queue.ts: the same exchanges as a C program would write them. A waiting end
 * of ours is an end that blocks here: that is what a C program does. */
#include <errno.h>
#include <sys/ipc.h>
#include <sys/msg.h>

#include "../twin.h"

enum { TEXT_MAX = 65536 };

struct message {
  long type;
  char text[TEXT_MAX];
};

static struct message message;

static void send_blocking(int queue, size_t size) {
  if (msgsnd(queue, &message, size, 0) != 0) fail("msgsnd");
}

static size_t receive_blocking(int queue) {
  ssize_t size = msgrcv(queue, &message, TEXT_MAX, 0, 0);
  if (size < 0) fail("msgrcv");
  return (size_t)size;
}

static int try_send(int queue, size_t size) {
  if (msgsnd(queue, &message, size, IPC_NOWAIT) == 0) return 1;
  if (errno != EAGAIN) fail("msgsnd");
  return 0;
}

/* The size, or -1 when the queue is empty. */
static ssize_t try_receive(int queue) {
  ssize_t size = msgrcv(queue, &message, TEXT_MAX, 0, IPC_NOWAIT);
  if (size < 0 && errno != ENOMSG) fail("msgrcv");
  return size;
}

static void send_spinning(int queue, size_t size) {
  while (!try_send(queue, size)) continue;
}

static size_t receive_spinning(int queue) {
  ssize_t size;
  do size = try_receive(queue);
  while (size < 0);
  return (size_t)size;
}

typedef void send_function(int queue, size_t size);
typedef size_t receive_function(int queue);

static void near_end(const struct side *side, int ping, int pong, send_function *send,
                     receive_function *receive) {
  int64_t started = 0;
  uint32_t sum = 0;
  for (uint32_t i = 0; i < side->messages; i++) {
    if (i == side->warmup) started = now();
    stamp(message.text, side->size, i);
    send(ping, side->size);
    size_t size = receive(pong);
    sum = summed(sum, message.text, size);
  }
  side_end(side, started, sum);
}

static void far_end(const struct side *side, int ping, int pong, send_function *send,
                    receive_function *receive) {
  int64_t started = now();
  uint32_t sum = 0;
  for (uint32_t i = 0; i < side->messages; i++) {
    size_t size = receive(ping);
    sum = summed(sum, message.text, size);
    send(pong, size);
  }
  side_end(side, started, sum);
}

static void receiver_end(const struct side *side, int queue, receive_function *receive) {
  int64_t started = 0;
  uint32_t sum = 0;
  for (uint32_t i = 0; i < side->messages; i++) {
    if (i == side->warmup) started = now();
    size_t size = receive(queue);
    sum = summed(sum, message.text, size);
  }
  side_end(side, started, sum);
}

static void sender_end(const struct side *side, int queue, send_function *send) {
  int64_t started = now();
  for (uint32_t i = 0; i < side->messages; i++) {
    stamp(message.text, side->size, i);
    send(queue, side->size);
  }
  side_end(side, started, 0);
}

/* Both ends of a ping-pong in one process: what the calls alone cost. */
static void ping_pong_alone(const struct side *side, int ping, int pong) {
  int64_t started = 0;
  uint32_t sum = 0;
  for (uint32_t i = 0; i < side->messages; i++) {
    if (i == side->warmup) started = now();
    stamp(message.text, side->size, i);
    send_spinning(ping, side->size);
    send_spinning(pong, receive_spinning(ping));
    size_t size = receive_spinning(pong);
    sum = summed(sum, message.text, size);
  }
  side_end(side, started, sum);
}

/* Both ends of a one-way transfer in one process: fills the queue, then empties it. */
static void one_way_alone(const struct side *side, int queue) {
  int64_t started = 0;
  uint32_t sum = 0;
  uint32_t sent = 0;
  for (uint32_t received = 0; received < side->messages;) {
    for (; sent < side->messages; sent++) {
      stamp(message.text, side->size, sent);
      if (!try_send(queue, side->size)) break;
    }
    for (ssize_t size; (size = try_receive(queue)) >= 0; received++) {
      if (received == side->warmup) started = now();
      sum = summed(sum, message.text, (size_t)size);
    }
  }
  side_end(side, started, sum);
}

static void pairs_alone(const struct side *side, int queue) {
  int64_t started = 0;
  uint32_t sum = 0;
  for (uint32_t i = 0; i < side->messages; i++) {
    if (i == side->warmup) started = now();
    stamp(message.text, side->size, i);
    send_spinning(queue, side->size);
    size_t size = receive_spinning(queue);
    sum = summed(sum, message.text, size);
  }
  side_end(side, started, sum);
}

static int has(const char *words, const char *word) { return strstr(words, word) != NULL; }

int main(int count, char **words) {
  struct side side = side_begin(count, words);
  if (side.shared_count != 2 || side.size > TEXT_MAX) return 2;
  int ping = atoi(side.shared[0]);
  int pong = atoi(side.shared[1]);
  message.type = 1;
  send_function *send = has(side.workload, "try") ? send_spinning : send_blocking;
  receive_function *receive = has(side.workload, "try") ? receive_spinning : receive_blocking;
  if (strcmp(side.role, "near") == 0) near_end(&side, ping, pong, send, receive);
  if (strcmp(side.role, "far") == 0) far_end(&side, ping, pong, send, receive);
  if (strcmp(side.role, "receiver") == 0) receiver_end(&side, ping, receive);
  if (strcmp(side.role, "sender") == 0) sender_end(&side, ping, send);
  if (has(side.workload, "ping-pong")) ping_pong_alone(&side, ping, pong);
  if (has(side.workload, "one-way")) one_way_alone(&side, ping);
  if (has(side.workload, "pairs")) pairs_alone(&side, ping);
  return 2;
}
