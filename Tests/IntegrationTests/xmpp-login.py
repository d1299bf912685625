#!/usr/bin/python3
"""Logs in to an XMPP server for example.org at 127.0.0.1: MECHANISM LOGIN PASSWORD; prints the result, or the name of the failure.

With `mechanisms` alone, prints those that the server offers.
"""
import base64
import hashlib
import hmac
import os
import re
import socket
import sys

mechanism, *rest = sys.argv[1:]
connection = socket.create_connection(("127.0.0.1", 5222), timeout=60)
received = ""


def ask(text, *ends):
    """Sends a text, and waits for one of some elements."""
    global received
    connection.sendall(text.encode())
    while not any(end in received for end in ends):
        data = connection.recv(65536)
        if not data:
            print("closed")
            sys.exit()
        received += data.decode()
    answer, received = received, ""
    return answer


def exchange(element, message):
    """Sends a message in an element; returns the name of the answer and its message, or the name of the failure."""
    text = base64.b64encode(message).decode() or ("=" if element.startswith("auth") else "")
    end = element.split()[0]
    answer = ask(
        f"<{element} xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>{text}</{end}>", "</challenge>", "</failure>", "success>", "<success"
    )
    name = re.search(r"<(challenge|success|failure)", answer).group(1)
    if name == "failure":
        return re.search(r"<failure[^>]*><([a-z-]+)", answer).group(1), b""
    return name, base64.b64decode((re.search(rf"<{name}[^>]*>([^<]*)</{name}>", answer) or [0, ""])[1])


features = ask(
    "<stream:stream to='example.org' xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' version='1.0'>",
    "</stream:features>",
)
if mechanism == "mechanisms":
    print(*sorted(re.findall(r"<mechanism>([^<]*)</mechanism>", features)))
    sys.exit()
login, password = rest
start = f"auth mechanism='{mechanism}'"
if mechanism == "PLAIN":
    print(exchange(start, f"\0{login}\0{password}".encode())[0])
    sys.exit()
digest = mechanism.removeprefix("SCRAM-").replace("-", "").lower()
bare = f"n={login},r=" + base64.b64encode(os.urandom(18)).decode()
name, challenge = exchange(start, b"n,," + bare.encode())
if name == "challenge":
    fields = dict(field.split("=", 1) for field in challenge.decode().split(","))
    final = "c=biws,r=" + fields["r"]
    salted = hashlib.pbkdf2_hmac(digest, password.encode(), base64.b64decode(fields["s"]), int(fields["i"]))
    key = hmac.new(salted, b"Client Key", digest).digest()
    text = ",".join((bare, challenge.decode(), final)).encode()
    signature = hmac.new(hashlib.new(digest, key).digest(), text, digest).digest()
    proof = base64.b64encode(bytes(a ^ b for a, b in zip(key, signature))).decode()
    name, message = exchange("response", f"{final},p={proof}".encode())
    if name == "challenge":
        server_key = hmac.new(salted, b"Server Key", digest).digest()
        proved = message == b"v=" + base64.b64encode(hmac.new(server_key, text, digest).digest())
        name = exchange("response", b"")[0] + (", server proved" if proved else ", server did not prove itself")
print(name)
