#!/bin/bash
# Checks that answers and their times do not tell which users exist: wrong passwords over a socket of --dovecot, sasldb,
# with SCRAM-SHA-256, SCRAM-SHA-1, CRAM-MD5 and PLAIN; and over the mux.
#
# usage: existence.sh FOLDER
# FOLDER contains the programs, built for release. ATTEMPTS and ROUNDS in the environment set the amount, MECHANISMS what
# is asked, and QUICK=1 makes it small. It runs on a private system, which needs root, and changes nothing of the machine.
set -euo pipefail

. "$(dirname "$0")/inside.sh"
. "$(dirname "$0")/amounts.sh"
. "$(dirname "$0")/rows.sh"
. "$(dirname "$0")/daemons.sh"
readonly attempts=${ATTEMPTS:-$(amount 2000 20)} rounds=${ROUNDS:-$(amount 3 1)}
readonly mechanisms=${MECHANISMS:-SCRAM-SHA-256 SCRAM-SHA-1 CRAM-MD5 PLAIN mux}
readonly sockets=$scratch/sockets database=$scratch/sasldb2

mkdir "$sockets"
known=() unknown=()
# Names alternate in the order of the file, too.
for number in 10 12 14 16 18 20 22 24 26 28; do
    echo secret | "$programs/saslpasswd2" -p -c -f "$database" -u example.org "user$number"
    known+=("user$number@example.org")
    unknown+=("user$((number + 1))@example.org")
done
chmod 644 "$database"

# Sends a good login to the daemon $1; further options override it.
ask() {
    local server=$1
    shift
    timeout 60 "$programs/testsaslauthd" --dovecot "$sockets/$server" -u user10@example.org -p secret -s smtp "$@"
}
start ours "$programs/saslauthd" -a sasldb -O "$database" --throttle off \
    --dovecot "$sockets/ours,mechanisms=plain+cram-md5+scram-sha-1+scram-sha-256"

status=0
for mechanism in $mechanisms; do
    echo
    echo "-- $mechanism"
    socket=(--dovecot "$sockets/ours" --mechanism "$mechanism")
    [[ $mechanism != mux ]] || socket=(--mux /run/ours/mux)
    python3 "$tests/Benchmarks/existence.py" "${socket[@]}" --attempts "$attempts" --rounds "$rounds" \
        --warm-up "$(amount 100 2)" --known "${known[@]}" --unknown "${unknown[@]}" | tee "$scratch/result" || status=1
    # None is without a difference if one is in every round, or in the answers.
    found=$(sed -n 's/^known and unknown users do not differ in every round; .* in \([0-9]*\) of .*/\1/p' "$scratch/result")
    keep "$mechanism: rounds without a difference" rounds "all of them" "$rounds" "$((rounds - ${found:-rounds}))" 0.33
done
stop ours
((status == 0)) || exit 1
end_rows
