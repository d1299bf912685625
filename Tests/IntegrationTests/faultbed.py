"""What faults.py and longrun.py need: a saslauthd in a folder, its processes, back ends that fail, and clients."""
import atexit
import base64
import collections
import os
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import time

# What a login may get; "nothing" is a connection that the daemon closed, "broken" an answer that is none.
KINDS = ("OK", "NO", "temporary", "nothing", "not connected", "silence", "broken")
Process = collections.namedtuple("Process", "pid role name start")


def awaits(condition, seconds=60):
    end = time.monotonic() + seconds
    while not (result := condition()) and time.monotonic() < end:
        time.sleep(0.02)
    return result


# Clients


def mux_login(path, login, word, deadline):
    """The kind of the answer to a login at a socket of -m."""
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(deadline)
        try:
            connection.connect(path)
        except OSError:
            return "not connected"
        fields = [login, word, "smtp", ""]
        answer = b""
        try:
            connection.sendall(b"".join(struct.pack(">H", len(field)) + field.encode() for field in fields))
            while len(answer) < 2 or len(answer) < 2 + struct.unpack(">H", answer[:2])[0]:
                if not (piece := connection.recv(4096)):
                    return "broken" if answer else "nothing"
                answer += piece
        except TimeoutError:
            return "silence"
        except OSError:
            return "broken" if answer else "nothing"
    return {b"": "temporary", b"OK": "OK", b"NO": "NO"}.get(answer[2:4], "broken")


class Dovecot:
    """A client of Dovecot's protocol that keeps its connection, and connects again after it was closed."""

    def __init__(self, path, deadline):
        self.path, self.deadline = path, deadline
        self.connection, self.lines, self.id = None, None, 0

    def close(self):
        # The file keeps the connection open, too.
        if self.lines:
            self.lines.close()
        self.connection.close()
        self.connection, self.lines = None, None

    def login(self, login, word):
        """As Postfix: connects again if the kept connection does not take the login, once."""
        self.id += 1
        response = base64.b64encode(f"\0{login}\0{word}".encode()).decode()
        line = f"AUTH\t{self.id}\tPLAIN\tservice=smtp\tresp={response}\n".encode()
        for is_last in (self.connection is None, True):
            if (kind := self.connect()) is not None:
                return kind
            try:
                self.connection.sendall(line)
                break
            except OSError:
                self.close()
                if is_last:
                    return "nothing"
        answer = []
        kind = self.read(lambda words: words[1:2] == [str(self.id)] and not answer.append(words))
        if kind is not None:
            return kind
        words = answer[0]
        if words[0] == "OK" and f"user={login}" in words:
            return "OK"
        if words[0] != "FAIL":
            return "broken"
        return "temporary" if "temp" in words else "NO"

    def connect(self):
        """Connects and greets, unless that was done; returns what went wrong."""
        if not self.connection:
            self.connection = socket.socket(socket.AF_UNIX)
            self.connection.settimeout(self.deadline)
            try:
                self.connection.connect(self.path)
                self.connection.sendall(f"VERSION\t1\t1\nCPID\t{os.getpid()}\n".encode())
                self.lines = self.connection.makefile("rb")
            except OSError:
                self.close()
                return "not connected"
            return self.read(lambda words: words == ["DONE"])
        return None

    def read(self, is_last):
        """Reads until a line for which `is_last` holds; returns what went wrong."""
        try:
            while line := self.lines.readline():
                if not line.endswith(b"\n"):
                    self.close()
                    return "broken"
                if is_last(line.decode().rstrip("\n").split("\t")):
                    return None
            kind = "nothing"
        except TimeoutError:
            kind = "silence"
        except OSError:
            kind = "nothing"
        self.close()
        return kind


# Processes


def read(path):
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.read()
    except OSError:
        return ""


def status_of(pid):
    """The name, state, parent and start of a process; None if it is gone."""
    name, _, rest = read(f"/proc/{pid}/stat").partition("(")[2].rpartition(")")
    words = rest.split()
    return (name, words[0], int(words[1]), int(words[19])) if words else None


