#!/bin/bash
# Measures the effect of password guessing on other logins, with a mechanism that takes next to no time.
# Argument: the folder with the programs, built for release. With QUICK=1 in the environment it is short.
set -euo pipefail

. "$(dirname "$0")/amounts.sh"
. "$(dirname "$0")/rows.sh"

programs=$(realpath "$1")
scratch=$(mktemp -d)
chmod 755 "$scratch"
trap 'kill "$(cat "$scratch/run/saslauthd.pid")"; rm -rf "$scratch"' EXIT

for number in $(seq 0 49); do
    printf secret | "$programs/saslpasswd2" -p -c -f "$scratch/sasldb2" -u example.org "user$number"
done
chmod 644 "$scratch/sasldb2"
"$programs/saslauthd" -a sasldb -O "$scratch/sasldb2" -m "$scratch/run"
echo "50 users, each of whom logs in ten times a second, sasldb:"
results=$(python3 "$(dirname "$0")/guessing.py" "$scratch/run/mux" "$programs/saslauthctl" "$scratch/run" "$(amount 4 1)" "$(amount 3 1)")
echo "$results"
p99() { sed -n "s/^$1.* p99 \([0-9.]*\) ms.*/\1/p" <<< "$results"; }
quiet_ms=$(p99 quiet)
keep "logins of others while one is guessed, p99" ms "ours, quiet" "$quiet_ms" "$(p99 "[0-9]* guesses at one login")"
keep "logins of others while many are guessed, p99" ms "ours, quiet" "$quiet_ms" "$(p99 "one guess at each")"
end_rows
