#!/usr/bin/python3
"""Sends logins to two daemons, one without and one with a cache, over all mechanisms and both kinds of sockets.

usage: longrun.py PROGRAMS FOLDER REQUESTS RELOADS, on a private system
Each mechanism gets the same share of right and wrong passwords. In the first half of each fifth there is a reload between
two shares, and in the second half there is none. At the start and after each fifth it prints the proportional set size of
all processes and the descriptors of the masters. It exits with 1 if an answer was wrong, or if a process grows by more than
GROWTH kilobytes: a master in the last four fifths, or any process while there are no reloads.
"""
import concurrent.futures
import itertools
import math
import os
import re
import signal
import subprocess
import sys
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../IntegrationTests"))
import faultbed as bed

# With 5,000,000 logins a frontend gets more than 150,000 without a reload: less than any leak of an object at each.
GROWTH = 2048
FIFTHS = 5
AT_A_TIME = 8
TOGETHER = 4
USERS = {"user0": "word-0"}


class SASLDB(bed.SASLDB):
    """The same users with a realm, as -r is not used."""

    realm = "sasldb"

    def __init__(self, programs, folder, users):
        super().__init__(programs, folder, users)
        for user, word in users.items():
            subprocess.run([os.path.join(programs, "saslpasswd2"), "-p", "-c", "-f", self.path, "-u", self.realm, user],
                           input=word, text=True, check=True)


class PAM:
    """One service that accepts all passwords, and one that refuses them."""

    def __init__(self, *_):
        for service in "permit", "deny":
            with open(f"/etc/pam.d/{service}", "w", encoding="ascii") as file:
                file.write(f"auth required pam_{service}.so\naccount required pam_permit.so\n")
        self.words = ["-a", "pam"]

    def end(self):
        pass


BACK_ENDS = {
    "sasldb": SASLDB, "shadow": bed.Shadow, "pam": PAM, "rimap": bed.IMAP4, "mysql": bed.MariaDB, "ldap": bed.Directory,
}


