#!/bin/bash
# Compares this saslauthd with Debian's, with 5 processes and with 50, under password guessing: pam with pam_unix, and
# shadow; wrong passwords in flight all the time, and good logins at the same time. Then measures the effect of PAM
# modules that leak and crash.
#
# usage: pam.sh FOLDER
# FOLDER contains the programs, built for release. LOGINS, CYRUS_LOGINS, LEAKS and CRASHES in the environment set the
# amount, and QUICK=1 makes it small. It runs on a private system, which needs root, and changes nothing of the machine.
set -euo pipefail

. "$(dirname "$0")/inside.sh"
. "$(dirname "$0")/amounts.sh"
. "$(dirname "$0")/rows.sh"
. "$(dirname "$0")/daemons.sh"
readonly logins=${LOGINS:-$(amount 200 8)} cyrus_logins=${CYRUS_LOGINS:-$(amount 12 4)}
readonly leaks=${LEAKS:-$(amount 20000 1000)} crashes=${CRASHES:-$(amount 100 5)}
readonly at_a_time=4
guesses=$(amount 40 4)
readonly guesses

for account in good bad; do
    echo "$account:x:2001:2001::/:/bin/sh" >> /etc/passwd
    echo "$account:$(mkpasswd -m yescrypt secret):20000:0:99999:7:::" >> /etc/shadow
done
printf 'auth required pam_unix.so\naccount required pam_unix.so\n' > /etc/pam.d/smtp
cc -shared -fPIC -o "$scratch/pam_trial.so" "$tests/Support/pam_trial.c" -lpam
printf 'auth required %s\naccount required %s\n' "$scratch/pam_trial.so" "$scratch/pam_trial.so" > /etc/pam.d/trial

# Sends a good login to the daemon $1; further options override it.
ask() {
    local server=$1
    shift
    "$programs/testsaslauthd" -f "/run/$server/mux" -u good -p secret -s smtp "$@"
}

# Prints the median of $2 good logins at the daemon $1, in ms.
latency() {
    ask "$1" -R "$2" --concurrency "$at_a_time" |
        sed -n 's/.*p50 \([0-9.]*\),.*/\1/p'
}

# Prints the memory of the largest process of the daemon $1, in MB.
largest() {
    processes "$1" status | awk '$1 == "VmRSS:" && $2 > most { most = $2 } END { printf "%.0f", most / 1024 }'
}

# Prints the processor time that the daemon $1 and its children have used, in ticks.
ticks() {
    processes "$1" stat | sum_ticks
}

read -ra others < <(amount "cyrus cyrus-50" cyrus)
head_row "yescrypt: the median of good logins, $at_a_time at a time"
for mechanism in pam shadow; do
    for server in "${others[@]}"; do
        count=5
        [[ $server != cyrus-50 ]] || count=50
        start "$server" /usr/sbin/saslauthd -a "$mechanism" -n "$count"
    done
    start ours "$programs/saslauthd" -a "$mechanism" --throttle off
    declare -A quiet_ms=() attacked_ms=()
    for server in "${others[@]}" ours; do
        quiet_ms[$server]=$(latency "$server" "$logins")
        "$programs/testsaslauthd" -f "/run/$server/mux" -u bad -p wrong -s smtp -R 1000000 --concurrency "$guesses" \
            > /dev/null 2>&1 &
        attack=$!
        # Waits until each client has had one answer and has sent its next request.
        sleep "$(amount 6 0.3)"
        count=$logins
        # Each login takes as long as all guesses before it.
        [[ $server != cyrus ]] || count=$cyrus_logins
        attacked_ms[$server]=$(latency "$server" "$count")
        kill "$attack"
        wait "$attack" 2> /dev/null || true
        stop "$server"
    done
    for server in "${others[@]}"; do
        row "$mechanism, quiet" ms "$(name "$server")" "${quiet_ms[$server]}" "${quiet_ms[ours]}"
        row "$mechanism, $guesses wrong in flight" ms "$(name "$server")" "${attacked_ms[$server]}" "${attacked_ms[ours]}"
    done
    row "$mechanism, $guesses wrong in flight" ms "ours, quiet" "${quiet_ms[ours]}" "${attacked_ms[ours]}"
done
echo

start ours "$programs/saslauthd" -a pam --throttle off --max-memory 64
ask ours -u leak -p "right horse" -s trial -R "$leaks" --concurrency 8 > "$scratch/leak" &
load=$!
most=0
while [[ -e /proc/$load ]]; do
    now=$(largest ours)
    ((now <= most)) || most=$now
    sleep 0.05
done
wait "$load" || die "a leaking module: $(cat "$scratch/leak")"
echo "a module that leaks 100 kB per request, --max-memory 64: $(grep '^OK' "$scratch/leak"); the largest process had $most MB"

for ((i = 0; i < crashes; i++)); do
    ask ours -u crash -p x -s trial > /dev/null 2>&1 || true
done &
crashing=$!
ask ours -u anyone -p "right horse" -s trial -R $((crashes * 9)) --concurrency 1 > "$scratch/crash" || die "$(cat "$scratch/crash")"
wait "$crashing"
echo "$crashes requests that crash a worker, $((crashes * 9)) others at the same time: $(grep '^OK' "$scratch/crash"); $(grep '^latency' "$scratch/crash")"
seconds=$(amount 10 1)
before=$(ticks ours)
sleep "$seconds"
echo "processor time in the $seconds s afterwards: $((($(ticks ours) - before) * 1000 / $(getconf CLK_TCK))) ms"
stop ours
end_rows
