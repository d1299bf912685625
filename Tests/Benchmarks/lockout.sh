#!/bin/bash
# The password of one login is guessed 60 times a second: can its owner still log in, and are others affected? With a
# mechanism that takes next to no time.
#
# usage: lockout.sh FOLDER
# FOLDER contains the programs, built for release. TRIES in the environment is the number of tries of each kind; with
# QUICK=1 all is short. It runs on a private system, which needs root, and changes nothing of the machine.
#
# A guess is sent every sixtieth of a second, regardless of the answers, each with another password on a new connection,
# which waits for up to 30 seconds. After three seconds the owner sends the right password, as a mail program does:
# after a temporary failure it tries again at once, for ten seconds. Each try uses another login. The daemon has
# accepted its password before, or never since it was started, or before a reload, which happens during the guesses,
# three seconds before the owner logs in. Four logins are guessed at a time.
#
# The floors: no guess is accepted; of each kind, 19 of 20 owners are accepted within ten seconds; the 99th percentile
# for others, 50 users who each log in ten times a second, is at most twice that without guesses.
set -euo pipefail

. "$(dirname "$0")/inside.sh"
. "$(dirname "$0")/amounts.sh"
. "$(dirname "$0")/rows.sh"
. "$(dirname "$0")/daemons.sh"
readonly tries=${TRIES:-$(amount 20 2)} at_a_time=4 rate=60 password="right horse"
# Seconds.
patience=$(amount 10 2)
before=$(amount 3 1)
part=$(amount 4 1)
rounds=$(amount 5 1)
readonly patience before part rounds
readonly socket=/run/ours/mux

cc -O2 -Wall -pthread -o "$scratch/load" "$(dirname "$0")/load.c"
kinds=(accepted never reloaded)
for login in good user{0..49} victim $(for kind in "${kinds[@]}"; do seq -f "$kind%g" "$tries"; done); do
    printf %s "$password" | "$programs/saslpasswd2" -p -c -f "$scratch/sasldb2" -u example.org "$login"
done
chmod 644 "$scratch/sasldb2"

# Sends a good login to the daemon $1; further options override it.
ask() {
    local server=$1
    shift
    "$programs/testsaslauthd" -f "/run/$server/mux" -u good -p "$password" -s smtp -r example.org "$@"
}

# Fails if a guess in the results $1 was accepted, or none was sent.
check_guesses() {
    [[ $1 == *guesses* ]] || fail "nothing was guessed: $1"
    if grep '^guesses' <<< "$1" | grep -qv ' ok=0 '; then fail "a wrong password was accepted: $1"; fi
}

# Runs the other users for some seconds, with further groups of clients; prints the results.
others() {
    local results
    results=$("$scratch/load" "$socket" "$part" others clients=50 every=100 'login=user%c' "$@")
    [[ $results =~ ^others\ ok=[1-9][0-9]*\ no=0\ deferred=0\ closed=0\ silent=0\  ]] || fail "others could not log in: $results"
    echo "$results"
}

start ours "$programs/saslauthd" -a sasldb -O "$scratch/sasldb2"
quiet=()
guessed=()
for ((round = 0; round < rounds; round++)); do
    results=$(others)
    quiet+=("$(figure p99 others "$results")")
    results=$(others guesses "rate=$rate" login=victim password=wrong%n patience=30)
    check_guesses "$results"
    guessed+=("$(figure p99 others "$results")")
done
keep "logins of others while one is guessed, p99" ms "ours, quiet" "${quiet[*]}" "${guessed[*]}" 0.5
quiet=$(median "${quiet[@]}")
guessed=$(median "${guessed[@]}")
echo "lockout: a login is guessed $rate times a second, sasldb; $(nproc) processors"
awk -v q="$quiet" -v g="$guessed" 'BEGIN {
    printf "others: p99 %.2f ms, without guesses %.2f ms: %.1f times\n\n", g, q, g / q
}'

accept() {
    "$scratch/load" "$socket" 60 --until-accepted "$1" "$password" > /dev/null || fail "$1 cannot log in without guesses"
}

reload() { "$programs/saslauthctl" -m /run/ours reload > /dev/null 2>&1; }

# Lets the owners of the logins $2 ... log in while they are guessed, all at once; appends the seconds and the number of
# requests of accepted ones to the file `accepted`. $1 is what happened before.
try() {
    local kind=$1 login groups=() owners=()
    shift
    for login in "$@"; do
        [[ $kind == never ]] || accept "$login"
        groups+=("guesses-$login" "rate=$rate" "login=$login" password=wrong%n patience=30)
    done
    "$scratch/load" "$socket" 600 "${groups[@]}" > "$scratch/guesses" &
    local guesses=$!
    sleep "$before"
    if [[ $kind == reloaded ]]; then
        await "the daemon does not read its settings again" reload
        sleep "$before"
    fi
    for login in "$@"; do
        { "$scratch/load" "$socket" "$patience" --until-accepted "$login" "$password" >> "$scratch/accepted-$login" ||
            { (($? == 1)) || : > "$scratch/refused"; rm "$scratch/accepted-$login"; }; } &
        owners+=($!)
    done
    wait "${owners[@]}"
    [[ ! -e $scratch/refused ]] || fail "a right password was refused"
    kill -TERM "$guesses"
    wait "$guesses" || fail "guessing ended with an error"
    check_guesses "$(cat "$scratch/guesses")"
    for login in "$@"; do
        [[ ! -e $scratch/accepted-$login ]] || cat "$scratch/accepted-$login" >> "$scratch/$kind"
    done
}

printf '%-42s%10s%12s%12s%12s\n' "the owner's password" accepted "median in s" "longest" "asked"
for kind in "${kinds[@]}"; do
    : > "$scratch/$kind"
    for ((number = 1; number <= tries; number += at_a_time)); do
        last=$((number + at_a_time - 1 < tries ? number + at_a_time - 1 : tries))
        # shellcheck disable=SC2046 # a word for each login
        try "$kind" $(seq -f "$kind%g" "$number" "$last")
    done
    count=$(wc -l < "$scratch/$kind")
    case $kind in
    accepted) name="was accepted before" ;;
    never) name="was never accepted" ;;
    reloaded) name="was accepted before the daemon's reload" ;;
    esac
    printf '%-42s%10s' "$name" "$count of $tries"
    sort -n "$scratch/$kind" | awk '
        { time[NR] = $1; asked += $2 }
        END { if (NR > 0) printf "%12.2f%12.2f%12.1f\n", time[int((NR + 1) / 2)], time[NR], asked / NR; else print "" }'
    keep "accepted owners, whose password $name" owners "all of them" "$tries" "$count" 0.95
done
stop ours
end_rows