def send(process, number):
    """Sends a signal, unless the process is gone."""
    try:
        now = status_of(process.pid)
        if now and now[3] == process.start:
            os.kill(process.pid, number)
            return True
    except ProcessLookupError:
        pass
    return False


def descriptors(pid):
    try:
        return len(os.listdir(f"/proc/{pid}/fd"))
    except OSError:
        return 0


def virtual_memory(pid):
    return int((read(f"/proc/{pid}/statm").split() or [0])[0]) * 4096


def resident_kilobytes(pid):
    """The proportional set size, in which memory that processes share counts once."""
    for line in read(f"/proc/{pid}/smaps_rollup").splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1])
    return 0


def set_limit(process, name, soft):
    """Sets a soft limit of a process, as its account: root may lack the right to do that for others. Whether it did."""
    for _ in range(50):
        text = read(f"/proc/{process.pid}/status")
        now = status_of(process.pid)
        if not now or now[3] != process.start or now[1] == "Z" or "\nUid:" not in text:
            return False
        user, group = (int(text.split(f"\n{word}:")[1].split()[0]) for word in ("Uid", "Gid"))
        result = subprocess.run(
            ["prlimit", "--pid", str(process.pid), f"--{name}={soft}:"], user=user, group=group, extra_groups=[],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False,
        )
        if result.returncode == 0:
            return True
        # It is changing its account.
        time.sleep(0.02)
    raise OSError(f"a limit of {process.name} cannot be set: {result.stdout.strip()}")


# The limits that processes had before they were lowered.
LIMITS = {}


def limited(process, name, soft):
    """Lowers a soft limit of a process, not above the hard one; returns how to restore it, or None."""
    title = {"nofile": "Max open files", "as": "Max address space"}[name]
    words = [line.removeprefix(title).split() for line in read(f"/proc/{process.pid}/limits").splitlines()
             if line.startswith(title)]
    if not words:
        return None
    # A process that is limited twice at the same time gets back what it had first.
    before = LIMITS.setdefault((process, name), words[0][0])
    hard = words[0][1]
    if not set_limit(process, name, soft if hard == "unlimited" else min(soft, int(hard))):
        return None
    return lambda: set_limit(process, name, before)


# Run as another process, so that it can be stopped: writes what it reads to a file; a full disk does not end it.
READER = """
import os, stat, sys
file = os.open(sys.argv[1], os.O_WRONLY | os.O_CREAT | os.O_APPEND)
end = b"\\n" if stat.S_ISSOCK(os.fstat(0).st_mode) else b""
while piece := os.read(0, 65536):
    try:
        os.write(file, piece + end)
    except OSError:
        pass
"""


# A library with a clock of the wall that is JUMP seconds ahead; JUMP is a file.
CLOCK = r"""
#define _GNU_SOURCE
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static const volatile long *jump;

__attribute__((constructor)) static void find_jump(void) {
    int file = open(JUMP, O_RDONLY | O_CLOEXEC);
    if (file < 0) return;
    void *page = mmap(0, sizeof(long), PROT_READ, MAP_SHARED, file, 0);
    if (page != MAP_FAILED) jump = page;
    close(file);
}

int clock_gettime(clockid_t clock, struct timespec *now) {
    int result = syscall(SYS_clock_gettime, clock, now);
    int is_wall = clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE || clock == CLOCK_TAI;
    if (result == 0 && is_wall && jump) now->tv_sec += *jump;
    return result;
}

int gettimeofday(struct timeval *restrict now, void *restrict zone) {
    struct timespec time;
    (void)zone;
    clock_gettime(CLOCK_REALTIME, &time);
    now->tv_sec = time.tv_sec;
    now->tv_usec = time.tv_nsec / 1000;
    return 0;
}

time_t time(time_t *seconds) {
    struct timespec time;
    clock_gettime(CLOCK_REALTIME, &time);
    if (seconds) *seconds = time.tv_sec;
    return time.tv_sec;
}
"""


