#!/usr/bin/python3
"""Compares wrong passwords of users who exist with those of users who do not: does anything tell which users exist?

Makes attempts in pairs over one socket, one of each group in random order, and prints for each step of an attempt the lengths of
the answers and the time until they came, with the p values of two tests of the hypothesis that both groups have the same times:
Mann-Whitney's, two-sided, and Kolmogorov-Smirnov's. A third comparison, of two halves of the users who exist, shows what the
tests make of no difference. The throttle of the daemon must be off. Ends with 1 if the steps or the lengths differ, or if a test
of a step has p < 0.01 in every one of several rounds.
"""
import argparse
import base64
import hashlib
import hmac
import math
import os
import random
import socket
import statistics
import sys
import time

SIGNIFICANT = 0.01
QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95, 0.99)


def encode(data):
    return base64.b64encode(data).decode()


class Dovecot:
    """Dovecot's protocol over one connection. An attempt is a list of answers, each with the time until it came, in ns."""

    def __init__(self, path, mechanism):
        self.mechanism, self.number = mechanism, 0
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.connect(path)
        self.lines = self.socket.makefile("rb")
        self.socket.sendall(b"VERSION\t1\t1\nCPID\t%d\n" % os.getpid())
        announced = []
        while (line := self.lines.readline()) != b"DONE\n":
            if not line:
                sys.exit(f"{path}: no greeting")
            announced += [line.split(b"\t")[1].strip().decode()] if line.startswith(b"MECH\t") else []
        if mechanism not in announced:
            sys.exit(f"{path}: {mechanism} is not announced, but {' '.join(announced)}")

    def ask(self, steps, line):
        """Sends a line, waits for the answer, and adds it to the steps."""
        data = line.encode() + b"\n"
        start = time.perf_counter_ns()
        self.socket.sendall(data)
        answer = self.lines.readline()
        steps.append((answer, time.perf_counter_ns() - start))
        return answer.decode().rstrip("\n").split("\t")

    def attempt(self, login, password):
        self.number += 1
        steps = []
        begin, go_on = f"AUTH\t{self.number}\t{self.mechanism}\tservice=smtp", f"CONT\t{self.number}\t"
        if self.mechanism == "PLAIN":
            self.ask(steps, f"{begin}\tresp=" + encode(f"\0{login}\0{password}".encode()))
        elif self.mechanism == "CRAM-MD5":
            challenge = base64.b64decode(self.ask(steps, begin)[2])
            digest = hmac.new(password.encode(), challenge, "md5").hexdigest()
            self.ask(steps, go_on + encode(f"{login} {digest}".encode()))
        else:
            self.scram(steps, begin, go_on, login, password)
        return steps

    def scram(self, steps, begin, go_on, login, password):
        name = self.mechanism.removeprefix("SCRAM-").replace("-", "").lower()
        bare = f"n={login},r=" + encode(os.urandom(18))
        reply = self.ask(steps, f"{begin}\tresp=" + encode(b"n,," + bare.encode()))
        if reply[0] != "CONT":
            return
        challenge = base64.b64decode(reply[2]).decode()
        fields = dict(field.split("=", 1) for field in challenge.split(","))
        final = "c=biws,r=" + fields["r"]
        if password is None:
            # To a server every wrong proof is the same, and random bytes take no time.
            proof = os.urandom(hashlib.new(name).digest_size)
        else:
            salted = hashlib.pbkdf2_hmac(name, password.encode(), base64.b64decode(fields["s"]), int(fields["i"]))
            key = hmac.new(salted, b"Client Key", name).digest()
            text = ",".join((bare, challenge, final)).encode()
            signature = hmac.new(hashlib.new(name, key).digest(), text, name).digest()
            proof = bytes(a ^ b for a, b in zip(key, signature))
        reply = self.ask(steps, f"{go_on}{encode(f'{final},p={encode(proof)}'.encode())}")
        if reply[0] == "CONT":
            self.ask(steps, go_on)

    def is_accepted(self, steps):
        return steps[-1][0].startswith(b"OK\t")

    def shape(self, answer, login):
        """What of an answer must not depend on the user: its first word, and its length without number and login."""
        words = answer.split(b"\t")
        return f"{words[0].decode()} {len(b' '.join(words[2:]).replace(b'user=' + login.encode(), b''))}"


class Mux:
    """saslauthd's own protocol: a connection and one step for each attempt."""

    def __init__(self, path, compares_texts=True):
        self.path, self.compares_texts = path, compares_texts

    def attempt(self, login, password):
        name, _, realm = login.rpartition("@") if "@" in login else (login, "", "")
        fields = (name, password, "smtp", realm)
        data = b"".join(len(field.encode()).to_bytes(2, "big") + field.encode() for field in fields)
        with socket.socket(socket.AF_UNIX) as client:
            client.connect(self.path)
            start = time.perf_counter_ns()
            client.sendall(data)
            answer = client.recv(65536)
            taken = time.perf_counter_ns() - start
        return [(answer, taken)]

    def is_accepted(self, steps):
        return steps[0][0][2:4] == b"OK"

    def shape(self, answer, _):
        return f"{answer[2:4].decode()} {len(answer)}" if self.compares_texts else answer[2:4].decode()


def mann_whitney(one, two):
    """The two-sided p value, by the normal approximation, with ties."""
    ranks = sorted([(value, 0) for value in one] + [(value, 1) for value in two])
    total, ties, place = 0.0, 0, 0
    while place < len(ranks):
        end = place
        while end < len(ranks) and ranks[end][0] == ranks[place][0]:
            end += 1
        rank, count = (place + 1 + end) / 2, end - place
        total += rank * sum(1 for _, group in ranks[place:end] if group == 0)
        ties += count**3 - count
        place = end
    n, m = len(one), len(two)
    u = total - n * (n + 1) / 2
    deviation = math.sqrt(n * m / 12 * ((n + m + 1) - ties / ((n + m) * (n + m - 1))))
    return math.erfc(max(abs(u - n * m / 2) - 0.5, 0) / deviation / math.sqrt(2)) if deviation else 1.0


