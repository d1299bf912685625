#!/bin/bash
# Compares the time from the start of the command until the first login is accepted: this saslauthd and Debian's, with 5
# processes and with 50, in turn, with sasldb.
#
# usage: startup.sh FOLDER
# FOLDER contains the programs, built for release. ROUNDS in the environment sets the amount, and QUICK=1 makes it small.
# It runs on a private system, which needs root, and changes nothing of the machine.
set -euo pipefail

. "$(dirname "$0")/inside.sh"
. "$(dirname "$0")/amounts.sh"
. "$(dirname "$0")/rows.sh"
. "$(dirname "$0")/daemons.sh"
readonly rounds=${ROUNDS:-$(amount 11 1)}

echo secret | "$programs/saslpasswd2" -p -c -f /etc/sasldb2 -u example.org alice
chmod 644 /etc/sasldb2

# Starts the daemon $1, prints the milliseconds until its first login is accepted, and stops it.
rate() {
    local command=(/usr/sbin/saslauthd -a sasldb -n 5)
    case $1 in
    cyrus-50) command=(/usr/sbin/saslauthd -a sasldb -n 50) ;;
    ours) command=("$programs/saslauthd" -a sasldb -O /etc/sasldb2) ;;
    esac
    rm -rf "/run/${1:?}"
    mkdir "/run/$1"
    python3 -c '
import socket, subprocess, sys, time
fields = (b"alice", b"secret", b"smtp", b"example.org")
request = b"".join(len(field).to_bytes(2, "big") + field for field in fields)
start = time.perf_counter()
daemon = subprocess.Popen(sys.argv[2:], stdin=subprocess.DEVNULL)
while time.perf_counter() < start + 60:
    with socket.socket(socket.AF_UNIX) as client:
        try:
            client.connect(sys.argv[1])
            client.sendall(request)
            reply = client.recv(1024)
        except OSError:
            reply = b""
    if reply[2:4] == b"OK":
        print(f"{(time.perf_counter() - start) * 1000:.2f}")
        sys.exit(daemon.wait())
    if reply[2:4] == b"NO":
        sys.exit("a right password was refused")
    time.sleep(0.0005)
sys.exit("no login is accepted")
' "/run/$1/mux" "${command[@]}" -m "/run/$1" || fail "$1 does not start"
    stop "$1" >&2
}

head_row "time until the first login is accepted, sasldb, medians of $rounds starts in turn"
compare "start" ms "" cyrus cyrus-50 ours
end_rows