class Processes:
    """The processes of a daemon whose master is `process`."""

    def children(self):
        return [(int(pid), found) for pid in os.listdir("/proc") if pid.isdigit()
                and (found := status_of(pid)) and found[2] == self.process.pid]

    def processes(self):
        """The master, and then its children."""
        found = []
        if status := status_of(self.process.pid):
            found.append(Process(self.process.pid, "master", "saslauthd", status[3]))
        for pid, (_, state, _, start) in self.children():
            name = os.path.basename(read(f"/proc/{pid}/cmdline").split("\0")[0])
            if state != "Z":
                found.append(Process(pid, "frontend" if name == "saslauthd-frontend" else "worker", name, start))
        return found

    def zombies(self):
        return [(pid, found[0]) for pid, found in self.children() if found[1] == "Z"]


class Daemon(Processes):
    """A saslauthd whose run directory and log are on a small file system."""

    def __init__(self, options, back_end):
        self.programs, self.place = options.programs, os.path.join(options.folder, "place")
        os.mkdir(self.place)
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64m,mode=755", "tmpfs", self.place], check=True)
        self.run = os.path.join(self.place, "run")
        self.log_file = os.path.join(self.place, "log")
        self.mux, self.dovecot = os.path.join(self.run, "mux"), os.path.join(self.run, "auth")
        os.mkdir(self.run, 0o755)
        command = [os.path.join(self.programs, "saslauthd"), "-f", "-V", "-m", self.run, "--throttle", "off"]
        command += ["--timeout", str(options.timeout)]
        command += ["--dovecot", f"{self.dovecot},mode=0666,unavailable=fail,deadline={options.timeout}"]
        command += back_end.words + options.words
        command += ["--log", "syslog" if options.log == "syslog" else "stderr"]
        if options.account:
            shutil.chown(self.run, options.account)
            command = ["setpriv", f"--reuid={options.account}", "--clear-groups"] + command
        self.command = command
        self.process = None
        self.group = self.make_group()
        self.make_clock(options.folder)
        self.reader = self.log_reader(options.log)
        self.output = self.reader.stdin if options.log == "pipe" else open(self.log_file, "ab")
        self.start()
        if not awaits(lambda: mux_login(self.mux, "user0", "", 60) == "NO" or self.process.poll() is not None):
            sys.exit(f"the daemon does not answer; its log:\n{self.log_text()}")
        if strange := [process for process in self.processes() if self.jump not in read(f"/proc/{process.pid}/maps")]:
            sys.exit(f"these have the clock of the machine: {strange}")

    def start(self):
        self.process = subprocess.Popen(
            self.command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=self.output,
            preexec_fn=self.enter_group,
        )

    def restart(self):
        """Kills the master, and does what a service manager does."""
        self.process.kill()
        self.process.wait()
        self.start()

    def revive(self):
        """Does what a service manager does when the master has exited: whether it had, as after a failed start."""
        if self.process.poll() is None:
            return False
        self.start()
        return True

    def log_reader(self, kind):
        if kind == "file":
            return None
        if kind == "pipe":
            pipe, size = subprocess.PIPE, 4096
        else:
            # In place of the reader of the private system.
            pipe, size = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM), -1
            pipe.bind("/dev/log.faults")
            os.chmod("/dev/log.faults", 0o666)
            os.rename("/dev/log.faults", "/dev/log")
        return subprocess.Popen([sys.executable, "-c", READER, self.log_file], stdin=pipe, pipesize=size)

    def make_group(self):
        """A cgroup that can refuse forks; None where there is none."""
        for base in "/sys/fs/cgroup/pids", "/sys/fs/cgroup":
            try:
                group = tempfile.mkdtemp(prefix="saslauthd-faults-", dir=base)
            except OSError:
                continue
            if os.path.exists(f"{group}/pids.max"):
                # The group is not one of the private system.
                atexit.register(self.remove_group)
                return group
            os.rmdir(group)
        print("there is no cgroup that can refuse forks")
        return None

    def remove_group(self):
        """Removes the cgroup, and processes that are still in it."""
        if self.process:
            self.process.kill()
            self.process.wait()
        for _ in range(500):
            for pid in read(f"{self.group}/cgroup.procs").split():
                try:
                    os.kill(int(pid), signal.SIGKILL)
                except ProcessLookupError:
                    pass
            try:
                return os.rmdir(self.group)
            except FileNotFoundError:
                return None
            except OSError:
                time.sleep(0.02)

    def enter_group(self):
        if self.group:
            with open(f"{self.group}/cgroup.procs", "w", encoding="ascii") as file:
                file.write("0")

    def log_text(self):
        return read(self.log_file)

    def status(self):
        command = [os.path.join(self.programs, "saslauthctl"), "-m", self.run]
        result = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
        return result.stdout

    # What there is of it

    def resources(self):
        """Descriptors and kilobytes of the master and the frontend, and the number of workers."""
        processes = self.processes()
        found = {process.name: (descriptors(process.pid), resident_kilobytes(process.pid))
                 for process in processes if process.role != "worker"}
        return found, sum(process.role == "worker" for process in processes)

    def growth(self, before, kilobytes):
        """What the master and the frontend have that they had not `before`, as texts."""
        now, workers = self.resources()
        found = []
        for name, (most, memory) in before[0].items():
            open_now, memory_now = now.get(name, (0, 0))
            # A worker costs a connection of the frontend.
            if open_now > most + max(0, workers - before[1]) or open_now == 0:
                found.append(f"{name} has {open_now} descriptors after {most}")
            if memory_now > memory + kilobytes[name]:
                found.append(f"{name} has {memory_now} kB after {memory}")
        return found

    def reload(self):
        command = [os.path.join(self.programs, "saslauthctl"), "-m", self.run, "reload"]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)

    # Faults

    def make_clock(self, folder):
        """Gives all programs that are started from now on a clock that can be set."""
        library, self.jump = os.path.join(folder, "clock.so"), os.path.join(folder, "clock.jump")
        self.set_clock(0)
        subprocess.run(["cc", "-shared", "-fPIC", "-O2", "-x", "c", f'-DJUMP="{self.jump}"', "-o", library, "-"],
                       input=CLOCK, text=True, check=True)
        with open("/etc/ld.so.preload", "w", encoding="ascii") as file:
            file.write(f"{library}\n")

    def set_clock(self, seconds):
        # Not truncated, as it is mapped.
        file = os.open(self.jump, os.O_WRONLY | os.O_CREAT, 0o644)
        os.write(file, struct.pack("q", seconds))
        os.close(file)

    def jump_clock(self, seconds):
        self.set_clock(seconds)
        return lambda: self.set_clock(0)

    def fill_disk(self):
        path = os.path.join(self.place, "filling")
        with open(path, "wb", 0) as file:
            for size in 1 << 20, 4096:
                try:
                    while file.write(bytes(size)):
                        pass
                except OSError:
                    pass
        return lambda: os.path.exists(path) and os.remove(path)

    def stop_log_reader(self):
        if not self.reader:
            return None
        self.reader.send_signal(signal.SIGSTOP)
        return lambda: self.reader.send_signal(signal.SIGCONT)

    def no_forks(self):
        if not self.group:
            return None
        self.limit_group("0")
        return lambda: self.limit_group("max")

    def limit_group(self, most):
        with open(f"{self.group}/pids.max", "w", encoding="ascii") as file:
            file.write(most)

    def end(self):
        """Stops the daemon; returns what it left behind, as texts."""
        self.process.send_signal(signal.SIGTERM)
        ours = [process for process in self.processes() if process.role != "master"]
        try:
            code = self.process.wait(60)
        except subprocess.TimeoutExpired:
            return ["the daemon does not stop"]
        left = [f"the exit status is {code}"] if code else []
        if not awaits(lambda: all((status_of(process.pid) or (0, 0, 0, 0))[3] != process.start for process in ours)):
            left.append("processes are left")
        left += [f"{name} is left" for name in os.listdir(self.run) if name != "saslauthd.pid.lock"]
        return left