class Daemon(bed.Processes):
    """A daemon in the foreground, which logs nothing about logins that is kept."""

    def __init__(self, programs, folder, name, words):
        self.programs, self.run = programs, os.path.join(folder, name)
        os.mkdir(self.run, 0o755)
        self.mux, self.dovecot = os.path.join(self.run, "mux"), os.path.join(self.run, "auth")
        self.process = subprocess.Popen(
            [os.path.join(programs, "saslauthd"), "-f", "-m", self.run, "--throttle", "off", "--dovecot",
             f"{self.dovecot},mode=0666", *words],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )
        if not bed.awaits(lambda: os.path.exists(self.mux) and bed.mux_login(self.mux, "", "", 60) == "NO"):
            sys.exit(f"{name} does not answer")

    def load(self, realm, amount):
        """Sends `amount` logins for a realm, half of them right, half over each socket; returns what was wrong."""
        wrong = []
        for socket in (["-f", self.mux], ["--dovecot", self.dovecot, "--connection", "kept"]):
            for is_right in True, False:
                service = ("permit" if is_right else "deny") if realm == "pam" else "smtp"
                word = USERS["user0"] if is_right else "another"
                times = max(1, amount // 4)
                result = subprocess.run(
                    [os.path.join(self.programs, "testsaslauthd"), *socket, "-u", "user0", "-r", realm, "-s", service,
                     "-p", word, "-R", str(times), "--concurrency", str(AT_A_TIME)],
                    stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False,
                )
                found = re.search(r"OK: (\d+), NO: (\d+), temporary failure: (\d+)", result.stdout)
                counts = found and [int(text) for text in found.groups()]
                if counts != ([times, 0, 0] if is_right else [0, times, 0]):
                    wrong.append(f"{realm}, {socket[0]}, {'right' if is_right else 'wrong'}: {result.stdout.strip()}")
        return wrong

    def reload(self):
        subprocess.run([os.path.join(self.programs, "saslauthctl"), "-m", self.run, "reload"], check=True,
                       stdout=subprocess.DEVNULL)
        # Those of the generation before are gone, so that they are not measured.
        if not bed.awaits(lambda: sum(process.role == "frontend" for process in self.processes()) == 1):
            sys.exit("the old frontend does not exit")

    def memory(self):
        """Kilobytes: the largest of the processes with each name."""
        sizes = {}
        for process in self.processes():
            sizes[process.name] = max(sizes.get(process.name, 0), bed.resident_kilobytes(process.pid))
        sizes["descriptors"] = bed.descriptors(self.process.pid)
        return sizes

    def end(self):
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(60)


class Report:
    """Prints sizes, and finds what grows."""

    def __init__(self, daemons, back_ends, share):
        self.daemons, self.logins = daemons, share // 4 * 4 * len(back_ends) * len(daemons)
        self.begun, self.rows, self.grown = time.monotonic(), [], []

    def sizes(self):
        return {f"{which} {name}": size for which, daemon in self.daemons.items() for name, size in daemon.memory().items()}

    def add(self, steps, reloads):
        sizes = self.sizes()
        self.rows.append(sizes)
        print(f"\n{steps * self.logins} logins, {reloads} reloads, {time.monotonic() - self.begun:.0f} s; "
              "kB, and descriptors of the master:")
        for name in sorted(sizes):
            print(f"  {name:<32}{sizes[name]:>8}", flush=True)

    def compare(self, before, after, when):
        for name, size in after.items():
            allowed = 4 if name.endswith("descriptors") else GROWTH
            if size > before.get(name, size) + allowed:
                self.grown.append(f"{name} has grown from {before[name]} to {size} {when}")


def main():
    programs, folder, requests, reloads = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
    if reloads < 10:
        sys.exit("at least 10 reloads are needed")
    back_ends = {realm: make(programs, folder, USERS) for realm, make in BACK_ENDS.items()}
    words = []
    for realm, back_end in back_ends.items():
        words += ["-a", f"{back_end.words[1]}:realm={realm}", *back_end.words[2:]]
    daemons = {"plain": Daemon(programs, folder, "plain", words), "cached": Daemon(programs, folder, "cached", ["-c"] + words)}
    # A step is the logins between two reloads; half of the steps come without a reload.
    each = (reloads + FIFTHS - 1) // FIFTHS
    share = math.ceil(requests / (2 * each * FIFTHS * len(daemons) * len(back_ends)) / 4) * 4
    report = Report(daemons, back_ends, share)
    wrong, steps, done = [], 0, 0

    pool = concurrent.futures.ThreadPoolExecutor(TOGETHER)
    pairs = list(itertools.product(daemons.values(), back_ends))

    def step():
        """All mechanisms, several at the same time."""
        nonlocal steps
        for failures in pool.map(lambda pair: pair[0].load(pair[1], share), pairs):
            wrong.extend(failures)
        steps += 1

    for fifth in range(FIFTHS):
        for _ in range(each):
            step()
            if steps == 1:
                report.add(steps, done)
            for daemon in daemons.values():
                daemon.reload()
            done += 1
        # One generation that gets half of the logins; it may fill its pools and caches first.
        for _ in range(max(1, each // 4)):
            step()
        begin = report.sizes()
        for _ in range(each - max(1, each // 4)):
            step()
        report.add(steps, done)
        report.compare(begin, report.rows[-1], f"without a reload, in fifth {fifth + 1}")
    report.compare(report.rows[1], report.rows[-1], "in the last four fifths")
    wrong += report.grown
    wrong += [f"{name} did not stop properly" for name, daemon in daemons.items() if daemon.end() != 0]
    for back_end in back_ends.values():
        back_end.end()
    for text in wrong[:20]:
        print(f"wrong: {text}")
    return 1 if wrong else 0


sys.exit(main())
