#!/bin/bash
# Compares this saslauthd with Debian's, with 5 processes and with 50: IMAP logins at a Dovecot that takes two seconds for
# each wrong password, as it does by default. First good logins alone, in turn; then a hundred good logins and a hundred
# wrong ones are in flight all the time.
#
# usage: rimap.sh FOLDER
# FOLDER contains the programs, built for release. ROUNDS and LOGINS for good logins alone, IN_FLIGHT, GOOD and WRONG for
# ours, and CYRUS_GOOD and CYRUS_WRONG for Debian's, set the amount in the environment, and QUICK=1 makes it small. It runs on a private system, which needs
# root, and changes nothing of the machine.
set -euo pipefail

. "$(dirname "$0")/inside.sh"
. "$(dirname "$0")/amounts.sh"
. "$(dirname "$0")/rows.sh"
. "$(dirname "$0")/daemons.sh"
readonly rounds=${ROUNDS:-$(amount 5 1)} logins=${LOGINS:-$(amount 1000 20)}
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

summary_figure() { # name summary
    sed -n "s/^.*$1 \([0-9.]*\).*/\1/p" <<< "$2"
}

# Prints how many good logins the daemon $1 answers in a second, with $2 of them in flight and nothing else.
rate() {
    ask "$1" -R "$logins" --concurrency "$2" > "$scratch/load" || die "$1: $(cat "$scratch/load")"
    per_second < "$scratch/load"
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
    echo "$(per_second <<< "$summary") $(summary_figure p50 "$summary") $(per_second < "$scratch/$1.wrong")"
}

start cyrus /usr/sbin/saslauthd -a rimap -O 127.0.0.1/143 -n 5
start cyrus-50 /usr/sbin/saslauthd -a rimap -O 127.0.0.1/143 -n 50
start ours "$programs/saslauthd" --throttle off -a rimap -O 127.0.0.1/143
head_row "rimap, Dovecot with its delay of 2 s for refusals, medians of $rounds runs in turn"
compare "good logins alone, 1 at a time" /s 1 cyrus cyrus-50 ours
compare "good logins alone, 8 at a time" /s 8 cyrus cyrus-50 ours
compare "good logins alone, 64 at a time" /s 64 cyrus cyrus-50 ours

# Few of the logins of Debian's daemon are answered in a second.
declare -A good_rate=() good_median=() wrong_rate=()
for server in cyrus cyrus-50 ours; do
    amounts=("$good" "$wrong")
    case $server in
    cyrus) amounts=("$cyrus_good" "$cyrus_wrong") ;;
    cyrus-50) amounts=("$(amount $((5 * cyrus_good)) "$cyrus_good")" "$(amount $((5 * cyrus_wrong)) "$cyrus_wrong")") ;;
    esac
    results=$(run "$server" "${amounts[@]}")
    read -r good_rate[$server] good_median[$server] wrong_rate[$server] <<< "$results"
done
title="$in_flight good and $in_flight wrong in flight"
for server in cyrus cyrus-50; do
    row "$title: good" /s "$(name "$server")" "${good_rate[$server]}" "${good_rate[ours]}"
    row "$title: good, median" ms "$(name "$server")" "${good_median[$server]}" "${good_median[ours]}"
    row "$title: wrong" /s "$(name "$server")" "${wrong_rate[$server]}" "${wrong_rate[ours]}"
done
for server in cyrus cyrus-50 ours; do stop "$server"; done
doveadm -c "$scratch/dovecot.conf" stop
end_rows
