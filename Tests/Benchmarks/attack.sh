#!/bin/bash
# Measures the time of good logins before, during and after password guessing: Debian's saslauthd with 5 processes and
# with 50, and ours.
#
# usage: attack.sh FOLDER
# FOLDER contains the programs, built for release. With QUICK=1 in the environment it is short. With FIGURES, a folder,
# the median and the worst time of each second are also written there to attack.csv, for pictures.py. It runs on a
# private system, which needs root, and changes nothing of the machine.
#
# Apart from the 50 processes, both daemons run with their defaults, and PAM with pam_unix, which waits two seconds
# after a wrong password, also by default. Twenty users send ten good logins a second, regardless of the answers. The
# guesses are those of a botnet: ten a second, each for another of a hundred logins. Clients wait 20 seconds for an
# answer; an unanswered login counts as 20 seconds.
set -euo pipefail

. "$(dirname "$0")/inside.sh"
. "$(dirname "$0")/amounts.sh"
. "$(dirname "$0")/rows.sh"
. "$(dirname "$0")/daemons.sh"
readonly logins=10 guesses=10
# Seconds.
begin=$(amount 5 1)
end=$(amount 35 3)
last=$(amount 45 4)
patience=$(amount 20 2)
readonly begin end last patience

cc -O2 -Wall -pthread -o "$scratch/load" "$(dirname "$0")/load.c"
hash=$(mkpasswd -m sha-512 "right horse")
for account in good user{0..19} guessed{0..99}; do
    echo "$account:x:2001:2001::/:/bin/sh" >> /etc/passwd
    echo "$account:$hash:20000:0:99999:7:::" >> /etc/shadow
done
printf 'auth required pam_unix.so\naccount required pam_unix.so\n' > /etc/pam.d/smtp

# Sends a good login to the daemon $1; further options override it.
ask() {
    local server=$1
    shift
    "$programs/testsaslauthd" -f "/run/$server/mux" -u good -p "right horse" -s smtp "$@"
}

# Summarizes the trace of daemon $1: a line for each second, with the median and the worst time, and the numbers of
# logins that began in it, of accepted ones and of unanswered ones.
summarize() {
    sort -n "$scratch/trace" | python3 -c '
import statistics, sys
seconds = {}
for line in sys.stdin:
    began, time, answer = line.split()
    seconds.setdefault(int(float(began)), []).append((float(time), answer))
for second, answers in sorted(seconds.items()):
    times = [time for time, _ in answers]
    count = lambda *kinds: sum(answer in kinds for _, answer in answers)
    print(sys.argv[1], second, f"{statistics.median(times):.2f}", f"{max(times):.2f}", len(answers), count("ok"),
          count("silent", "closed"), *sys.argv[2:], sep=",")
' "$1" "$logins" "$guesses" "$begin" "$end" "$patience"
}

# Measures daemon $1, started with the command in the other arguments.
measure() {
    local server=$1 results summary
    shift
    start "$server" "$@"
    results=$("$scratch/load" "/run/$server/mux" "$((last + patience + 1))" \
        good "rate=$logins" of=20 'login=user%c' "until=$last" "patience=$patience" "trace=$scratch/trace" \
        guesses "rate=$guesses" of=100 'login=guessed%c' password=wrong%n "from=$begin" "until=$end" "patience=$patience")
    if grep '^guesses' <<< "$results" | grep -qv ' ok=0 '; then fail "$server: a wrong password was accepted: $results"; fi
    if grep '^good' <<< "$results" | grep -qv ' no=0 '; then fail "$server: a right password was refused: $results"; fi
    summary=$(summarize "$server")
    [[ -z ${FIGURES:-} || $server == cyrus-50 ]] || echo "$summary" >> "$FIGURES/attack.csv"
    attacked[$server]=$(echo "$summary" | awk -F , -v begin="$begin" -v end="$end" '
        { all += $5; ok += $6 }
        $2 >= begin && $2 < end { sum += $3; count++; if ($4 > worst) worst = $4 }
        END { print all, ok, sum / count, worst }')
    echo "$summary" | awk -F , -v server="$server" -v begin="$begin" -v end="$end" '
        { all += $5; ok += $6; part = $2 < begin ? "quiet" : $2 < end ? "guessing" : "after" }
        $4 > worst[part] { worst[part] = $4 }
        { sum[part] += $3; count[part]++ }
        END {
            printf "%-10s%6d of %d accepted", server, ok, all
            split("quiet guessing after", parts, " ")
            for (i = 1; i <= 3; i++)
                printf ";  %s: median %.1f, worst %.1f", parts[i], count[parts[i]] ? sum[parts[i]] / count[parts[i]] : 0, worst[parts[i]]
            print ""
        }'
    stop "$server"
}

if [[ -n ${FIGURES:-} ]]; then
    echo daemon,second,median_ms,worst_ms,logins_begun,accepted,unanswered,logins,guesses,attack_start,attack_end,patience \
        > "$FIGURES/attack.csv"
fi
echo "attack: $logins good logins and $guesses guesses a second, pam_unix, defaults; times in ms; $(nproc) processors"
declare -A attacked=()
measure cyrus /usr/sbin/saslauthd -a pam -n 5
[[ $quick ]] || measure cyrus-50 /usr/sbin/saslauthd -a pam -n 50
measure ours "$programs/saslauthd" -a pam
read -r _ our_ok our_median our_worst <<< "${attacked[ours]}"
for server in cyrus cyrus-50; do
    [[ -n ${attacked[$server]:-} ]] || continue
    read -r all ok median worst <<< "${attacked[$server]}"
    keep "accepted good logins, of $all" logins "$(name "$server")" "$ok" "$our_ok"
    keep "good logins while guessed, median" ms "$(name "$server")" "$median" "$our_median"
    keep "good logins while guessed, the worst" ms "$(name "$server")" "$worst" "$our_worst"
done
end_rows