def kolmogorov_smirnov(one, two):
    """The p value, by the asymptotic distribution."""
    one, two = sorted(one), sorted(two)
    i = j = 0
    distance = 0.0
    while i < len(one) and j < len(two):
        value = min(one[i], two[j])
        while i < len(one) and one[i] == value:
            i += 1
        while j < len(two) and two[j] == value:
            j += 1
        distance = max(distance, abs(i / len(one) - j / len(two)))
    size = math.sqrt(len(one) * len(two) / (len(one) + len(two)))
    x = (size + 0.12 + 0.11 / size) * distance
    if x < 0.2:
        return 1.0
    return min(max(2 * sum((-1) ** (k - 1) * math.exp(-2 * k * k * x * x) for k in range(1, 101)), 0.0), 1.0)


def quantiles(times):
    times = sorted(times)
    return "  ".join(f"{times[round((len(times) - 1) * share)] / 1000:9.1f}" for share in QUANTILES)


def compare(title, one, two):
    """Prints a line with the p values; returns whether one of them is significant."""
    p = (mann_whitney(one, two), kolmogorov_smirnov(one, two))
    gap = (statistics.median(two) - statistics.median(one)) / 1000
    print(f"    {title}: medians differ by {gap:+.1f} us, Mann-Whitney p = {p[0]:.4f}, Kolmogorov-Smirnov p = {p[1]:.4f}")
    return min(p) < SIGNIFICANT


def one_round(server, words, chance):
    """Makes all attempts of a round; returns for each group a list of attempts."""
    groups = {"known": words.known, "unknown": words.unknown}
    attempts = {name: [] for name in groups}
    wrong = None if words.mechanism.startswith("SCRAM-") and words.dovecot else "wrong"
    for number in range(words.warm_up + words.attempts):
        for name in chance.sample(list(groups), 2):
            login = groups[name][number % len(groups[name])]
            steps = server.attempt(login, wrong)
            if server.is_accepted(steps):
                sys.exit(f"{login}: a wrong password was accepted")
            if number >= words.warm_up:
                attempts[name].append([(server.shape(answer, login), taken) for answer, taken in steps])
            for _ in range(words.between):
                server.attempt(chance.choice(words.unknown), wrong)
    return attempts


def report(attempts):
    """Prints a round; returns what differs: "shape", or steps of significant tests."""
    shapes = {name: sorted({tuple(shape for shape, _ in attempt) for attempt in group}) for name, group in attempts.items()}
    for name, found in shapes.items():
        print(f"  {name}: {len(attempts[name])} attempts; answers and their lengths: " + "; ".join(", ".join(s) for s in found))
    if shapes["known"] != shapes["unknown"] or len(shapes["known"]) != 1:
        return {"shape"}
    different = set()
    for step in range(len(shapes["known"][0])):
        times = {name: [attempt[step][1] for attempt in group] for name, group in attempts.items()}
        print(f"  step {step + 1}, us:   " + "  ".join(f"{f'p{share * 100:.0f}':>9}" for share in QUANTILES))
        for name, group in times.items():
            print(f"    {name:8}      {quantiles(group)}")
        if compare("unknown - known", times["known"], times["unknown"]):
            different.add(step + 1)
        compare("known, two halves", times["known"][::2], times["known"][1::2])
    return different


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    sockets = parser.add_mutually_exclusive_group(required=True)
    sockets.add_argument("--dovecot", metavar="SOCKET")
    sockets.add_argument("--mux", metavar="SOCKET")
    parser.add_argument("--mechanism", default="SCRAM-SHA-256", help="of Dovecot's protocol")
    parser.add_argument("--known", nargs="+", required=True, help="users who exist; used in turn")
    parser.add_argument("--unknown", nargs="+", required=True, help="users who do not, with names of the same lengths")
    parser.add_argument("--password", default="secret", help="of the known users, for a check at the start")
    parser.add_argument("--attempts", type=int, default=2000, help="of each group, in a round")
    parser.add_argument("--warm-up", type=int, default=100, help="attempts before those that count")
    parser.add_argument("--between", type=int, default=0, help="attempts of unknown users after each that counts: what one learns who asks for many names that do not exist")
    parser.add_argument("--verdicts", action="store_true", help="of the mux's answers compare only OK and NO: the original's texts differ")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seed", type=int, default=1)
    words = parser.parse_args()
    if {len(name) for name in words.known} != {len(name) for name in words.unknown}:
        sys.exit("the names of the groups differ in their lengths")
    server = Dovecot(words.dovecot, words.mechanism) if words.dovecot else Mux(words.mux, not words.verdicts)
    for login in words.known:
        if not server.is_accepted(server.attempt(login, words.password)):
            sys.exit(f"{login} cannot log in")
    chance = random.Random(words.seed)
    found = []
    for number in range(words.rounds):
        print(f"round {number + 1}")
        found.append(report(one_round(server, words, chance)))
    always = set.intersection(*found)
    steps = ", ".join(f"step {step}" for step in sorted(always - {"shape"}))
    if any("shape" in different for different in found):
        print("known and unknown users have different answers")
        sys.exit(1)
    if steps and words.rounds > 1:
        print(f"known and unknown users differ in the time of {steps}: p < {SIGNIFICANT} in every round")
        sys.exit(1)
    print(f"known and unknown users do not differ in every round; p < {SIGNIFICANT} in {sum(map(bool, found))} of {words.rounds}")


if __name__ == "__main__":
    main()
