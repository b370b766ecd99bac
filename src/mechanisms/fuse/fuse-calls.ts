/** The system calls that go to a file system, and where in their arguments they say to which file. */

/** Where a call names its file. */
export interface FileCall {
  /** The verb, to stand behind "waits to". */
  readonly operation: string;
  /** Which argument is a descriptor: of the file, or of the folder that a path begins in. */
  readonly fd?: number;
  /** Which argument is the address of a path. */
  readonly path?: number;
}

/** By the kernel's name of the call. */
export const fileCalls: ReadonlyMap<string, FileCall> = new Map([
  ...calls("read", { fd: 0 }, "read readv pread64 preadv preadv2 getdents getdents64 readahead"),
  ...calls("write", { fd: 0 }, "write writev pwrite64 pwritev pwritev2 ftruncate ftruncate64"),
  ...calls("write", { fd: 0 }, "fallocate fsync fdatasync syncfs sync_file_range"),
  ...calls("copy", { fd: 0 }, "sendfile sendfile64 splice copy_file_range"),
  ...calls("lock", { fd: 0 }, "flock fcntl fcntl64"),
  ...calls("control", { fd: 0 }, "ioctl fadvise64"),
  ...calls("close", { fd: 0 }, "close"),
  ...calls("stat", { fd: 0 }, "fstat fstat64 fstatfs fstatfs64 fgetxattr flistxattr"),
  ...calls("stat", { fd: 0 }, "lseek _llseek fchdir"),
  ...calls("change", { fd: 0 }, "fchmod fchown fchown32 fsetxattr fremovexattr"),
  ...calls("open", { path: 0 }, "open creat"),
  ...calls("open", { fd: 0, path: 1 }, "openat openat2 name_to_handle_at"),
  ...calls("run", { path: 0 }, "execve"),
  ...calls("run", { fd: 0, path: 1 }, "execveat"),
  ...calls("stat", { path: 0 }, "stat lstat stat64 lstat64 access readlink statfs statfs64"),
  ...calls("stat", { path: 0 }, "chdir chroot getxattr lgetxattr listxattr llistxattr"),
  ...calls("stat", { fd: 0, path: 1 }, "newfstatat fstatat fstatat64 statx faccessat faccessat2"),
  ...calls("stat", { fd: 0, path: 1 }, "readlinkat"),
  ...calls("watch", { path: 1 }, "inotify_add_watch"),
  ...calls("poll", { fd: 2 }, "epoll_ctl"),
  // Of several files they do not say which one they ask about.
  ...calls("poll", {}, "poll ppoll select _newselect pselect6"),
  ...calls("poll", {}, "epoll_wait epoll_pwait epoll_pwait2 io_uring_enter"),
  ...calls("make", { path: 0 }, "mkdir mknod"),
  ...calls("make", { path: 1 }, "symlink link"),
  ...calls("make", { fd: 0, path: 1 }, "mkdirat mknodat"),
  ...calls("make", { fd: 2, path: 3 }, "linkat"),
  ...calls("make", { fd: 1, path: 2 }, "symlinkat"),
  ...calls("remove", { path: 0 }, "rmdir unlink"),
  ...calls("remove", { fd: 0, path: 1 }, "unlinkat"),
  ...calls("rename", { path: 0 }, "rename"),
  ...calls("rename", { fd: 0, path: 1 }, "renameat renameat2"),
  ...calls("change", { path: 0 }, "chmod chown lchown chown32 lchown32 truncate truncate64"),
  ...calls("change", { path: 0 }, "utime utimes setxattr lsetxattr removexattr lremovexattr"),
  ...calls("change", { fd: 0, path: 1 }, "fchmodat fchmodat2 fchownat utimensat"),
  // The path is that of an address, which is not read: the descriptor is a socket.
  ...calls("connect", {}, "connect bind"),
]);

function calls(
  operation: string,
  places: Omit<FileCall, "operation">,
  names: string,
): (readonly [string, FileCall])[] {
  return names.split(" ").map((name) => [name, { operation, ...places }]);
}
