"""Pairs of processes that wait: each prints the pids of both and then waits, as its name says."""
import ctypes, fcntl, os, select, socket, sys, time


def named(name):
    ctypes.CDLL(None).prctl(15, name.encode(), 0, 0, 0)


def pair(name, parent, child):
    """Runs both; the child is told apart by its name."""
    pid = os.fork()
    if pid == 0:
        named(name + "-b")
        child()
        os._exit(0)
    named(name + "-a")
    print(os.getpid(), pid, flush=True)
    parent()


def crossed_pipes():
    (a, b), (c, d) = os.pipe(), os.pipe()

    def parent():
        os.close(b), os.close(c)
        os.read(a, 1)

    def child():
        os.close(a), os.close(d)
        os.read(c, 1)

    pair("pipes", parent, child)


def own_pipe():
    a, b = os.pipe()
    named("own-a")
    print(os.getpid(), os.getpid(), flush=True)
    os.read(a, 1)


def sockets():
    a, b = socket.socketpair()

    def parent():
        b.close()
        a.recv(1)

    def child():
        a.close()
        b.recv(1)

    pair("sockets", parent, child)


def idle_pollers():
    ends = [socket.socketpair() for _ in range(2)]

    def poll(which):
        poller = select.poll()
        for end in ends:
            end[1 - which].close()
            poller.register(end[which], select.POLLIN)
        poller.poll()

    pair("pollers", lambda: poll(0), lambda: poll(1))


def full_pipe():
    a, b = os.pipe()

    def parent():
        os.close(a)
        os.write(b, b"x" * 100000)

    def child():
        os.close(b)
        time.sleep(1000)

    pair("full", parent, child)


def waiting_parent():
    a, b = os.pipe()

    def child():
        os.close(b)
        os.read(a, 1)

    pair("family", lambda: os.wait(), child)


def live_pair():
    """Request and reply for ever: at every moment one of them or the other waits."""
    a, b = socket.socketpair()

    def parent():
        b.close()
        while a.send(b"?"):
            a.recv(1)

    def child():
        a.close()
        while b.recv(1):
            b.send(b"!")

    pair("live", parent, child)


def locks():
    files = sys.argv[2:4]
    ends = [os.pipe(), os.pipe()]

    def take(first, second, own, other):
        held = [open(file, "w") for file in (first, second)]
        fcntl.flock(held[0], fcntl.LOCK_EX)
        os.write(other[1], b"x")
        os.read(own[0], 1)
        fcntl.flock(held[1], fcntl.LOCK_EX)

    pair("locks", lambda: take(*files, *ends), lambda: take(*reversed(files), *reversed(ends)))


globals()[sys.argv[1]]()