# Back ends


class SASLDB:
    """A file, which is moved away."""

    def __init__(self, programs, folder, users):
        self.path = os.path.join(folder, "sasldb2")
        for user, word in users.items():
            subprocess.run([os.path.join(programs, "saslpasswd2"), "-p", "-c", "-f", self.path, "-u", "", user],
                           input=word, text=True, check=True)
        os.chmod(self.path, 0o644)
        self.words = ["-a", "sasldb", "-O", self.path]

    def fail(self):
        if not os.path.exists(self.path):
            return None
        os.rename(self.path, self.path + ".away")
        return lambda: os.rename(self.path + ".away", self.path)

    def end(self):
        pass


# An IMAP server: the port, and then the users and passwords.
IMAP = r"""
import base64, socket, sys, threading
users = dict(zip(sys.argv[2::2], sys.argv[3::2]))

def serve(connection):
    with connection, connection.makefile("rb") as lines:
        connection.sendall(b"* OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN] hi\r\n")
        for line in lines:
            tag, command, *words = line.split()
            if command == b"CAPABILITY":
                connection.sendall(b"* CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN\r\n" + tag + b" OK\r\n")
            elif command == b"AUTHENTICATE":
                if len(words) == 1:
                    connection.sendall(b"+ \r\n")
                    words.append(next(lines))
                _, login, word = base64.b64decode(words[1]).decode().split("\0")
                connection.sendall(tag + (b" OK in" if users.get(login) == word else b" NO no") + b"\r\n")
            elif command == b"LOGIN":
                login, word = (text.decode().strip('"') for text in words)
                connection.sendall(tag + (b" OK in" if users.get(login) == word else b" NO no") + b"\r\n")
            elif command == b"LOGOUT":
                return

def guarded(connection):
    try:
        serve(connection)
    # StopIteration: the client has gone before it sent the credentials.
    except (OSError, ValueError, StopIteration):
        pass

listener = socket.create_server(("127.0.0.1", int(sys.argv[1])), backlog=1024)
while True:
    threading.Thread(target=guarded, args=(listener.accept()[0],), daemon=True).start()
"""


