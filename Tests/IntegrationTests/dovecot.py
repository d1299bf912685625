#!/usr/bin/python3
"""Tests our saslauthd with Debian's Dovecot, in all modes; prints a line for each test.

Runs on a private system. Arguments: a scratch folder, and the folder with the built programs. The scratch folder holds
certificates, authority.pem and stranger.pem, and two for mail.example.org with their keys, good.pem and expired.pem.
"""
import concurrent.futures
import glob
import os
import re
import signal
import socket
import struct
import subprocess
import sys
import time

folder, programs = sys.argv[1:]
AUTHORITY = folder + "/authority.pem"
# Single bytes, and texts that can break quoting, variables and encodings.
USERS = {
    b"alice": b"secret",
    "jürgen".encode(): "Pässwörter und 密碼".encode(),
    b'o"brien': b'"quo"ted"',
    b"back\\slash": b"back\\slash\\",
    b"with blank": b" blanks  around ",
    b"per%cent": b"%u%%n%{user}",
    b"long200": b"x" * 200,
    b"long1000": bytes(33 + index % 94 for index in range(1000)),
}
WORDS = dict(USERS)
USERS.update({b"byte%03d" % byte: b"a" + bytes([byte]) + b"z" for byte in range(1, 256)})
tried = set()


def write(path, text, mode=0o644):
    with open(path, "wb") as file:
        file.write(text if isinstance(text, bytes) else text.encode())
    os.chmod(path, mode)


class Dovecot:
    """An instance with its own ports: imap, imaps, pop3 and pop3s from `port` on."""

    def __init__(self, name, port, certificate="good", listen="127.0.0.1", passdb="", extra=""):
        passdb = passdb or f"driver = passwd-file\n  args = username_format=%u {folder}/users"
        self.base = f"{folder}/{name}"
        os.makedirs(self.base + "/run")
        listeners = "".join(
            f"service {protocol}-login {{\n  service_count = 0\n"
            f"  inet_listener {protocol} {{\n    port = {port + 2 * index}\n  }}\n"
            f"  inet_listener {protocol}s {{\n    port = {port + 2 * index + 1}\n    ssl = yes\n  }}\n}}\n"
            for index, protocol in enumerate(["imap", "pop3"])
        )
        write(
            self.base + "/dovecot.conf",
            f"""
base_dir = {self.base}/run
state_dir = {self.base}/run
log_path = {self.base}/log
listen = {listen}
protocols = imap pop3
ssl = yes
ssl_cert = <{folder}/{certificate}.pem
ssl_key = <{folder}/{certificate}.pem
disable_plaintext_auth = no
auth_mechanisms = plain login cram-md5
auth_username_chars =
auth_failure_delay = 0
mail_max_userip_connections = 0
first_valid_uid = 1
mail_location = maildir:/run/mail
passdb {{
  {passdb}
}}
userdb {{
  driver = static
  args = uid=mail gid=mail home=/run/mail
}}
service imap {{
  service_count = 0
}}
service pop3 {{
  service_count = 0
}}
service auth {{
  client_limit = 4096
}}
service anvil {{
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
{listeners}
{extra}
""",
        )
        self.address = (listen, port)
        self.start()

    def start(self):
        subprocess.run(["dovecot", "-c", self.base + "/dovecot.conf"], check=True)
        wait(lambda: connects(self.address), "Dovecot")

    def stop(self):
        subprocess.run(["doveadm", "-c", self.base + "/dovecot.conf", "stop"], check=True)
        wait(lambda: not connects(self.address), "the end of Dovecot")


