"""A semaphore spoken to by python3-sysv-ipc, one command a line:
  create VALUE       -> the id; made by IPC_CREX, with the value set, but no operation done yet
  open               -> the id, once its creator has operated on it (o_time)
  acquire [undo] [nowait] | release [undo] | zero   -> done
  value | otime | pid | ncnt | zcnt                 -> a number
  race VALUE         -> makes it as the documentation tells, or waits for who does; the value
  remove             -> done
"""
import sys
import time

import sysv_ipc

key = int(sys.argv[1])
semaphore = None


def create(value):
    global semaphore
    semaphore = sysv_ipc.Semaphore(key, sysv_ipc.IPC_CREX, initial_value=int(value))
    return semaphore.id


def attach():
    global semaphore
    semaphore = sysv_ipc.Semaphore(key)
    while not semaphore.o_time:
        time.sleep(0.001)
    return semaphore.id


def race(value, name):
    global key
    key = int(name)
    while True:
        try:
            create(int(value) - 1)
            semaphore.release()
            return semaphore.value
        except sysv_ipc.ExistentialError:
            pass
        try:
            attach()
            return semaphore.value
        except sysv_ipc.ExistentialError:
            pass


def acquire(*words):
    semaphore.undo = "undo" in words
    if "nowait" in words:
        semaphore.block = False
    try:
        semaphore.acquire()
    finally:
        semaphore.block = True
    return "done"


def release(*words):
    semaphore.undo = "undo" in words
    semaphore.release()
    return "done"


def zero():
    semaphore.Z()
    return "done"


def remove():
    semaphore.remove()
    return "done"


COMMANDS = {
    "create": create,
    "open": attach,
    "race": race,
    "acquire": acquire,
    "release": release,
    "zero": zero,
    "value": lambda: semaphore.value,
    "otime": lambda: int(semaphore.o_time),
    "pid": lambda: semaphore.last_pid,
    "ncnt": lambda: semaphore.waiting_for_nonzero,
    "zcnt": lambda: semaphore.waiting_for_zero,
    "remove": remove,
}

for line in sys.stdin:
    command, *words = line.rstrip("\n").split(" ")
    try:
        answer = COMMANDS[command](*words)
    except sysv_ipc.BusyError:
        answer = "EAGAIN"
    except sysv_ipc.ExistentialError:
        answer = "EIDRM"
    print(answer, flush=True)