class IMAP4:
    """An IMAP server, which is killed."""

    def __init__(self, _, __, users):
        # The network is private.
        self.port = 1430
        self.command = [sys.executable, "-c", IMAP, str(self.port)] + [text for user in users.items() for text in user]
        self.server = None
        self.start()
        self.words = ["-a", "rimap", "-O", f"imap://127.0.0.1:{self.port}"]

    def start(self):
        self.server = subprocess.Popen(self.command)
        awaits(self.answers)

    def answers(self):
        try:
            socket.create_connection(("127.0.0.1", self.port), 60).close()
            return True
        except OSError:
            return False

    def fail(self):
        if self.server is None:
            return None
        self.end()
        return self.start

    def end(self):
        server, self.server = self.server, None
        server.kill()
        server.wait()


class Shadow:
    """Accounts in the shadow file, which is moved away."""

    def __init__(self, _, __, users):
        with open("/etc/passwd", "a", encoding="ascii") as passwd, open("/etc/shadow", "a", encoding="ascii") as shadow:
            for number, (user, word) in enumerate(users.items(), 2001):
                hashed = subprocess.run(["openssl", "passwd", "-1", word], stdout=subprocess.PIPE, text=True, check=True)
                passwd.write(f"{user}:x:{number}:{number}::/:/bin/sh\n")
                shadow.write(f"{user}:{hashed.stdout.strip()}:20000:0:99999:7:::\n")
        self.words = ["-a", "shadow"]

    def fail(self):
        if not os.path.exists("/etc/shadow"):
            return None
        os.rename("/etc/shadow", "/etc/shadow.away")
        return lambda: os.rename("/etc/shadow.away", "/etc/shadow")

    def end(self):
        pass