class Daemon:
    """Our saslauthd with `option`, at the most verbose log level."""

    number = 0

    def __init__(self, option, mechanism="rimap"):
        Daemon.number += 1
        self.run = f"{folder}/daemon{Daemon.number}"
        os.mkdir(self.run)
        os.chmod(self.run, 0o755)
        self.log = open(self.run + ".log", "wb")
        self.process = subprocess.Popen(
            [programs + "/saslauthd", "-d", "-a", mechanism, "-O", option, "-m", self.run, "--max-field", "2000", "--throttle", "off"],
            stdin=subprocess.DEVNULL,
            stderr=self.log,
        )
        wait(lambda: connects(self.run + "/mux", socket.AF_UNIX), option)

    def ask(self, login, password, *address):
        tried.add(password)
        with socket.socket(socket.AF_UNIX) as client:
            client.connect(self.run + "/mux")
            for field in (login, password, b"smtp", b"", *address):
                client.sendall(struct.pack(">H", len(field)) + field)
            answer = b""
            while piece := client.recv(4096):
                answer += piece
        return {b"OK": "accepted", b"NO": "refused", b"": "unavailable"}[answer[2:4]]

    def reason(self):
        """The reason for the missing verdict, from the log."""
        with open(self.log.name, "rb") as file:
            lines = [line for line in file.read().decode().splitlines() if "auth unavailable" in line]
        # Dovecot's text ends with its name and the time.
        return re.sub(r" \\x5bmail\.example\.org:.*", "", lines[-1].split("[reason=")[1].split("] [peer=")[0])

    def end(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait()


def connects(address, family=socket.AF_INET):
    with socket.socket(family) as client:
        try:
            client.connect(address)
            return True
        except OSError:
            return False


def wait(condition, what):
    end = time.monotonic() + 60
    while not condition():
        if time.monotonic() > end:
            sys.exit(f"waited in vain for {what}")
        time.sleep(0.01)


def logins(name, option, mechanism="rimap", users=USERS):
    """Logs in every user with the right password and with a wrong one."""
    daemon = Daemon(option, mechanism)
    with concurrent.futures.ThreadPoolExecutor(32) as pool:
        # Line ends are refused without asking the server.
        breaks = {login for login, password in users.items() if set(password) & set(b"\r\n")}
        right = pool.map(lambda user: (user[0], daemon.ask(*user)), users.items())
        odd = {login: answer for login, answer in right if (answer == "accepted") == (login in breaks)}
        wrong = pool.map(lambda user: (user[0], daemon.ask(user[0], user[1] + b"!")), WORDS.items())
        odd.update((login, "wrong: " + answer) for login, answer in wrong if answer != "refused")
    shown = ", ".join(f"{login.decode()} {answer}" for login, answer in sorted(odd.items())) or "none"
    print(f"{name}: {len(users)} users, odd: {shown}; unknown: {daemon.ask(b'nobody', b'secret')}")
    daemon.end()


def one(name, option, mechanism="rimap"):
    daemon = Daemon(option, mechanism)
    answers = daemon.ask(b"alice", b"secret"), daemon.ask(b"alice", b"Secret")
    print(f"{name}: {', '.join(answers)}" + (f": {daemon.reason()}" if "unavailable" in answers else ""))
    daemon.end()


write(
    folder + "/users",
    # Dovecot looks up a name with backslashes before its quotation marks and backslashes.
    b"".join(
        re.sub(rb'(["\\])', rb"\\\1", login) + b":{PLAIN.hex}" + password.hex().encode() + b"::::::\n"
        for login, password in USERS.items()
    ),
)
os.makedirs("/run/mail")
os.chown("/run/mail", 8, 8)
verified = f"name=mail.example.org&ca={AUTHORITY}"

good = Dovecot("good", 10000)
logins("imap", "127.0.0.1/10000")
logins("imap, LOGIN", "imap://127.0.0.1:10000?auth=login")
logins("imap, CRAM-MD5", "imap://127.0.0.1:10000?auth=cram-md5", users=WORDS)
logins("imap, STARTTLS", "imap://127.0.0.1:10000?starttls=required&" + verified, users=WORDS)
logins("imaps", "imaps://127.0.0.1:10001?" + verified, users=WORDS)
logins("pop3", "127.0.0.1/10002", "pop3", users=WORDS)
logins("pop3, USER", "pop3://127.0.0.1:10002?auth=login", "pop3")
logins("pop3s", "pop3s://127.0.0.1:10003?" + verified, "pop3", users=WORDS)
one("pop3, STLS", "pop3://127.0.0.1:10002?starttls=required&" + verified, "pop3")

for name, port in (("imaps", 10001), ("pop3s", 10003)):
    mechanism = "rimap" if name == "imaps" else "pop3"
    url = f"{name}://127.0.0.1:{port}?"
    one(f"{name}, system's authorities", url + "name=mail.example.org", mechanism)
    one(f"{name}, another authority", url + f"name=mail.example.org&ca={folder}/stranger.pem", mechanism)
    one(f"{name}, another name", url + f"name=other.example.org&ca={AUTHORITY}", mechanism)
    one(f"{name}, the host's name", url + f"ca={AUTHORITY}", mechanism)
    one(f"{name}, unverified", url + "insecure=any-certificate", mechanism)
one("STARTTLS, another name", f"imap://127.0.0.1:10000?starttls=try&name=other.example.org&ca={AUTHORITY}")

Dovecot("expired", 10100, "expired")
one("imaps, expired", "imaps://127.0.0.1:10101?" + verified)
# Dovecot always accepts passwords without TLS from its own address.
Dovecot("strict", 10200, listen="127.0.0.2", extra="disable_plaintext_auth = yes")
one("LOGINDISABLED", "imap://127.0.0.2:10200")
one("no USER", "pop3://127.0.0.2:10202", "pop3")
one("LOGINDISABLED, STARTTLS", "imap://127.0.0.2:10200?starttls=try&" + verified)
# 111: a temporary failure.
write(folder + "/checkpassword", "#!/bin/sh\nexit 111\n", 0o755)
Dovecot("failing", 10300, passdb=f"driver = checkpassword\n  args = {folder}/checkpassword")
one("Dovecot's users cannot be read", "imap://127.0.0.1:10300")

# The client's address is sent to servers that trust us.
trusting = Dovecot("trusting", 10500, extra="login_trusted_networks = 127.0.0.1")
daemon = Daemon("imap://127.0.0.1:10500?id=yes")
print("with an address:", daemon.ask(b"alice", b"Secret", b"192.0.2.7;4711"))
wait(lambda: b"rip=192.0.2.7," in open(trusting.base + "/log", "rb").read(), "the client's address")
daemon.end()

# Two servers, none, and one again.
second = Dovecot("second", 10400)
daemon = Daemon("imap://127.0.0.1:10000 imap://127.0.0.1:10400")
print("both:", daemon.ask(b"alice", b"secret"))
good.stop()
with concurrent.futures.ThreadPoolExecutor(16) as pool:
    print("the first is down:", sorted(set(pool.map(lambda _: daemon.ask(b"alice", b"secret"), range(50)))))
print("wrong:", daemon.ask(b"alice", b"Secret"))
second.stop()
print("both are down:", daemon.ask(b"alice", b"secret"))
good.start()
print("the first is back:", daemon.ask(b"alice", b"secret"))
daemon.end()

# A name server that does not answer blocks neither the loop nor the timeout of a request.
silence = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
silence.bind(("127.0.0.1", 53))
write("/etc/resolv.conf", "nameserver 127.0.0.1\noptions timeout:30 attempts:1\n")
write("/etc/nsswitch.conf", "hosts: files dns\n")
daemon = Daemon("imap://nowhere.example.org?timeout=8&starttls=no imap://127.0.0.1:10000")
with concurrent.futures.ThreadPoolExecutor(16) as pool:
    print("no name server:", sorted(set(pool.map(lambda _: daemon.ask(b"alice", b"secret"), range(50)))))
daemon.end()

# The output and logs of our programs contain none of the passwords.
written = b"".join(open(path, "rb").read() for path in glob.glob(folder + "/daemon*.log"))
leaked = [password for password in tried if len(password) > 4 and password in written]
print("passwords in the log:", leaked, "of", len(tried), "among lines:", len(written.splitlines()) > 1000)
