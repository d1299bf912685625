#!/usr/bin/python3
"""Restarts a daemon as a service manager with a descriptor store does, and prints what the second one remembers.

Arguments: the run directory, then the command line of the daemon. Prints the answers to a password that the first daemon has accepted,
while the login is guessed at the second one; then those of a daemon that was handed something else by the same name.
"""
import array
import os
import signal
import socket
import struct
import subprocess
import sys

run, command = sys.argv[1], sys.argv[2:]
# The threads of the tests block signals.
signal.pthread_sigmask(signal.SIG_SETMASK, [])
manager = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
manager.settimeout(60)
manager.bind(run + "/notify")
kept = None


def hear(word):
    """Receives messages until one begins with a word; keeps its descriptor."""
    global kept
    while True:
        text, control, _, _ = manager.recvmsg(4096, socket.CMSG_SPACE(4))
        for level, kind, data in control:
            assert (level, kind) == (socket.SOL_SOCKET, socket.SCM_RIGHTS)
            if kept is not None:
                os.close(kept)
            kept = struct.unpack("i", data[:4])[0]
        if text.decode().startswith(word):
            return text.decode()


def start(descriptor=None):
    def prepare():
        if descriptor is not None:
            os.dup2(descriptor, 3)
            os.environ.update(LISTEN_PID=str(os.getpid()), LISTEN_FDS="1", LISTEN_FDNAMES="frontend-memory")
        os.environ["NOTIFY_SOCKET"] = run + "/notify"
        os.execv(command[0], command)

    child = os.fork()
    if child == 0:
        prepare()
    hear("READY=1")
    hear("FDSTORE=1")
    return child


def stop(child):
    os.kill(child, signal.SIGTERM)
    os.waitpid(child, 0)


def send(password):
    client = socket.socket(socket.AF_UNIX)
    client.settimeout(60)
    client.connect(run + "/mux")
    fields = [b"alice", password, b"smtp", b""]
    client.sendall(b"".join(struct.pack(">H", len(field)) + field for field in fields))
    return client


def ask(password):
    answer = send(password).recv(64)
    return answer[2:].decode() or "later"


first = start()
assert ask(b"secret") == "OK"
left = os.dup(kept)
stop(first)
second = start(left)
guesses = [send(b"guess %d" % number) for number in range(100)]
# While ten requests wait, some of the new ones are deferred: then all slots of the throttle are in use.
assert any(guess.recv(64) == b"\0\0" for guess in guesses[50:51] + guesses[51:])
print(*[ask(b"secret") for _ in range(10)])
stop(second)
reader, writer = os.pipe()
third = start(reader)
print(ask(b"secret"))
stop(third)
