#!/usr/bin/python3
"""Users log in while passwords are guessed: measures how long their answers take, and how many guesses are checked.

Arguments: the socket of a saslauthd, its control program and run directory, how many seconds each part takes: a quiet one, one
with guesses at one of the logins, and one with a guess at each of as many logins, in turn, and how often all that. Users are named
user0 … user49 in the realm example.org, with the password "secret"; each logs in ten times a second. Wrong answers are errors: a
guess that is accepted, and a right password that is refused.
"""
import asyncio
import json
import statistics
import subprocess
import sys

SOCKET, CONTROL, DIRECTORY, SECONDS, ROUNDS = *sys.argv[1:4], int(sys.argv[4]), int(sys.argv[5])
USERS, GUESSES = 50, 850  # guesses a second


def request(login, password):
    fields = (login.encode(), password.encode(), b"smtp", b"example.org")
    return b"".join(len(field).to_bytes(2, "big") + field for field in fields)


async def ask(login, password):
    reader, writer = await asyncio.open_unix_connection(SOCKET)
    try:
        writer.write(request(login, password))
        return (await reader.readexactly(int.from_bytes(await reader.readexactly(2), "big"))).decode()
    finally:
        writer.close()


async def user(number, end, times, answers):
    loop = asyncio.get_running_loop()
    await asyncio.sleep(number / USERS / 10)
    while loop.time() < end:
        start = loop.time()
        answers.append(await ask(f"user{number}", "secret"))
        times.append(loop.time() - start)
        await asyncio.sleep(max(0, 0.1 - (loop.time() - start)))


async def guess(login, counts):
    try:
        answer = await ask(login, "guess")
    except (OSError, asyncio.IncompleteReadError):
        answer = "closed"
    counts[answer] = counts.get(answer, 0) + 1


async def attack(logins):
    """Guesses passwords at a fixed rate, in a separate process."""
    loop, counts, tasks, start = asyncio.get_running_loop(), {}, set(), asyncio.get_running_loop().time()
    for number, login in enumerate(logins):
        await asyncio.sleep(max(0, start + number / GUESSES - loop.time()))
        task = asyncio.create_task(guess(login, counts))
        tasks.add(task)
        task.add_done_callback(tasks.discard)
    for task in tasks:
        task.cancel()
    if any(answer.startswith("OK") for answer in counts):
        sys.exit(f"a guess was accepted: {counts}")


async def users():
    """The number of logins, the number of accepted ones, and the 50th and 99th percentile of their time in ms."""
    times, answers = [], []
    end = asyncio.get_running_loop().time() + SECONDS
    await asyncio.gather(*(user(number, end, times, answers) for number in range(USERS)))
    if any(answer.startswith("NO") for answer in answers):
        sys.exit("a right password was refused")
    times.sort()
    good = sum(answer.startswith("OK") for answer in answers)
    return len(answers), good, *(times[int((len(times) - 1) * share)] * 1000 for share in (0.5, 0.99))


def refused():
    status = subprocess.run([CONTROL, "-m", DIRECTORY, "status", "--json"], capture_output=True, check=True).stdout
    return json.loads(status)["mechanisms"][0]["refused"]


def main():
    count = SECONDS * GUESSES
    if len(sys.argv) > 6:
        kind, number = sys.argv[6:]
        asyncio.run(attack(["user7"] * count if kind == "one" else [f"nobody{number}.{i}" for i in range(count)]))
        return
    asyncio.run(users())
    parts = {"quiet": [], "one": [], "many": []}
    looked = dict.fromkeys(parts, 0)
    for number in range(ROUNDS):
        for kind, results in parts.items():
            before = refused()
            attacker = None if kind == "quiet" else subprocess.Popen([sys.executable, *sys.argv, kind, str(number)])
            results.append(asyncio.run(users()))
            if attacker and attacker.wait() != 0:
                sys.exit("the guesses could not be made, or one was accepted")
            looked[kind] += refused() - before
    total = count * ROUNDS
    names = {"quiet": "quiet", "one": f"{total} guesses at one login", "many": f"one guess at each of {total} logins"}
    quiet = statistics.median(result[3] for result in parts["quiet"])
    for kind, results in parts.items():
        logins, good = (sum(result[place] for result in results) for place in (0, 1))
        half, most = (statistics.median(result[place] for result in results) for place in (2, 3))
        print(f"{names[kind]}: {good} of {logins} logins right, p50 {half:.2f} ms, p99 {most:.2f} ms, {most / quiet:.2f} times the "
              f"quiet one; {looked[kind]} guesses looked at")


main()
