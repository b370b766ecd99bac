/* The real-time signals with which the engines interrupt a blocked system call.
 *
 * State machine, for each of the two signals: UNCHOSEN -> CHOSEN at first use, for the life of the
 * process. Chosen is the highest real-time signal whose disposition is the default, so that no one
 * else's is taken.
 *
 * The wake signal has no SA_RESTART: a call it hits answers EINTR. It goes only to threads of the
 * wait engine. The tick signal goes to JavaScript threads and has SA_RESTART, so that no other
 * call of such a thread is disturbed; msgsnd, msgrcv and semop answer EINTR all the same
 * (signal(7), "Interruption of system calls and library functions by signal handlers"). */
#include <signal.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <uv.h>

#include "engines.h"

static uv_once_t once = UV_ONCE_INIT;
static uv_mutex_t lock;
static int wake_signal;
static int tick_signal;

static void make_lock(void) {
  if (uv_mutex_init(&lock) != 0) abort();
}

static void wake(int number) { (void)number; }

static int choose(void (*handler)(int), int flags) {
  for (int number = SIGRTMAX; number >= SIGRTMIN; number--) {
    struct sigaction now;
    if (sigaction(number, NULL, &now) != 0 || (now.sa_flags & SA_SIGINFO) != 0) continue;
    if (now.sa_handler != SIG_DFL) continue;
    struct sigaction ours = {.sa_handler = handler, .sa_flags = flags};
    sigemptyset(&ours.sa_mask);
    if (sigaction(number, &ours, NULL) == 0) return number;
  }
  return -EUSERS;
}

static int chosen(int *number, void (*handler)(int), int flags) {
  uv_once(&once, make_lock);
  uv_mutex_lock(&lock);
  if (*number <= 0) *number = choose(handler, flags);
  int answer = *number;
  uv_mutex_unlock(&lock);
  return answer;
}

int interrupt_wake_signal(void) { return chosen(&wake_signal, wake, SA_ONSTACK); }

int interrupt_tick_signal(void (*handler)(int)) {
  return chosen(&tick_signal, handler, SA_ONSTACK | SA_RESTART);
}

/* By the bare system call: pthread_sigmask has a symbol newer than the C libraries we support. */
void interrupt_unblock(int number) {
  uint64_t set = 1ULL << (number - 1);
  syscall(SYS_rt_sigprocmask, SIG_UNBLOCK, &set, NULL, sizeof set);
}
