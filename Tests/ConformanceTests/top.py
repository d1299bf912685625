#!/usr/bin/python3
"""Runs saslauthctl top on its own terminal, and prints what it shows of a daemon.

Arguments: saslauthctl, the run directory, then the command line of the daemon. Each step waits for what it is to see, for a minute at
the most; a line is printed for each that went well.
"""
import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import time

control, run, command = sys.argv[1], sys.argv[2], sys.argv[3:]
# The threads of the tests block signals, and whoever started them may ignore some.
signal.pthread_sigmask(signal.SIG_SETMASK, [])
signal.signal(signal.SIGHUP, signal.SIG_DFL)
ENTRY, EXIT = b"\x1b[?1049h", b"\x1b[?7h\x1b[?25h\x1b[?1049l"


def start_daemon():
    # It is killed when the tests are killed.
    daemon = subprocess.Popen(["setpriv", "--pdeathsig", "TERM", *command], stdin=subprocess.DEVNULL,
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    end = time.monotonic() + 60
    while subprocess.run([control, "-m", run], capture_output=True).returncode != 0:
        assert time.monotonic() < end and daemon.poll() is None, "the daemon does not answer"
        time.sleep(0.02)
    return daemon


class Terminal:
    """A terminal with saslauthctl top, in its own session."""

    def __init__(self, *words, columns=80, rows=40, jobs=None, **environment):
        self.master, self.slave = pty.openpty()
        fcntl.ioctl(self.slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.before = termios.tcgetattr(self.slave)
        self.output = b""

        def take_terminal():
            os.setsid()
            fcntl.ioctl(0, termios.TIOCSCTTY, 0)
            if jobs is not None:
                run_job()

        def run_job():
            """Runs the program as a job, as a shell does: a process without a parent in its session never stops."""
            child = os.fork()
            signal.signal(signal.SIGTTOU, signal.SIG_IGN)
            if child == 0:
                os.setpgid(0, 0)
                os.tcsetpgrp(0, os.getpid())
                signal.signal(signal.SIGTTOU, signal.SIG_DFL)
                return
            # The end of the pipe that reports the start belongs to the other process.
            os.closerange(3, jobs)
            os.closerange(jobs + 1, 256)
            while True:
                _, status = os.waitpid(child, os.WUNTRACED)
                os.write(jobs, struct.pack("ii", child, status))
                if not os.WIFSTOPPED(status):
                    os._exit(os.waitstatus_to_exitcode(status) & 0x7F)

        # With a sanitizer, its settings are there.
        variables = {**os.environ, "LC_ALL": "C", "TERM": "xterm", **environment}
        self.child = subprocess.Popen(
            ["setpriv", "--pdeathsig", "KILL", control, "-m", run, "top", *words], stdin=self.slave, stdout=self.slave, stderr=self.slave, env=variables,
            preexec_fn=take_terminal)

    def read(self, milliseconds):
        if not select.select([self.master], [], [], milliseconds / 1000)[0]:
            return False
        self.output += os.read(self.master, 65536)
        return True

    def see(self, pattern, fresh=False):
        """Waits for a text; if fresh, for one that is printed from now on."""
        if fresh:
            self.output = b""
        end = time.monotonic() + 60
        while not re.search(pattern, self.output):
            assert time.monotonic() < end, f"not seen: {pattern}, but: {self.output[-2000:]}"
            self.read(100)

    def screen(self):
        """The lines on the screen, without styles."""
        last = self.output[self.output.rindex(b"\x1b[H"):]
        return re.split(r"\r+\n", re.sub(rb"\x1b\[[0-9;?]*[A-Za-z]", b"", last).decode())

    def type(self, keys):
        os.write(self.master, keys)

    def resize(self, columns, rows):
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def is_quiet(self):
        return not termios.tcgetattr(self.slave)[3] & (termios.ICANON | termios.ECHO)

    def is_restored(self):
        while self.read(0):
            pass
        return termios.tcgetattr(self.slave) == self.before and self.output.rstrip().endswith(EXIT)

    def end(self):
        """Waits until the program exits; returns its exit code, or the negated number of a signal."""
        end = time.monotonic() + 60
        while self.child.poll() is None:
            assert time.monotonic() < end, "the program does not end"
            self.read(20)
        return self.child.returncode


def check(name, *facts):
    print(f"{name}: {'right' if all(facts) else facts}", flush=True)


daemon = start_daemon()

for name, keys in (("q", b"q"), ("interrupt key", b"\x03")):
    terminal = Terminal()
    terminal.see(rb"queue")
    quiet = terminal.is_quiet()
    terminal.type(b"x\n")
    terminal.see(rb"mechanism", fresh=True)
    terminal.type(keys)
    check(name, quiet, terminal.output.count(ENTRY) == 0, terminal.end() == 0, terminal.is_restored())

for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT):
    terminal = Terminal()
    terminal.see(rb"queue")
    terminal.child.send_signal(number)
    check(number.name, terminal.end() == -number, terminal.is_restored())

# Stopped and continued: meanwhile the terminal is restored.
reader, writer = os.pipe()
terminal = Terminal(jobs=writer)
terminal.see(rb"queue")
terminal.type(b"\x1a")
while not select.select([reader], [], [], 0)[0]:
    terminal.read(20)
job, status = struct.unpack("ii", os.read(reader, 8))
restored = terminal.is_restored()
terminal.output = b""
os.kill(job, signal.SIGCONT)
terminal.see(re.escape(ENTRY))
terminal.see(rb"queue")
quiet = terminal.is_quiet()
terminal.type(b"q")
check("stopped", os.WIFSTOPPED(status), restored, quiet, terminal.end() == 0, terminal.is_restored())

# The size of the terminal, at the start and after a change.
terminal = Terminal(columns=30, rows=5)
terminal.see(rb"clients")
terminal.see(rb"saslauthd 1", fresh=True)
terminal.see(rb"\x1b\[J")
small = terminal.screen()
terminal.resize(200, 50)
terminal.see(rb"queue", fresh=True)
terminal.type(b"q")
check("narrow", len(small) <= 5, all(len(line) <= 30 for line in small), any(line.endswith("\u2026") for line in small),
      terminal.end() == 0, terminal.is_restored())

# The daemon stops and starts again.
terminal = Terminal()
terminal.see(rb"queue")
daemon.terminate()
daemon.wait()
terminal.see(rb"saslauthd has not answered for \d+ s: (Connection refused|No such file or directory)")
terminal.see(rb"Waiting for it to come back\.")
old = f"process {daemon.pid}, up".encode()
terminal.see(old, fresh=True)
daemon = start_daemon()
terminal.see(f"process {daemon.pid}, up".encode(), fresh=True)
terminal.see(rb"queue", fresh=True)
terminal.type(b"q")
check("restarted", terminal.end() == 0, terminal.is_restored())

# With and without colours.
def colours(**environment):
    terminal = Terminal("-n", "1", **environment)
    code = terminal.end()
    while terminal.read(0):
        pass
    return code, b"\x1b[1m" in terminal.output, b"\x1b" in terminal.output, terminal.output


check("colours", colours()[:3] == (0, True, True), colours(NO_COLOR="1")[:3] == (0, False, True),
      colours(NO_COLOR="")[:3] == (0, True, True))
dumb = colours(TERM="dumb")
check("dumb", dumb[:3] == (0, False, False), dumb[3].count(b"\nlogins ") == 1)

# The program exits when its terminal is closed.
terminal = Terminal()
terminal.see(rb"queue")
os.close(terminal.slave)
os.close(terminal.master)
check("hung up", terminal.child.wait(60) in (0, -signal.SIGHUP))

# Without a terminal it prints a block for each view.
plain = subprocess.run([control, "-m", run, "top", "--count", "2"], capture_output=True, timeout=60)
blocks = plain.stdout.decode().split("\n\nsaslauthd ")
check("plain", plain.returncode == 0, len(blocks) == 2, b"\x1b" not in plain.stdout, not plain.stderr,
      "Rates and latencies cover the last" in blocks[0], "Rates and latencies" not in blocks[1])
reader, writer = os.pipe()
closed = subprocess.Popen([control, "-m", run, "top"], stdout=writer)
os.close(writer)
os.read(reader, 10)
os.close(reader)
check("a pipe without a reader", closed.wait(60) == 0)

daemon.terminate()
daemon.wait()
