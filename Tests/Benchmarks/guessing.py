#!/usr/bin/python3
"""Users who log in while others guess: how long their answers take, and how many guesses are looked at.

Arguments: the socket of a saslauthd, its control program and run directory, and how many seconds each part takes. Users are named
user0 … user49 in the realm example.org, with the password "secret"; each logs in ten times a second.
"""
import asyncio
import json
import subprocess
import sys

SOCKET, CONTROL, DIRECTORY, SECONDS = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])
USERS, GUESSES = 50, 1000  # a second


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
    """Guesses at the logins, so many a second, in a process of its own."""
    loop, counts, tasks, start = asyncio.get_running_loop(), {}, set(), asyncio.get_running_loop().time()
    for number, login in enumerate(logins):
        await asyncio.sleep(max(0, start + number / GUESSES - loop.time()))
        task = asyncio.create_task(guess(login, counts))
        tasks.add(task)
        task.add_done_callback(tasks.discard)
    for task in tasks:
        task.cancel()


async def users():
    times, answers = [], []
    end = asyncio.get_running_loop().time() + SECONDS
    await asyncio.gather(*(user(number, end, times, answers) for number in range(USERS)))
    times.sort()
    share = lambda part: times[min(len(times) - 1, int(len(times) * part))] * 1000
    good = sum(answer.startswith("OK") for answer in answers)
    return f"{good} of {len(answers)} logins right, p50 {share(0.5):.2f} ms, p99 {share(0.99):.2f} ms"


def refused():
    status = subprocess.run([CONTROL, "-m", DIRECTORY, "status", "--json"], capture_output=True, check=True).stdout
    return json.loads(status)["mechanisms"][0]["refused"]


def main():
    if len(sys.argv) > 5:
        count = SECONDS * GUESSES
        logins = ["user7"] * count if sys.argv[5] == "one" else [f"nobody{number}" for number in range(count)]
        asyncio.run(attack(logins))
        return
    asyncio.run(users())
    print(f"quiet: {asyncio.run(users())}")
    for name, words in (("one", "at one of the logins"), ("many", "one at each of as many logins")):
        before = refused()
        attacker = subprocess.Popen([sys.executable, *sys.argv, name])
        result = asyncio.run(users())
        looked = refused() - before
        attacker.wait()
        print(f"{SECONDS * GUESSES} guesses, {words}: {result}; {looked} guesses looked at")
        print(f"quiet again: {asyncio.run(users())}")


main()
