/* A 32-bit task of x86 that blocks in msgrcv(id, buffer, 99, -9, 0), without any C library: by the
 * call itself, or with -DMULTIPLEXED by ipc(2), whose version 1 takes the type as an argument. */
#ifndef ID
#define ID 0 /* of the queue; the test gives it */
#endif

#ifdef MULTIPLEXED
enum { CALL = 117, FIRST = 0x1000c, SECOND = ID, THIRD = 99, FOURTH = 0, SIXTH = -9 };
#else
enum { CALL = 401, FIRST = ID, THIRD = 99, FOURTH = -9, SIXTH = 0 };
#endif

static char buffer[128];

void _start(void) {
  int second = (int)(long)buffer;
  int fifth = 0;
#ifdef MULTIPLEXED
  second = SECOND;
  fifth = (int)(long)buffer;
#endif
  for (;;) {
    int answer = CALL;
    __asm__ volatile("push %%ebp\n\t"
                     "mov %[sixth], %%ebp\n\t"
                     "int $0x80\n\t"
                     "pop %%ebp"
                     : "+a"(answer)
                     : "b"(FIRST), "c"(second), "d"(THIRD), "S"(FOURTH),
                       "D"(fifth), [sixth] "i"(SIXTH)
                     : "memory");
  }
}
