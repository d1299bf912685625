#!/bin/bash
# Compares the sockets of --dovecot with Dovecot's: logins with PLAIN, sasldb beside a passwd-file with clear passwords;
# over one connection, 1, 8 and 64 in flight, and with a connection for each login, 1, 8 and 64 at a time; then the same
# while 10,000 other connections are held, with the memory of the process that serves them.
#
# usage: dovecot.sh FOLDER
# FOLDER contains the programs, built for release. ROUNDS, LOGINS and IDLE in the environment set the amount, and QUICK=1
# makes it small. It runs on a private system, which needs root, and changes nothing of the machine.
set -euo pipefail

. "$(dirname "$0")/inside.sh"
. "$(dirname "$0")/amounts.sh"
. "$(dirname "$0")/rows.sh"
. "$(dirname "$0")/daemons.sh"
readonly rounds=${ROUNDS:-$(amount 5 1)} logins=${LOGINS:-$(amount 20000 500)} idle=${IDLE:-$(amount 10000 200)}
readonly sockets=$scratch/sockets database=$scratch/sasldb2

ulimit -n $((2 * idle + 4096)) 2> /dev/null || ulimit -n "$(ulimit -Hn)"
mkdir "$sockets"
echo secret | "$programs/saslpasswd2" -p -c -f "$database" -u example.org alice
chmod 644 "$database"

# Sends a good login to the daemon $1; further options override it.
ask() {
    local server=$1
    shift
    timeout 200 "$programs/testsaslauthd" --dovecot "$sockets/$server" -u alice@example.org -p secret -s smtp "$@"
}

echo 'alice@example.org:{PLAIN}secret' > "$scratch/users"
cat > "$scratch/dovecot.conf" << END
base_dir = $scratch/dovecot
state_dir = $scratch/dovecot
log_path = $scratch/dovecot.log
protocols =
ssl = no
disable_plaintext_auth = no
auth_mechanisms = plain login
first_valid_uid = 1
passdb {
  driver = passwd-file
  args = username_format=%u $scratch/users
}
userdb {
  driver = static
  args = uid=mail gid=mail home=/tmp
}
service auth {
  client_limit = $((idle + 1000))
  unix_listener $sockets/dovecot {
    mode = 0666
  }
}
END
mkdir "$scratch/dovecot"
dovecot -F -c "$scratch/dovecot.conf" &
await "Dovecot does not answer: $(cat "$scratch/dovecot.log" 2> /dev/null)" answers dovecot
code=0
ask dovecot -p wrong > /dev/null || code=$?
((code == 1)) || fail "Dovecot does not refuse a wrong password: testsaslauthd exits with $code"
start ours "$programs/saslauthd" -a sasldb -O "$database" --dovecot "$sockets/ours"

# Prints how many good logins the daemon $1 answers in a second, with $2 of them in flight, and $3 connections: each or
# kept.
rate() {
    ask "$1" -R "$logins" --concurrency "$2" --connection "$3" > "$scratch/load" || fail "$1: $(cat "$scratch/load")"
    per_second < "$scratch/load"
}

# Prints the process that serves the daemon's clients, and its memory in KiB.
server() { ask_greeting "$1" | sed 's/^process \([0-9]*\).*/\1/'; }
ask_greeting() { "$programs/testsaslauthd" --dovecot "$sockets/$1"; }
memory() { awk '$1 == "Pss:" { print $2 }' "/proc/$1/smaps_rollup"; }

# Holds connections to the daemon $1, each with its greeting, until its input ends.
hold() {
    python3 -c '
import socket, sys
held = []
for number in range(int(sys.argv[2])):
    client = socket.socket(socket.AF_UNIX)
    client.connect(sys.argv[1])
    client.sendall(b"VERSION\t1\t0\nCPID\t%d\n" % (number + 1))
    greeting = b""
    while not greeting.endswith(b"DONE\n"):
        greeting += client.recv(1024) or sys.exit("a connection was closed")
    held.append(client)
print("held", flush=True)
sys.stdin.read()
for client in held:
    client.setblocking(False)
    try:
        if not client.recv(1): sys.exit("a connection was closed while it was held")
    except BlockingIOError:
        pass
' "$sockets/$1" "$idle"
}

head_row "PLAIN over Dovecot's protocol, medians of $rounds runs in turn"
compare "one connection, 1 in flight" /s "1 kept" dovecot ours
compare "one connection, 8 in flight" /s "8 kept" dovecot=1 ours
compare "one connection, 64 in flight" /s "64 kept" dovecot=1 ours
compare "a connection for each login, 1 at a time" /s "1 each" dovecot ours
compare "a connection for each login, 8 at a time" /s "8 each" dovecot=1 ours
compare "a connection for each login, 64 at a time" /s "64 each" dovecot=1 ours

declare -A before=() holder=()
for name in dovecot ours; do
    before[$name]=$(memory "$(server "$name")")
    mkfifo "$scratch/gate-$name"
    hold "$name" < "$scratch/gate-$name" > "$scratch/held-$name" &
    holder[$name]=$!
done
exec {gate_dovecot}> "$scratch/gate-dovecot" {gate_ours}> "$scratch/gate-ours"
for name in dovecot ours; do await "$idle connections cannot be held" grep -q held "$scratch/held-$name"; done
compare "$idle idle, one connection, 8 in flight" /s "8 kept" dovecot=1 ours
compare "$idle idle, a connection for each login, 8" /s "8 each" dovecot=1 ours
declare -A whole=() each=()
for name in dovecot ours; do
    after=$(memory "$(server "$name")")
    whole[$name]=$(awk -v after="$after" 'BEGIN { printf "%.1f", after / 1024 }')
    each[$name]=$(awk -v idle="$idle" -v before="${before[$name]}" -v after="$after" 'BEGIN { printf "%.2f", (after - before) / idle }')
done
row "$idle idle, memory of their process (PSS)" MB Dovecot "${whole[dovecot]}" "${whole[ours]}"
row "memory for each of $idle idle" KiB Dovecot "${each[dovecot]}" "${each[ours]}"
exec {gate_dovecot}>&- {gate_ours}>&-
for name in dovecot ours; do wait "${holder[$name]}" || fail "idle connections were closed"; done
stop ours
end_rows
