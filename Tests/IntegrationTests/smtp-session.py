#!/usr/bin/python3
"""Logs in to an SMTP server; each session prints the code of the greeting, or "closed", and that of each login.

If there are several sessions, equal lines are printed once, with their number. A login is MECHANISM:USER:PASSWORD; AUTH has the mechanism as it is written.
"""
import argparse
import base64
import collections
import concurrent.futures
import smtplib

parser = argparse.ArgumentParser()
parser.add_argument("--server", default="127.0.0.1")
parser.add_argument("--source", help="the client's address")
parser.add_argument("--tls", action="store_true")
parser.add_argument("--bare", action="store_true", help="without an initial response")
parser.add_argument("--clients", type=int, default=1, help="how many log in at the same time")
parser.add_argument("--sessions", type=int, default=1, help="of each client")
parser.add_argument("port", type=int)
parser.add_argument("logins", nargs="+")
words = parser.parse_args()


def encoded(*parts):
    return base64.b64encode("\0".join(parts).encode()).decode()


def log_in(session, login):
    mechanism, user, password = login.split(":")
    messages = [encoded(user), encoded(password)] if mechanism.upper() == "LOGIN" else [encoded("", user, password)]
    command = mechanism if words.bare else f"{mechanism} {messages.pop(0)}"
    code, _ = session.docmd("AUTH", command)
    for message in messages:
        if code != 334:
            break
        code, _ = session.docmd(message)
    return code


def session(_):
    codes = []
    source = (words.source, 0) if words.source else None
    try:
        client = smtplib.SMTP(words.server, words.port, source_address=source, timeout=120)
        codes.append(220)
        if words.tls:
            client.starttls()
        client.ehlo("client.example.org")
        for login in words.logins:
            codes.append(log_in(client, login))
        client.quit()
    except smtplib.SMTPConnectError as error:
        codes.append(error.smtp_code)
    except smtplib.SMTPServerDisconnected:
        codes.append("closed")
    return " ".join(map(str, codes))


with concurrent.futures.ThreadPoolExecutor(words.clients) as pool:
    for line, count in sorted(collections.Counter(pool.map(session, range(words.clients * words.sessions))).items()):
        print(f"{line}, {count} times" if words.clients * words.sessions > 1 else line)
