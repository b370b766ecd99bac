/* A library that uses memory which is nobody's, as soon as it is loaded. */
static int *volatile nobodys = (int *)8;

__attribute__((constructor)) static void wild(void) { *nobodys = 1; }
