"""POSIX message queues by the C library's own calls, one way of using them a word.

mq.py WORD NAME [PROGRAM PARAMETERS]: prints a line when it has done what it says, and then waits: for the
queue where that is its word, else for its standard input to end.
"""
import ctypes
import os
import signal
import sys

library = ctypes.CDLL(None if hasattr(ctypes.CDLL(None), "mq_open") else "librt.so.1", use_errno=True)


class Attributes(ctypes.Structure):
    _fields_ = [(name, ctypes.c_long) for name in ("flags", "maxmsg", "msgsize", "curmsgs")]
    _fields_ += [("reserved", ctypes.c_long * 4)]


class Event(ctypes.Structure):
    _fields_ = [("value", ctypes.c_void_p), ("signo", ctypes.c_int), ("notify", ctypes.c_int)]
    _fields_ += [("rest", ctypes.c_char * 48)]


class Time(ctypes.Structure):
    _fields_ = [("seconds", ctypes.c_long), ("nanoseconds", ctypes.c_long)]


def checked(answer):
    if answer < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return answer


def opened(flags):
    sizes = Attributes(0, 2, 64, 0)
    flags |= os.O_CREAT
    return checked(library.mq_open(name, flags, 0o640, ctypes.byref(sizes)))


def say(word):
    print(word, flush=True)


word, name = sys.argv[1], os.fsencode(sys.argv[2])
buffer = ctypes.create_string_buffer(64)

if word == "send":  # as many as there is room for, and one more, for which it waits
    queue = opened(os.O_WRONLY)
    checked(library.mq_send(queue, b"hello", 5, 3))
    checked(library.mq_send(queue, b"hello", 5, 3))
    say("full")
    checked(library.mq_send(queue, b"too much", 8, 7))
elif word == "receive":
    queue = opened(os.O_RDONLY)
    say("open")
    checked(library.mq_receive(queue, buffer, 64, None))
elif word == "timed":
    queue = opened(os.O_RDWR)
    say("open")
    end = Time(2**31, 0)
    checked(library.mq_timedreceive(queue, buffer, 64, None, ctypes.byref(end)))
elif word == "poll":
    import select

    queue = opened(os.O_RDONLY)
    poll = select.poll()
    poll.register(queue, select.POLLIN)
    say("open")
    poll.poll()
elif word == "notify":
    signal.signal(signal.SIGUSR1, lambda *_: None)
    queue = opened(os.O_RDONLY)
    checked(library.mq_notify(queue, ctypes.byref(Event(None, signal.SIGUSR1, 0, b""))))
    say("registered")
    sys.stdin.read()
elif word == "notified":  # goes on as another program, which is told of the next message
    queue = opened(os.O_RDONLY)
    os.set_inheritable(queue, True)
    checked(library.mq_notify(queue, ctypes.byref(Event(None, 0, 1, b""))))
    os.execv(sys.argv[3], sys.argv[3:])
elif word == "unlinked":
    queue = opened(os.O_RDWR)
    checked(library.mq_send(queue, b"left", 4, 0))
    checked(library.mq_unlink(name))
    say("unlinked")
    sys.stdin.read()
elif word == "hold":
    queue = opened(os.O_RDWR)
    say("open")
    sys.stdin.read()
elif word == "leave":  # a message, and nobody who has the queue open
    queue = opened(os.O_RDWR)
    checked(library.mq_send(queue, b"left", 4, 0))
    say("left")
elif word == "unlink":
    checked(library.mq_unlink(name))
