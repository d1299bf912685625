#!/usr/bin/python3
"""Runs a worker of a mechanism under valgrind, and counts its errors and the memory that it loses with each request.

usage: leaks.py PROGRAM OPTION REQUESTS LOGIN PASSWORD [SERVICE [REALM]]
Speaks the protocol of saslauthd-mechanism(7). Two workers run one after the other, with REQUESTS and twice as many
requests: a right password, a wrong one, an unknown login, and sometimes a wrong proof for each scheme that the program
offers. So what is lost once is distinguished from what is lost with each request. Prints a row, and exits with 1 if a
verdict is wrong, for every other error that valgrind finds, and if the second worker lost or kept more blocks than the
first.
"""
import collections
import os
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as xml

HELLO, UNUSABLE, REQUEST, VERDICT, LOG, PREPARE, PREPARED, PROVE, PROVEN = 1, 2, 3, 4, 5, 8, 9, 10, 11
ACCEPTED, UNKNOWN, WRONG = 0, 1, 2
SALT, ROUNDS = b"sixteen bytes..!", 4096
# As valgrind names them.
LOST = "Leak_DefinitelyLost", "Leak_IndirectlyLost"
KEPT = "Leak_PossiblyLost", "Leak_StillReachable"
# A leak adds a block for each request of its kind, the rarest of which is one in ten. A buffer that has grown, or that
# a library happens to have when the worker ends, adds a few.
MOST = 1 / 30


def text(value):
    return struct.pack(">H", len(value)) + value


class Worker:
    """A worker under valgrind; `errors`, `bytes` and `blocks`, by kind, are there when it has ended."""

    def __init__(self, program, option):
        self.folder = tempfile.TemporaryDirectory()
        self.report = os.path.join(self.folder.name, "report")
        self.connection, theirs = socket.socketpair()
        reader, writer = os.pipe()
        os.write(writer, option.encode())
        os.close(writer)
        self.process = subprocess.Popen(
            ["valgrind", "--quiet", "--vgdb=no", "--leak-check=full", "--show-leak-kinds=all", "--xml=yes",
             "--num-callers=30", f"--xml-file={self.report}", program],
            stdin=theirs, pass_fds=[3, reader], preexec_fn=lambda: os.dup2(reader, 3),
            env={"PATH": os.environ["PATH"], "SASLAUTHD_MECHANISM": "x", "SASLAUTHD_USER": "nobody"},
        )
        theirs.close()
        os.close(reader)
        self.number = 0
        hello = self.expect(HELLO)
        self.schemes = self.strings(hello[7:])

    @staticmethod
    def strings(data):
        parts = []
        while data:
            end = 2 + struct.unpack(">H", data[:2])[0]
            parts.append(data[2:end])
            data = data[end:]
        return parts

    def read(self, count):
        data = b""
        while len(data) < count:
            part = self.connection.recv(count - len(data))
            if not part:
                sys.exit(f"the worker exits: {self.process.wait()}")
            data += part
        return data

    def expect(self, wanted):
        while True:
            frame = self.read(struct.unpack(">I", self.read(4))[0])
            if frame[0] == wanted:
                return frame[1:]
            if frame[0] != LOG:
                sys.exit(f"unexpected frame: {frame!r}")

    def ask(self, kind, answer, body):
        """Sends a frame with a number of its own; returns the code in the answer."""
        self.number += 1
        body = struct.pack(">I", self.number) + body
        self.connection.sendall(struct.pack(">IB", 1 + len(body), kind) + body)
        return self.expect(answer)[4]

    def check(self, login, password, service, realm):
        return self.ask(REQUEST, VERDICT, b"".join(map(text, (login, password, service, realm, b""))))

    def prove(self, scheme, login, service, realm):
        identity = b"".join(map(text, (scheme, login, service, realm, b"")))
        if scheme == b"CRAM-MD5":
            parameters, proof = text(b"") + struct.pack(">I", 0), bytes(16)
        else:
            parameters = text(SALT) + struct.pack(">I", ROUNDS)
            proof = bytes(32 if scheme.endswith(b"256") else 20)
            self.ask(PREPARE, PREPARED, identity + parameters)
        return self.ask(PROVE, PROVEN, identity + parameters + text(b"the text") + text(proof))

    def end(self):
        self.connection.close()
        code = self.process.wait()
        if code != 0:
            sys.exit(f"the worker exits with {code}")
        self.bytes, self.blocks, self.errors = (collections.Counter() for _ in range(3))
        self.reports = []
        for error in xml.parse(self.report).getroot().iter("error"):
            kind = error.findtext("kind")
            if kind.startswith("Leak_"):
                self.bytes[kind] += int(error.findtext("xwhat/leakedbytes"))
                self.blocks[kind] += int(error.findtext("xwhat/leakedblocks"))
            else:
                self.errors[kind] += 1
            if kind not in KEPT:
                self.reports.append(describe(error))


def describe(error):
    lines = [error.findtext("what") or error.findtext("xwhat/text")]
    for frame in error.find("stack").iter("frame"):
        lines.append(f"    {frame.findtext('fn') or frame.findtext('ip')}  {frame.findtext('obj')}")
    return "\n".join(lines)


def run(program, option, requests, login, password, service="smtp", realm="example.org"):
    names = [value.encode() for value in (login, password, service, realm)]
    login, password, service, realm = names
    worker = Worker(program, option)
    faults = set()
    for number in range(requests):
        kind = number % 3
        if kind == 0:
            code, allowed = worker.check(login, password, service, realm), (ACCEPTED,)
        elif kind == 1:
            code, allowed = worker.check(login, b"not the word", service, realm), (UNKNOWN, WRONG)
        else:
            code, allowed = worker.check(b"nobody-here", password, service, realm), (UNKNOWN, WRONG)
        if code not in allowed:
            faults.add(f"verdict {code} instead of {allowed}")
        # Slow, as each proof takes thousands of rounds.
        for scheme in worker.schemes if number % 10 < 2 else ():
            name = login if number % 10 == 0 else b"nobody-here"
            if worker.prove(scheme, name, service, realm) not in (UNKNOWN, WRONG):
                faults.add(f"a wrong proof of {scheme.decode()} is not refused")
    worker.end()
    return worker, faults


def subtracted(many, few):
    return {kind: many[kind] - few[kind] for kind in LOST + KEPT}


def main():
    program, option, requests, *identity = sys.argv[1:]
    requests = int(requests)
    signal.alarm(600)
    few, faults = run(program, option, requests, *identity)
    many, more = run(program, option, 2 * requests, *identity)
    faults |= more

    errors = sum(many.errors.values())
    row = f"{2 * requests:>9}{errors:>8}"
    if errors:
        faults.add(f"errors: {dict(many.errors)}")
    for kinds, verb in (LOST, "lost"), (KEPT, "kept"):
        size, growth, blocks = (
            sum(counts[kind] for kind in kinds)
            for counts in (many.bytes, subtracted(many.bytes, few.bytes), subtracted(many.blocks, few.blocks))
        )
        row += f"{size:>12}{growth / requests:>14.2f}"
        if blocks > max(4, requests * MOST):
            faults.add(f"{blocks} more blocks are {verb} after {requests} more requests")
    print(row, flush=True)
    for fault in sorted(faults):
        print(f"  {fault}")
    if faults:
        print("\n".join(many.reports))
    return 1 if faults else 0


sys.exit(main())
