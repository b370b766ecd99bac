"""Comes to a folder by a symbolic link, so that no path says where it leads: linked FOLDER LINK.
Two sockets are bound to one name, someone waits to connect to it, and someone opens a FIFO there."""
import os
import socket
import sys
import threading

folder, link = sys.argv[1:]
name = f"{link}/socket"


def bound():
    server = socket.socket(socket.AF_UNIX)
    server.bind(name)
    server.listen(0)
    return server


os.mkdir(f"{link}-other")
os.symlink(f"{link}-other", link)
first = bound()
os.unlink(link)
os.symlink(folder, link)
second = bound()
clients = [socket.socket(socket.AF_UNIX) for _ in range(2)]
clients[0].connect(name)
for block in (lambda: clients[1].connect(name), lambda: os.open(f"{link}/fifo", os.O_RDONLY)):
    threading.Thread(target=block, daemon=True).start()
os.chdir(link)
relative = socket.socket(socket.AF_UNIX)
relative.bind("relative")
print("blocked", flush=True)
threading.Event().wait()