class MariaDB:
    """A MariaDB server, which is killed."""

    def __init__(self, _, folder, users):
        self.folder = os.path.join(folder, "mariadb")
        self.socket = os.path.join(folder, "mariadb.sock")
        subprocess.run(
            ["mariadb-install-db", "--no-defaults", "--user=root", f"--datadir={self.folder}", "--skip-test-db",
             "--auth-root-authentication-method=socket"], check=True, stdout=subprocess.DEVNULL
        )
        self.server = None
        self.start()
        rows = ", ".join(f"('{user}', '{word}')" for user, word in users.items())
        self.sql(
            "CREATE DATABASE mail; CREATE TABLE mail.logins (login VARCHAR(255) PRIMARY KEY, word VARCHAR(255));"
            f"INSERT INTO mail.logins VALUES {rows}; CREATE USER mail@localhost IDENTIFIED BY 'database-word';"
            "GRANT SELECT ON mail.* TO mail@localhost;"
        )
        line = "user=mail passwd=database-word db=mail table=logins usercolumn=login passwdcolumn=word crypt=0"
        self.words = ["-a", "mysql", "-O", f"{line} host={self.socket}"]

    def sql(self, text):
        command = ["mariadb", "--no-defaults", f"--socket={self.socket}", "-e", text]
        return subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False).returncode == 0

    def start(self):
        self.server = subprocess.Popen(
            ["mariadbd", "--no-defaults", "--user=root", f"--datadir={self.folder}", f"--socket={self.socket}",
             "--skip-networking", "--innodb-flush-log-at-trx-commit=2"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )
        awaits(lambda: self.sql("SELECT 1"))

    fail, end = IMAP4.fail, IMAP4.end


class PAM(Shadow):
    """The same accounts, which pam_unix checks."""

    def __init__(self, _, __, users):
        super().__init__(_, __, users)
        with open("/etc/pam.d/smtp", "w", encoding="ascii") as file:
            file.write("auth required pam_unix.so\naccount required pam_unix.so\n")
        self.words = ["-a", "pam"]


class Directory:
    """A slapd, which is killed."""

    def __init__(self, _, folder, users):
        os.mkdir(os.path.join(folder, "directory"))
        settings, ours = os.path.join(folder, "slapd.conf"), os.path.join(folder, "ldap.conf")
        with open(settings, "w", encoding="ascii") as file:
            file.write(
                "loglevel 0\ninclude /etc/ldap/schema/core.schema\ninclude /etc/ldap/schema/cosine.schema\n"
                "include /etc/ldap/schema/inetorgperson.schema\nmodulepath /usr/lib/ldap\nmoduleload back_mdb\n"
                f'database mdb\nsuffix "dc=example,dc=org"\ndirectory {folder}/directory\nindex uid eq\n'
            )
        entries = "dn: dc=example,dc=org\nobjectClass: dcObject\nobjectClass: organization\no: E\ndc: example\n\n"
        for user, word in users.items():
            entries += f"dn: uid={user},dc=example,dc=org\nobjectClass: inetOrgPerson\nuid: {user}\ncn: u\nsn: u\n"
            entries += f"userPassword: {word}\n\n"
        subprocess.run(["slapadd", "-q", "-f", settings], input=entries, text=True, check=True)
        # The network is private.
        self.port = 389
        # In the foreground, with a debug level of 0.
        self.command = ["slapd", "-d", "0", "-f", settings, "-h", f"ldap://127.0.0.1:{self.port}/"]
        self.server = None
        self.start()
        with open(ours, "w", encoding="ascii") as file:
            file.write("ldap_servers: ldap://127.0.0.1:389/\nldap_search_base: dc=example,dc=org\nldap_filter: uid=%u\n")
        self.words = ["-a", "ldap", "-O", ours]

    start, answers, fail, end = IMAP4.start, IMAP4.answers, IMAP4.fail, IMAP4.end


BACK_ENDS = {
    "sasldb": SASLDB, "shadow": Shadow, "pam": PAM, "rimap": IMAP4, "mysql": MariaDB, "ldap": Directory,
}
