#!/bin/bash
# Compares this saslauthd with Debian's, with 5 processes and with 50, where each password is hashed with yescrypt:
# shadow at 1, 8 and 64 at a time, and pam with pam_unix at 8. A loop in C that only calls crypt(3) is the limit, with as
# many threads as can be busy at a time.
#
# usage: hashing.sh FOLDER
# FOLDER contains the programs, built for release. ROUNDS and LOGINS in the environment set the amount, and QUICK=1 makes
# it small. It runs on a private system, which needs root, and changes nothing of the machine.
set -euo pipefail

. "$(dirname "$0")/inside.sh"
. "$(dirname "$0")/amounts.sh"
. "$(dirname "$0")/rows.sh"
. "$(dirname "$0")/daemons.sh"
readonly rounds=${ROUNDS:-$(amount 5 1)} logins=${LOGINS:-$(amount 200 4)}

hash=$(mkpasswd -m yescrypt secret)
echo "good:x:2001:2001::/:/bin/sh" >> /etc/passwd
echo "good:$hash:20000:0:99999:7:::" >> /etc/shadow
printf 'auth required pam_unix.so\naccount required pam_unix.so\n' > /etc/pam.d/smtp
cc -O2 -Wall -pthread -o "$scratch/crypt-loop" "$(dirname "$0")/crypt-loop.c" -lcrypt

# Sends a good login to the daemon $1; further options override it.
ask() {
    local server=$1
    shift
    "$programs/testsaslauthd" -f "/run/$server/mux" -u good -p secret -s smtp "$@"
}

# Prints how many good logins the daemon $1 answers in a second, with $2 of them in flight. The loop has as many threads
# as can be busy.
rate() {
    # One at a time takes as long as several.
    local count=$((logins / ($2 == 1 ? 2 : 1))) cores
    cores=$(nproc)
    if [[ $1 == crypt ]]; then
        "$scratch/crypt-loop" secret "$hash" "$count" "$(($2 < cores ? $2 : cores))"
        return
    fi
    ask "$1" -R "$count" --concurrency "$2" > "$scratch/load" || fail "$1: $(cat "$scratch/load")"
    per_second < "$scratch/load"
}

head_row "yescrypt: logins per second, $logins a run, medians of $rounds runs in turn"
for mechanism in shadow pam; do
    start cyrus /usr/sbin/saslauthd -a "$mechanism" -n 5
    start cyrus-50 /usr/sbin/saslauthd -a "$mechanism" -n 50
    start ours "$programs/saslauthd" -a "$mechanism"
    if [[ $mechanism == shadow ]]; then
        compare "shadow, 1 at a time" /s 1 crypt cyrus cyrus-50 ours
        compare "shadow, 8 at a time" /s 8 crypt=0.95 cyrus cyrus-50 ours
        compare "shadow, 64 at a time" /s 64 crypt cyrus cyrus-50 ours
    else
        compare "pam, 8 at a time" /s 8 crypt cyrus cyrus-50 ours
    fi
    for server in cyrus cyrus-50 ours; do stop "$server"; done
done
end_rows
