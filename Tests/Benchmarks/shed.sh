#!/bin/bash
# Far more than can be answered: 10,000 connections at once, and 20,000 requests a second for half a minute; with sasldb,
# and with a PAM service that can check a hundred logins a second.
#
# usage: shed.sh FOLDER
# FOLDER contains the programs, built for release. BURST, RATE, DURATION and PATIENCE (in seconds) in the environment set
# the amount, DAEMONS which are measured, and QUICK=1 makes it small. It runs on a private system, which needs root, and
# changes nothing of the machine.
#
# Each request must get an answer within the patience of a mail server: a verdict, and a right one, or a temporary
# failure. Meanwhile the back end must be used to 0.9 of its capacity, and no process may grow by more than 64 MB. "Login
# after" is the time until a good login is accepted after the load, without that of its check.
set -euo pipefail

limit=1800
. "$(dirname "$0")/inside.sh"
. "$(dirname "$0")/amounts.sh"
. "$(dirname "$0")/rows.sh"
. "$(dirname "$0")/daemons.sh"
readonly burst=${BURST:-$(amount 10000 100)} rate=${RATE:-$(amount 20000 200)} duration=${DURATION:-$(amount 30 1)}
# Seconds; pam replies within 90.
readonly patience=${PATIENCE:-100} check=0.05
ulimit -n $((burst + 4096)) 2> /dev/null || ulimit -n "$(ulimit -Hn)"

cc -O2 -Wall -o "$scratch/flood" "$(dirname "$0")/flood.c"
cc -O2 -Wall -pthread -o "$scratch/load" "$(dirname "$0")/load.c"
cc -shared -fPIC -o "$scratch/pam_trial.so" "$tests/Support/pam_trial.c" -lpam
printf 'auth required %s sleep=50\naccount required pam_permit.so\n' "$scratch/pam_trial.so" > /etc/pam.d/smtp
for ((number = 0; number < 100; number++)); do
    printf 'right horse' | "$programs/saslpasswd2" -p -c -f /etc/sasldb2 -u example.org "good$number"
done
chmod 644 /etc/sasldb2

# Sends a good login to the daemon $1; further options override it.
ask() {
    local server=$1
    shift
    "$programs/testsaslauthd" -f "/run/$server/mux" -u good0 -p "right horse" -s smtp -r example.org "$@"
}

# Prints the most memory that a process of the daemon $1 has had, in MB.
most_memory() {
    processes "$1" status | awk '$1 == "VmHWM:" && $2 > most { most = $2 } END { printf "%.1f", most / 1024 }'
}

# Sends $3 requests, $4 a second or at once, to the daemon $2, which can check $5 a second, and prints a row.
measure() { # title server count rate capacity check-seconds
    local before results after memory
    before=$(most_memory "$2")
    results=$("$scratch/flood" "/run/$2/mux" "$3" "$4" "$patience")
    after=$("$scratch/load" "/run/$2/mux" 120 --until-accepted good0 "right horse") ||
        fail "$1, $2: nobody can log in after the load: $results"
    after=$(awk "BEGIN { time = ${after% *} - $6; print (time > 0 ? time : 0) }")
    memory=$(awk "BEGIN { print $(most_memory "$2") - $before }")
    local wrong
    wrong=$(($(figure refused flood "$results") + $(figure accepted flood "$results")))
    printf '%-30s%-8s%9d%10d%8d%8d%9d%9.0f%9.1f%9.1f%8.1f%8.3f%8.1f\n' "$1" "$2" \
        "$(($(figure right flood "$results") + $(figure wrong flood "$results")))" "$(figure deferred flood "$results")" \
        "$(figure closed flood "$results")" "$(figure silent flood "$results")" "$(figure waiting flood "$results")" \
        "$(figure verdicts flood "$results")" "$(figure p50 flood "$results")" "$(figure p99 flood "$results")" "$(figure last flood "$results")" \
        "$after" "$memory"
    # For Debian's daemon, false verdicts are no fault of ours.
    [[ $2 == ours ]] || return 0
    ((wrong == 0)) || fail "$1: $wrong verdicts are wrong: $results"
    keep "$1: requests without an answer" lost "the limit" 0 "$(figure silent flood "$results")" 1
    keep "$1: memory added to the largest process" MB "the limit" 64 "$memory" 1
    keep "$1: login after" s "the limit" 1 "$after" 1
    [[ $5 == - ]] || keep "$1: verdicts" /s capacity "$5" "$(figure verdicts flood "$results")" 0.9
}

echo "more than can be answered; $(nproc) processors"
printf '%-38s%9s%10s%8s%8s%9s%9s%9s%9s%8s%8s%8s\n' "" verdicts deferred closed silent "most" verdicts p50 p99 last login "MB"
printf '%-38s%9s%10s%8s%8s%9s%9s%9s%9s%8s%8s%8s\n' row "" "" "" "" waiting /s ms ms s after more
total=$((rate * duration))
for server in ${DAEMONS:-cyrus ours}; do
    case $server in
    cyrus)
        sasldb=(/usr/sbin/saslauthd -a sasldb -n 5)
        pam=(/usr/sbin/saslauthd -a pam -n 5)
        ;;
    ours)
        sasldb=("$programs/saslauthd" -a sasldb -O /etc/sasldb2)
        pam=("$programs/saslauthd" -a pam -n 5)
        ;;
    esac
    start "$server" "${sasldb[@]}"
    measure "sasldb, $burst at once" "$server" "$burst" 0 - 0
    measure "sasldb, $rate/s for $duration s" "$server" "$total" "$rate" - 0
    stop "$server"
    start "$server" "${pam[@]}"
    measure "pam, $burst at once" "$server" "$burst" 0 - "$check"
    measure "pam, $rate/s for $duration s" "$server" "$total" "$rate" 100 "$check"
    stop "$server"
done
end_rows
