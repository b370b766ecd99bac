"""A segment spoken to by python3-sysv-ipc, one command a line: as peer.pl."""

import errno
import sys

import sysv_ipc

key, size = int(sys.argv[1]), int(sys.argv[2])
segment = sysv_ipc.SharedMemory(key, sysv_ipc.IPC_CREAT, size=size, mode=0o600)
segment.detach()
print(segment.id, flush=True)


def read(offset, size):
    segment.attach()
    try:
        return segment.read(int(size), int(offset)).hex()
    finally:
        segment.detach()


def write(offset, text=""):
    segment.attach()
    try:
        segment.write(bytes.fromhex(text), int(offset))
        return "done"
    finally:
        segment.detach()


def attach():
    segment.attach()
    return "done"


def detach():
    segment.detach()
    return "done"


def stat():
    fields = {
        "uid": segment.uid,
        "gid": segment.gid,
        "cuid": segment.cuid,
        "cgid": segment.cgid,
        "mode": segment.mode,
        "segsz": segment.size,
        "lpid": segment.last_pid,
        "cpid": segment.creator_pid,
        "nattch": segment.number_attached,
        "atime": segment.last_attach_time,
        "dtime": segment.last_detach_time,
        "ctime": segment.last_change_time,
    }
    return " ".join(f"{name}={int(value)}" for name, value in fields.items())


def set_mode(mode):
    segment.mode = int(mode, 8)
    return "done"


def remove():
    segment.remove()
    return "done"


commands = {
    "read": read,
    "write": write,
    "attach": attach,
    "detach": detach,
    "stat": stat,
    "set": set_mode,
    "remove": remove,
}

for line in sys.stdin:
    command, *words = line.split()
    try:
        print(commands[command](*words), flush=True)
    except sysv_ipc.ExistentialError:
        print("EIDRM", flush=True)
    except ValueError:
        print("EINVAL", flush=True)
    except OSError as refused:
        print(errno.errorcode[refused.errno], flush=True)
