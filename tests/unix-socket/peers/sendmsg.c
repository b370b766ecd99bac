/* Sends datagrams to a Unix socket with sendmsg(2) until that blocks. */
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

int main(int count, char **arguments) {
  struct sockaddr_un to = {.sun_family = AF_UNIX};
  if (count != 2) return 2;
  strncpy(to.sun_path, arguments[1], sizeof to.sun_path - 1);
  struct iovec data = {.iov_base = "x", .iov_len = 1};
  struct msghdr message = {
      .msg_name = &to, .msg_namelen = sizeof to, .msg_iov = &data, .msg_iovlen = 1};
  int fd = socket(AF_UNIX, SOCK_DGRAM, 0);
  while (sendmsg(fd, &message, 0) >= 0) {
  }
  return 1;
}
