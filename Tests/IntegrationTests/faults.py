#!/usr/bin/python3
"""Loads a saslauthd with logins while its processes, files, log and back end fail, and proves that no answer is wrong.

usage: faults.py PROGRAMS FOLDER [options]; see --help. Run it as root on a private system: private-system FOLDER faults.py ...
It prints the seed and tables of faults and answers, and exits with 1 if a promise was broken:
 * a wrong password gets no OK, a right one no NO; half of the wrong ones are right for another user;
 * no answer is later than the deadline;
 * a temporary failure overlaps with a fault, or with the recovery from it; none comes in a calm phase;
 * a connection without an answer was one of those that a frontend had when it was killed: 32 for each at most;
 * no connection is refused, except while there is no master;
 * at the end there are no zombies, descriptors or memory that were not there before, and a login is accepted at once.
"""
import argparse
import collections
import random
import re
import signal
import sys
import threading
import time

# The folder with the sources stays as it is.
sys.dont_write_bytecode = True
import faultbed as bed

AT_A_TIME = 32
USERS = 8
# What may be added to the deadline on a busy machine, in seconds.
BUSY = 15
# How much later than the fault a client may begin a login that the fault takes: it has to get the processor first.
NEAR = 2
# Seconds by which the clock is set: an hour, a year and some, ten years.
JUMPS = (-3_600, 3_600, -400 * 86_400, 3_650 * 86_400)
# How long a recovery may take: a frontend that keeps exiting is restarted after five seconds.
RECOVERY = 12
# Kilobytes by which a process may have grown at the end: pools that the allocator keeps after 32 logins at a time.
GROWTH = {"saslauthd": 8192, "saslauthd-frontend": 16384}


def password(number, is_right=True):
    """The password of user `number`, or that of the next user, or none of anybody."""
    return f"word-{number}" if is_right else f"word-{(number + 1) % USERS}"


def nothing():
    """How to undo a fault of a moment."""


class Tally:
    """Counts what clients get, and keeps the times of logins without an answer."""

    def __init__(self):
        self.lock = threading.Lock()
        self.counts = collections.Counter()
        self.unanswered = []
        self.wrong = []
        self.times = []

    def add(self, way, is_right, kind, start, end, login):
        with self.lock:
            self.counts[way, is_right, kind] += 1
            self.times.append((start, end))
            if kind in ("temporary", "nothing", "silence", "not connected"):
                self.unanswered.append((start, end, kind, way))
            if kind == ("NO" if is_right else "OK") or kind not in bed.KINDS:
                self.wrong.append(f"{way}: {login} with a {'right' if is_right else 'wrong'} password got {kind}")


class Pauses:
    """Measures how long this process did not run: stopped, or on a machine that was suspended."""

    def __init__(self):
        self.times = []
        threading.Thread(target=self.run, daemon=True).start()

    def run(self):
        last = time.monotonic()
        while True:
            time.sleep(0.1)
            now = time.monotonic()
            # The processor may be late by less than that.
            if now - last > 2:
                self.times.append((last, now))
            last = now

    def within(self, start, end):
        return sum(max(0, min(end, until) - max(start, begin)) for begin, until in self.times)


class Load:
    """Threads that log in one after the other."""

    def __init__(self, mux, dovecot, deadline, pause, seed):
        self.tally, self.mux, self.dovecot = Tally(), mux, dovecot
        self.pauses = Pauses()
        self.deadline, self.pause, self.seed = deadline, pause, seed
        self.stopping = False
        self.threads = [threading.Thread(target=self.run, args=(number,)) for number in range(AT_A_TIME)]

    def start(self):
        for thread in self.threads:
            thread.start()

    def stop(self):
        self.stopping = True
        for thread in self.threads:
            thread.join()

    def slowest(self):
        """The time of the slowest answer."""
        return max(end - start - self.pauses.within(start, end) for start, end in self.tally.times)

    def run(self, number):
        dice = random.Random(f"{self.seed}/{number}")
        # A quarter of them are as Postfix with its kept connection.
        kept = bed.Dovecot(self.dovecot, self.deadline) if number % 4 == 3 else None
        while not self.stopping:
            user, is_right = dice.randrange(USERS), dice.random() < 0.5
            word = password(user, is_right) if dice.random() < 0.8 or is_right else "nobody's"
            start = time.monotonic()
            if kept:
                kind = kept.login(f"user{user}", word)
            else:
                kind = bed.mux_login(self.mux, f"user{user}", word, self.deadline)
            end = time.monotonic()
            self.tally.add("dovecot" if kept else "mux", is_right, kind, start, end, f"user{user}")
            time.sleep(dice.random() * 2 * self.pause if kind in ("OK", "NO") else 0.05)


