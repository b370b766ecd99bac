"""A queue spoken to by python3-sysv-ipc; the commands are those of peer.pl, without flags."""
import sys

import sysv_ipc

LONGEST = 1 << 20
queue = sysv_ipc.MessageQueue(
    int(sys.argv[1]), sysv_ipc.IPC_CREAT, mode=0o600, max_message_size=LONGEST
)


def send(kind, text="", *flags):
    queue.send(bytes.fromhex(text), block="nowait" not in flags, type=int(kind))
    return "sent"


def receive(kind, _size, *flags):
    text, got = queue.receive(block="nowait" not in flags, type=int(kind))
    return f"{got} {text.hex()}"


def stat():
    fields = {
        "uid": queue.uid,
        "gid": queue.gid,
        "cuid": queue.cuid,
        "cgid": queue.cgid,
        "mode": queue.mode,
        "qnum": queue.current_messages,
        "qbytes": queue.max_size,
        "lspid": queue.last_send_pid,
        "lrpid": queue.last_receive_pid,
        "stime": queue.last_send_time,
        "rtime": queue.last_receive_time,
        "ctime": queue.last_change_time,
    }
    return " ".join(f"{name}={int(value)}" for name, value in fields.items())


def change(mode, qbytes):
    queue.mode = int(mode, 8)
    queue.max_size = int(qbytes)
    return "done"


def remove():
    queue.remove()
    return "done"


COMMANDS = {"send": send, "receive": receive, "stat": stat, "set": change, "remove": remove}

print(queue.id, flush=True)
for line in sys.stdin:
    command, *words = line.rstrip("\n").split(" ")
    try:
        answer = COMMANDS[command](*words)
    except sysv_ipc.BusyError:
        answer = "EAGAIN" if command == "send" else "ENOMSG"
    except sysv_ipc.ExistentialError:
        answer = "EIDRM"
    except ValueError:
        answer = "EINVAL"
    print(answer, flush=True)
