#!/bin/bash
# Clients connect and send nothing: measures other logins meanwhile, with sasldb. First this saslauthd with many such
# clients and without them, in turn; then Debian's with one for each of its processes, beside ours with as many.
#
# usage: idle.sh FOLDER
# FOLDER contains the programs, built for release. ROUNDS, LOGINS and IDLE in the environment set the amount, and QUICK=1
# makes it small. It runs on a private system, which needs root, and changes nothing of the machine.
set -euo pipefail

. "$(dirname "$0")/inside.sh"
. "$(dirname "$0")/amounts.sh"
. "$(dirname "$0")/rows.sh"
. "$(dirname "$0")/daemons.sh"
readonly rounds=${ROUNDS:-$(amount 5 1)} logins=${LOGINS:-$(amount 20000 500)} idle=${IDLE:-$(amount 10000 200)}
seconds=$(amount 5 0.5)
readonly seconds

ulimit -n $((2 * idle + 4096)) 2> /dev/null || ulimit -n "$(ulimit -Hn)"
cc -O2 -Wall -pthread -o "$scratch/load" "$(dirname "$0")/load.c"
printf secret | "$programs/saslpasswd2" -p -c -f /etc/sasldb2 -u example.org alice
chmod 644 /etc/sasldb2

# Sends a good login to the daemon $1; further options override it.
ask() {
    local server=$1
    shift
    timeout 200 "$programs/testsaslauthd" -f "/run/$server/mux" -u alice -p secret -r example.org -s smtp "$@"
}

# Prints how many good logins the daemon $1 answers in a second, with 8 of them in flight.
rate() {
    ask "$1" -R "$logins" --concurrency 8 > "$scratch/load-$1" || fail "$1: $(cat "$scratch/load-$1")"
    per_second < "$scratch/load-$1"
}

# The same, for a time: also if it answers none.
rate_for_a_time() {
    "$scratch/load" "/run/$1/mux" "$seconds" good clients=8 login=alice password=secret | sed 's/.* rate=\([0-9.]*\).*/\1/'
}

# Holds $2 connections to the daemon $1, until the process in `holder` is killed.
hold() {
    : > "$scratch/held"
    python3 -c '
import socket, sys, time
held = []
for number in range(int(sys.argv[2])):
    held.append(socket.socket(socket.AF_UNIX))
    held[-1].connect(sys.argv[1])
print("held", flush=True)
time.sleep(3600)
' "/run/$1/mux" "$2" > "$scratch/held" &
    holder=$!
    await "$2 connections cannot be held" grep -q held "$scratch/held"
}

release() {
    kill "$holder"
    wait "$holder" 2> /dev/null || true
}

# Prints the memory of all processes of the daemon $1, in MB.
memory() {
    processes "$1" smaps_rollup | awk '$1 == "Pss:" { sum += $2 } END { printf "%.2f", sum / 1024 }'
}

head_row "clients that send nothing; sasldb, 8 logins at a time, medians of $rounds runs in turn"
options=(-a sasldb -O /etc/sasldb2 --max-connections $((idle + 1000)) --request-timeout 600)
start "none idle" "$programs/saslauthd" "${options[@]}"
start ours "$programs/saslauthd" "${options[@]}"
before=$(memory ours)
hold ours "$idle"
compare "$idle idle clients" /s "" "none idle" ours
row "memory (PSS) with $idle idle clients" MB "ours without them" "$before" "$(memory ours)"
kill -0 "$holder" || fail "idle clients ended"
release
for server in "none idle" ours; do stop "$server"; done

start ours "$programs/saslauthd" -a sasldb -O /etc/sasldb2
for count in 5 50; do
    server=cyrus-$count
    start "$server" /usr/sbin/saslauthd -a sasldb -n "$count"
    # Each process accepts a connection and waits for its request.
    hold "$server" "$count"
    theirs=$(rate_for_a_time "$server")
    release
    stop "$server"
    hold ours "$count"
    row "$count idle clients" /s "$(name "$server")" "$theirs" "$(rate_for_a_time ours)"
    release
done
stop ours
end_rows