class Faults:
    """Injects faults one after the other, each for some hundred milliseconds, and keeps their times."""

    def __init__(self, daemon, back_end, kinds, dice):
        self.daemon, self.back_end, self.kinds, self.dice = daemon, back_end, kinds, dice
        self.times = []
        self.counts = collections.Counter()
        # Since when faults may have ended a frontend, with its connections, and until when.
        self.kills = []
        # What went wrong when faults were undone.
        self.broken = []
        self.threads = []
        # How often the master has exited.
        self.exits = 0

    def inject(self):
        self.exits += self.daemon.revive()
        kind = self.dice.choice(self.kinds)
        seconds = self.dice.uniform(0.1, 0.9)
        begun = time.monotonic()
        self.kills_frontend = False
        # Each of them returns how to undo it: nothing if that is not needed, None if it could not be injected.
        undo = getattr(self, kind)()
        if undo is None:
            return
        self.counts[kind] += 1
        kills_frontend = self.kills_frontend

        def end():
            if undo != nothing:
                time.sleep(seconds)
            try:
                undo()
            except OSError as error:
                self.broken.append(f"{kind} is not undone: {error}")
            self.times.append((begun, time.monotonic(), kind))
            if kills_frontend:
                self.kills.append((begun, time.monotonic(), kind))

        self.threads.append(threading.Thread(target=end))
        self.threads[-1].start()

    def over(self):
        for thread in self.threads:
            thread.join()
        self.threads = []

    def pick(self, *roles):
        processes = [process for process in self.daemon.processes() if process.role in roles]
        roles = sorted({process.role for process in processes})
        if not roles:
            return None
        role = self.dice.choice(roles)
        return self.dice.choice([process for process in processes if process.role == role])

    def kill(self):
        process = self.pick("frontend", "worker")
        if process and bed.send(process, signal.SIGKILL):
            self.kills_frontend = process.role == "frontend"
            return nothing

    def master(self):
        self.kills_frontend = True
        self.daemon.restart()
        return nothing

    def stop(self):
        process = self.pick("master", "frontend", "worker")
        if process and bed.send(process, signal.SIGSTOP):
            return lambda: bed.send(process, signal.SIGCONT)

    def descriptors(self):
        process = self.pick("master", "frontend", "worker")
        return process and bed.limited(process, "nofile", self.dice.choice([0, 3, bed.descriptors(process.pid)]))

    def memory(self):
        process = self.pick("frontend", "worker")
        if process:
            self.kills_frontend = process.role == "frontend"
            return bed.limited(process, "as", bed.virtual_memory(process.pid) + self.dice.choice([0, 65536, 1 << 20]))

    def forks(self):
        return self.daemon.no_forks()

    def disk(self):
        return self.daemon.fill_disk()

    def log(self):
        return self.daemon.stop_log_reader()

    def backend(self):
        return self.back_end.fail()

    def clock(self):
        return self.daemon.jump_clock(self.dice.choice(JUMPS))

    def reload(self):
        process = self.pick("master")
        if process and bed.send(process, signal.SIGHUP):
            return nothing


def settle(daemon, load, faults):
    """Waits until logins are answered again."""
    end = time.monotonic() + RECOVERY * 5
    while time.monotonic() < end:
        # A worker whose start was refused is one that later logins would find missing.
        kinds = [bed.mux_login(load.mux, f"user{user}", password(user), load.deadline) for user in range(USERS)]
        if kinds == ["OK"] * USERS:
            return time.monotonic()
        time.sleep(0.1)
        # A frontend that is killed before it has served ends the daemon.
        faults.exits += daemon.revive()
    raise SystemExit(f"no recovery: {kinds}; the log:\n{daemon.log_text()[-4000:]}")


def explain(load, faults, calm):
    """The number of temporary failures for each kind of fault, and those that no fault explains."""
    counts, unexplained = collections.Counter(), []
    for start, end, kind, way in load.tally.unanswered:
        if kind == "temporary":
            near = [fault for fault in faults.times if fault[0] <= end and start <= fault[1] + RECOVERY]
        else:
            near = [fault for fault in faults.kills if fault[0] <= end and start <= fault[1] + NEAR]
        if kind == "not connected":
            near = [fault for fault in near if fault[2] == "master"]
        if not near or any(begin <= start and end <= until for begin, until in calm):
            unexplained.append(f"{way}: {kind} after {end - start:.2f} s, which no fault explains")
        if near:
            # The one that lasted longest meanwhile, or else was the last before.
            share = [(min(end, until) - max(start, begin), begin, name) for begin, until, name in near]
            counts[max(share)[2], kind] += 1
    return counts, unexplained


def report(load, faults, counts):
    print(f"{'login':<10}{'password':<10}{'answer':<16}{'times':>8}")
    for (way, is_right, kind), times in sorted(load.tally.counts.items()):
        print(f"{way:<10}{'right' if is_right else 'wrong':<10}{kind:<16}{times:>8}")
    print(f"\n{'fault':<14}{'times':>8}{'temporary':>12}{'no answer':>12}")
    for kind in faults.kinds:
        others = sum(times for (fault, answer), times in counts.items() if fault == kind and answer != "temporary")
        print(f"{kind:<14}{faults.counts[kind]:>8}{counts[kind, 'temporary']:>12}{others:>12}")
    print(f"\nslowest answer: {load.slowest():.2f} s", flush=True)


