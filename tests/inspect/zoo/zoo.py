"""Animals of Python's, in the same words as zoo.c; each is blocked by a module that people use."""
import ctypes
import fcntl
import multiprocessing
import os
import select
import signal
import socket
import sys


def tied():
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)


def say(out, name, target, operation, call, partner):
    line = f"{name} {os.getpid()} {target} {operation} {call} {partner}\n"
    os.write(out, line.encode())
    os.close(out)


def partner_without(out, *closed):
    pid = os.fork()
    if pid == 0:
        tied()
        for one in (out, *closed):
            os.close(one)
        while True:
            signal.pause()
    return pid


def py_pipe(out):
    reading, writing = os.pipe()
    partner = partner_without(out, reading)
    os.close(writing)
    say(out, "py-pipe", f"pipe:{os.fstat(reading).st_ino}", "read", "read", partner)
    os.read(reading, 1)


def py_socket(out):
    ours, theirs = socket.socketpair()
    partner = partner_without(out, ours.fileno())
    theirs.close()
    say(out, "py-socket", f"unix:{os.fstat(ours.fileno()).st_ino}", "receive", "recvfrom", partner)
    ours.recv(1)


def py_lock(out):
    file = open("python-lock", "w")
    ready, go = os.pipe()
    partner = os.fork()
    if partner == 0:
        tied()
        held = open("python-lock", "w")
        fcntl.lockf(held, fcntl.LOCK_EX)
        os.write(go, b"x")
        os.close(out)
        while True:
            signal.pause()
    os.read(ready, 1)
    os.close(ready)
    os.close(go)
    say(out, "py-lock", f"lock:{os.getcwd()}/python-lock", "lock", "fcntl", partner)
    fcntl.lockf(file, fcntl.LOCK_EX)


def py_child(out):
    partner = partner_without(out)
    say(out, "py-child", f"pid:{partner}", "wait", "wait4", partner)
    os.waitpid(partner, 0)


def py_accept(out):
    listener = socket.create_server(("127.0.0.1", 0))
    port = listener.getsockname()[1]
    say(out, "py-accept", f"tcp:127.0.0.1:{port}", "accept", "accept4", 0)
    listener.accept()


reading, writing = os.pipe()
for animal in (py_pipe, py_socket, py_lock, py_child, py_accept):
    if os.fork() == 0:
        tied()
        os.close(reading)
        animal(writing)
        os._exit(1)
os.close(writing)
with os.fdopen(reading) as lines:
    sys.stdout.write(lines.read())
print("open", flush=True)
sys.stdin.read()
