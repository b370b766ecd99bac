"""Has open, mapped and bound what there is in a folder, and works in it; then hangs in threads."""
import mmap
import os
import socket
import sys
import threading

folder = sys.argv[1]
file = os.open(f"{folder}/file", os.O_RDWR)
mapped = mmap.mmap(file, 4096)
mapped[0]
direct = os.open(f"{folder}/direct", os.O_RDONLY)
large = os.open(f"{folder}/large", os.O_RDONLY)
fifo = os.open(f"{folder}/fifo", os.O_RDWR)
server = socket.socket(socket.AF_UNIX)
server.bind(f"{folder}/socket")
server.listen()
os.chdir(folder)
print("holding", flush=True)
input()
for hang in (
    lambda: os.read(direct, 10),
    lambda: os.pread(large, 10, 500000),
    lambda: os.stat("file"),
    lambda: os.fstat(file),
    lambda: os.read(fifo, 10),
    lambda: os.listdir("."),
):
    threading.Thread(target=hang, daemon=True).start()
print("hanging", flush=True)
threading.Event().wait()
