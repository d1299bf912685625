#!/usr/bin/python3
"""A SCRAM client of Dovecot's authentication protocol: `scram.py SOCKET MECHANISM USER PASSWORD`.

Prints the messages of the server with what is random, or depends on the user, left out; and whether its proof is right.
"""

import base64
import hashlib
import hmac
import os
import re
import socket
import sys

path, mechanism, user, password = sys.argv[1:5]
name = mechanism.removeprefix("SCRAM-").replace("-", "").lower()
connection = socket.socket(socket.AF_UNIX)
connection.connect(path)
connection.settimeout(60)
lines = connection.makefile("rwb")


def encode(text):
    return base64.b64encode(text if isinstance(text, bytes) else text.encode()).decode()


def digest(key, text):
    return hmac.new(key, text, name).digest()


def ask(*words):
    lines.write("\t".join(words).encode() + b"\n")
    lines.flush()
    return lines.readline().decode().rstrip("\n").split("\t")


while lines.readline() != b"DONE\n":
    pass
lines.write(b"VERSION\t1\t1\nCPID\t4711\n")
bare = "n=%s,r=%s" % (user.replace("=", "=3D").replace(",", "=2C"), encode(os.urandom(18)))
reply = ask("AUTH", "1", mechanism, "service=smtp", "resp=" + encode("n,," + bare))
if reply[0] != "CONT":
    sys.exit("no challenge: %s" % reply)
challenge = base64.b64decode(reply[2]).decode()
fields = dict(field.split("=", 1) for field in challenge.split(","))
print("salt %d, rounds %s, message %d" % (len(base64.b64decode(fields["s"])), fields["i"], len(challenge)))
salted = hashlib.pbkdf2_hmac(name, password.encode(), base64.b64decode(fields["s"]), int(fields["i"]))
client_key = digest(salted, b"Client Key")
without_proof = "c=biws,r=" + fields["r"]
message = ",".join([bare, challenge, without_proof]).encode()
signature = digest(hashlib.new(name, client_key).digest(), message)
proof = bytes(a ^ b for a, b in zip(client_key, signature))
reply = ask("CONT", "1", encode(without_proof + ",p=" + encode(proof)))
if reply[0] == "CONT":
    expected = "v=" + encode(digest(digest(salted, b"Server Key"), message))
    print("server " + ("proved" if base64.b64decode(reply[2]).decode() == expected else "did not prove itself"))
    reply = ask("CONT", "1", "")
print(re.sub(r"user=\S*", "user=…", " ".join(reply)))
print("salt is " + fields["s"])