def count_of(tally, kind):
    return sum(times for (_, _, answer), times in tally.counts.items() if answer == kind)


def broken_promises(options, daemon, load, faults, unexplained, before):
    tally = load.tally
    broken = tally.wrong + unexplained + faults.broken
    if load.slowest() > options.timeout + BUSY:
        broken.append(f"an answer took {load.slowest():.2f} s")
    for kind in ("silence", "broken"):
        if times := count_of(tally, kind):
            broken.append(f"{times} logins got: {kind}")
    if faults.exits > 0 and faults.counts["master"] == 0:
        broken.append("the daemon has exited")
    lost = count_of(tally, "nothing")
    if lost > len(faults.kills) * AT_A_TIME:
        broken.append(f"{lost} connections closed without an answer, {len(faults.kills)} frontends killed")
    if not any(count for (_, is_right, kind), count in tally.counts.items() if is_right and kind == "OK"):
        broken.append("no login at all was accepted")
    if not bed.awaits(lambda: not daemon.zombies()):
        broken.append(f"zombies: {daemon.zombies()}")
    limits = dict.fromkeys(GROWTH, sys.maxsize) if options.may_grow else GROWTH
    if not bed.awaits(lambda: not daemon.growth(before, limits)):
        broken += daemon.growth(before, limits)
    if (kind := bed.mux_login(load.mux, "user0", password(0), load.deadline)) != "OK":
        broken.append(f"the login at the end got {kind}")
    if (kind := bed.Dovecot(load.dovecot, load.deadline).login("user0", password(0))) != "OK":
        broken.append(f"the login at the end got {kind} from the socket of --dovecot")
    status = daemon.status()
    if not re.search(r"^  up$", status, re.M):
        broken.append(f"saslauthctl status:\n{status}")
    broken += daemon.end()
    return broken


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("programs")
    parser.add_argument("folder")
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=None)
    parser.add_argument("--faults", default="kill,stop,descriptors,memory,disk,log,clock,backend")
    parser.add_argument("--mechanism", choices=sorted(bed.BACK_ENDS), default="sasldb")
    parser.add_argument("--log", choices=("file", "pipe", "syslog"), default="pipe")
    parser.add_argument("--account", help="run the daemon as this account, not as root")
    parser.add_argument("--timeout", type=int, default=8)
    parser.add_argument("--calm", type=float, default=2, help="seconds of each calm phase")
    parser.add_argument("--burst", type=float, default=8, help="seconds of each phase with faults")
    parser.add_argument("--interval", type=float, default=0.5)
    parser.add_argument("--pause", type=float, default=0.02, help="the mean pause of a client after an answer")
    parser.add_argument("--may-grow", action="store_true", help="the memory of processes at the end does not matter")
    parser.add_argument("--keep", help="write the daemon's log to this file, too")
    parser.add_argument("words", nargs="*", help="further options of the daemon, after --")
    options = parser.parse_args()
    seed = options.seed if options.seed is not None else random.randrange(1 << 32)
    print(f"seed {seed}", flush=True)
    users = {f"user{number}": password(number) for number in range(USERS)}
    back_end = bed.BACK_ENDS[options.mechanism](options.programs, options.folder, users)
    daemon = bed.Daemon(options, back_end)
    faults = Faults(daemon, back_end, options.faults.split(","), random.Random(seed))
    load = Load(daemon.mux, daemon.dovecot, options.timeout + BUSY * 2, options.pause, seed)
    # The first logins start workers and fill the allocator's pools.
    settle(daemon, load, faults)
    # From the first reload on the master keeps one descriptor more.
    daemon.reload()
    load.start()
    time.sleep(1)
    before = daemon.resources()
    calm, end = [], time.monotonic() + options.seconds
    try:
        while time.monotonic() < end:
            until = min(end, time.monotonic() + options.burst)
            while time.monotonic() < until:
                faults.inject()
                time.sleep(options.interval)
            faults.over()
            begin = settle(daemon, load, faults)
            time.sleep(options.calm)
            calm.append((begin, time.monotonic()))
    finally:
        faults.over()
        load.stop()
    counts, unexplained = explain(load, faults, calm)
    report(load, faults, counts)
    settle(daemon, load, faults)
    broken = broken_promises(options, daemon, load, faults, unexplained, before)
    back_end.end()
    if options.keep:
        with open(options.keep, "w", encoding="utf-8") as file:
            file.write(daemon.log_text())
    for text in broken[:20]:
        print(f"broken: {text}")
    if broken:
        print(f"{len(broken)} broken; seed {seed}; the end of the log:\n{daemon.log_text()[-3000:]}")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
