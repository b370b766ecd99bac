/* A 32-bit task of x86 that blocks in semop(id, { 1, -3, 0 }, 1), without any C library: by
 * semtimedop_time64(2) without a timeout, or with -DMULTIPLEXED by ipc(2). */
#ifndef ID
#define ID 0 /* of the set; the test gives it */
#endif

static short operation[3] = {1, -3, 0};

#ifdef MULTIPLEXED
enum { CALL = 117, FIRST = 1, SECOND = ID, THIRD = 1, FOURTH = 0 };
#else
enum { CALL = 420, FIRST = ID, THIRD = 1, FOURTH = 0 };
#endif

void _start(void) {
  int second = (int)(long)operation;
  int fifth = 0;
#ifdef MULTIPLEXED
  second = SECOND;
  fifth = (int)(long)operation;
#endif
  for (;;) {
    int answer = CALL;
    __asm__ volatile("push %%ebp\n\t"
                     "xor %%ebp, %%ebp\n\t"
                     "int $0x80\n\t"
                     "pop %%ebp"
                     : "+a"(answer)
                     : "b"(FIRST), "c"(second), "d"(THIRD), "S"(FOURTH), "D"(fifth)
                     : "memory");
  }
}
