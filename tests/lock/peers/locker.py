"""Takes locks on one file, as it is told line by line; says "trying" before each and "done" after."""
import fcntl
import os
import signal
import struct
import sys
import threading

F_OFD_SETLKW = 38
kinds = {"read": fcntl.F_RDLCK, "write": fcntl.F_WRLCK}
signal.signal(signal.SIGIO, signal.SIG_IGN)


def flock(mode):
    fcntl.flock(fd, fcntl.LOCK_EX if mode == "write" else fcntl.LOCK_SH)


def posix(mode, start, length, whence="0"):
    kind = fcntl.LOCK_EX if mode == "write" else fcntl.LOCK_SH
    fcntl.lockf(fd, kind, int(length), int(start), int(whence))


def description(mode, start, length):
    lock = struct.pack("hhqqi4x", kinds[mode], 0, int(start), int(length), 0)
    fcntl.fcntl(fd, F_OFD_SETLKW, lock)


def lease(mode):
    fcntl.fcntl(fd, fcntl.F_SETLEASE, kinds[mode])


def seek(place):
    os.lseek(fd, int(place), os.SEEK_SET)


def duplicate():
    os.dup(fd)


def reopen(mode):
    global fd
    os.close(fd)
    fd = os.open(sys.argv[1], os.O_RDONLY if mode == "read" else os.O_RDWR)


def fork():
    """The child keeps the descriptor and says its number; the parent goes on."""
    child = os.fork()
    if child == 0:
        signal.pause()
    print(child, flush=True)


def thread(*words):
    """Does it in a thread of its own."""
    threading.Thread(target=lambda: globals()[words[0]](*words[1:]), daemon=True).start()


fd = os.open(sys.argv[1], os.O_RDWR | os.O_CREAT, 0o644)
print(fd, flush=True)
for line in sys.stdin:
    name, *words = line.split()
    print("trying", flush=True)
    globals()[name](*words)
    print("done", flush=True)
