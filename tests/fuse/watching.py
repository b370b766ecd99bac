"""Watches what there is in a folder, itself and the way to it: watching FOLDER."""
import ctypes
import os
import sys

libc = ctypes.CDLL(None, use_errno=True)
folder = sys.argv[1]
FAN_MARK_ADD, FAN_MODIFY, AT_FDCWD = 1, 2, -100
inotify = libc.inotify_init1(0)
fanotify = libc.fanotify_init(0, os.O_RDONLY)
for path in (folder, f"{folder}/file", f"{folder}/fifo", os.path.dirname(folder)):
    if libc.inotify_add_watch(inotify, path.encode(), 2) < 0:
        sys.exit(f"inotify_add_watch: {ctypes.get_errno()}")
    if fanotify >= 0:
        libc.fanotify_mark(
            fanotify, FAN_MARK_ADD, ctypes.c_uint64(FAN_MODIFY), AT_FDCWD, path.encode()
        )
print("watching", flush=True)
input()
