#!/bin/bash
# Compares this saslauthd with Debian's: IMAP logins at a Dovecot that takes two seconds for each wrong password, as it
# does by default. A hundred good logins and a hundred wrong ones are in flight all the time.
#
# usage: rimap.sh FOLDER
# FOLDER contains the programs, built for release. IN_FLIGHT, GOOD and WRONG for ours, and CYRUS_GOOD and CYRUS_WRONG
# for Debian's, set the amount in the environment, and QUICK=1 makes it small. It runs on a private system, which needs
# root, and changes nothing of the machine.
set -euo pipefail

. "$(dirname "$0")/inside.sh"
. "$(dirname "$0")/amounts.sh"
. "$(dirname "$0")/daemons.sh"
readonly in_flight=${IN_FLIGHT:-$(amount 100 5)} good=${GOOD:-$(amount 3000 50)} wrong=${WRONG:-$(amount 700 5)}
readonly cyrus_good=${CYRUS_GOOD:-$(amount 60 5)} cyrus_wrong=${CYRUS_WRONG:-$(amount 60 5)}

# Dovecot: only refusals are slow. Without this, its penalty for an address that fails often would grow to 15 seconds
# for both daemons.
. "$tests/IntegrationTests/dovecot-start.sh"
configure_dovecot "$scratch" << END
auth_failure_delay = 2 secs
service imap-login {
  service_count = 0
}
service imap {
  service_count = 0
}
service auth {
  client_limit = 4096
}
END
echo 'alice:{PLAIN}secret::::::' > "$scratch/users"
dovecot -c "$scratch/dovecot.conf"

# Sends a good login to the daemon $1; further options override it.
ask() {
    local server=$1
    shift
    timeout 200 "$programs/testsaslauthd" -u alice -p secret -f "/run/$server/mux" "$@"
}

figure() { # name summary
    sed -n "s/^.*$1 \([0-9.]*\).*/\1/p" <<< "$2"
}

# Prints accepted logins per second, their median latency in ms, and refused logins per second.
run() { # daemon good wrong
    ask "$1" -R "$2" --concurrency "$in_flight" > "$scratch/$1.good" &
    local pid=$!
    # It exits with the code for a refusal.
    ask "$1" -p wrong -R "$3" --concurrency "$in_flight" > "$scratch/$1.wrong" || true
    wait "$pid" || die "$1: $(cat "$scratch/$1.good")"
    local summary
    summary=$(cat "$scratch/$1.good")
    grep --quiet "^OK: $2, NO: 0, temporary failure: 0" <<< "$summary" || die "$1: good logins: $summary"
    grep --quiet "^OK: 0, NO: $3, temporary failure: 0" "$scratch/$1.wrong" ||
        die "$1: wrong ones: $(cat "$scratch/$1.wrong")"
    echo "$(figure "answers per second:" "$summary") $(figure p50 "$summary")" \
        "$(figure "answers per second:" "$(cat "$scratch/$1.wrong")")"
}

start cyrus /usr/sbin/saslauthd -a rimap -O 127.0.0.1/143 -n 5
start ours "$programs/saslauthd" --throttle off -a rimap -O 127.0.0.1/143
read -r cyrus_rate cyrus_median cyrus_refusals <<< "$(run cyrus "$cyrus_good" "$cyrus_wrong")"
read -r rate median refusals <<< "$(run ours "$good" "$wrong")"

echo "rimap, $in_flight good and $in_flight wrong logins in flight, Dovecot with its delay of 2 s; $(nproc) processors"
printf '%-28s%12s%12s%12s\n' "" "original" ours ratio
printf '%-28s%12s%12s%12s\n' "good logins a second" "$cyrus_rate" "$rate" \
    "$(awk -v a="$cyrus_rate" -v b="$rate" 'BEGIN { printf "%.1f", b / a }')"
printf '%-28s%12s%12s\n' "their median in ms" "$cyrus_median" "$median"
printf '%-28s%12s%12s\n' "wrong logins a second" "$cyrus_refusals" "$refusals"
cyrus_all=$(awk -v a="$cyrus_rate" -v b="$cyrus_refusals" 'BEGIN { print a + b }')
all=$(awk -v a="$rate" -v b="$refusals" 'BEGIN { print a + b }')
printf '%-28s%12s%12s%12s\n' "together a second" "$cyrus_all" "$all" \
    "$(awk -v a="$cyrus_all" -v b="$all" 'BEGIN { printf "%.1f", b / a }')"
stop ours
stop cyrus
doveadm -c "$scratch/dovecot.conf" stop
