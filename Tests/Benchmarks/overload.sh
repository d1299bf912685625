#!/bin/bash
# More logins than the back end can check: compares how this saslauthd and Debian's behave, one after the other.
#
# usage: overload.sh FOLDER
# FOLDER contains the programs, built for release. DURATION in the environment is that of each row in seconds, ROWS
# selects rows, and QUICK=1 makes them short. It runs on a private system, which needs root, and changes nothing of the
# machine.
#
# The clients act like a hundred processes of a mail server. Each connects, sends a request, waits for the answer
# without a timeout, as the SASL library does, and sends the next request at once. Half of them send right passwords,
# each for its own login. The other half guess as botnets do: one password for each login, then the next login. So no
# login is guessed often enough to be delayed.
#
#   closed     a PAM service that takes 1.5 s, five processes; ours with --timeout 15, half of the clients' waiting time
#   fifty      the same with 50 processes
#   open       the same as closed at three times the capacity: logins arrive regardless of the answers
#   pam        a PAM service that takes 2.5 s, all defaults: 32 processes of ours, five of Debian's
#   mysql      a table whose rows take 2.5 s, all defaults: ours with its mechanism mysql, Debian's with pam_mysql
#
# Only answers before the end of the load count; verdicts per second count only in its second half, when the first
# clients have reached their timeout. At the end all clients close their connections, and one good login is sent.
# "Normal after" is the time until it is accepted, without the time of its check; after a temporary failure it is sent
# again at once.
#
# The floors: no wrong password is accepted and no right one refused; verdicts are at least 0.9 of the capacity, good
# logins at least as many as Debian's in the same row; no worker is lost; normal after at most 5 s.
set -euo pipefail

limit=2400
. "$(dirname "$0")/inside.sh"
. "$(dirname "$0")/amounts.sh"
. "$(dirname "$0")/rows.sh"
. "$(dirname "$0")/daemons.sh"
readonly duration=${DURATION:-$(amount 60 1)} rows=${ROWS:-closed fifty open pam mysql}
clients=$(amount 100 20)
half=$((clients / 2))
# Seconds.
short=$(amount 1.5 0.2)
long=$(amount 2.5 0.3)
readonly clients half short long

cc -O2 -Wall -pthread -o "$scratch/load" "$(dirname "$0")/load.c"
cc -shared -fPIC -o "$scratch/pam_trial.so" "$tests/Support/pam_trial.c" -lpam

calculate() { awk "BEGIN { print $1 }"; }

# Sends a good login to the daemon $1; further options override it.
ask() {
    local server=$1
    shift
    "$programs/testsaslauthd" -f "/run/$server/mux" -u good0 -p "right horse" -s smtp -r example.org "$@"
}

# Creates a PAM service that takes $1 seconds.
slow_service() {
    printf 'auth required %s sleep=%d\naccount required pam_permit.so\n' "$scratch/pam_trial.so" "$(calculate "$1 * 1000")" \
        > /etc/pam.d/smtp
}

# Creates a table where reading a row takes $1 seconds, or half of that for pam_mysql, which reads it twice. It contains
# all logins, as only existing rows are slow.
slow_table() {
    folder=$scratch
    . "$tests/IntegrationTests/mariadb.sh"
    mariadb --no-defaults --socket="$socket" << SQL
CREATE TABLE mail.logins (username VARCHAR(255) PRIMARY KEY, password VARCHAR(255));
INSERT INTO mail.logins SELECT CONCAT('good', seq, '@example.org'), 'right horse' FROM mysql.seq_0_to_1000;
INSERT INTO mail.logins SELECT CONCAT('guessed', seq, '@example.org'), 'right horse' FROM mysql.seq_0_to_200000;
CREATE VIEW mail.slow AS SELECT username, password FROM mail.logins WHERE SLEEP($1) = 0;
CREATE VIEW mail.slow_twice AS SELECT username, password FROM mail.logins WHERE SLEEP($1 / 2) = 0;
SQL
    settings="user=mail passwd=database-word host=$socket db=mail table=slow usercolumn=username passwdcolumn=password crypt=0"
    printf 'auth required pam_mysql.so %s\naccount required pam_permit.so\n' "${settings/table=slow/table=slow_twice}" \
        > /etc/pam.d/smtp
}

# Printed instead of missing figures.
readonly none=-

# Puts the daemon $2 under the load of row $1, where a check takes $3 seconds and the capacity is $4 a second, and
# prints a line of the table. The other arguments are the command of the daemon.
measure() {
    local row=$1 server=$2 check=$3 capacity=$4
    shift 4
    start "$server" "$@"
    local load=("clients=$half") guesses=("clients=$half")
    if [[ $row == open ]]; then
        local each
        each=$(calculate "$capacity * 3 / 2")
        load=("rate=$each" "of=$half")
        guesses=("rate=$each")
    fi
    local results normal skip
    skip=$(calculate "$duration / 2")
    results=$("$scratch/load" "/run/$server/mux" "$duration" \
        good "${load[@]}" 'login=good%c' patience=600 "skip=$skip" \
        bad "${guesses[@]}" 'login=guessed%n' password=wrong patience=600 "skip=$skip")
    normal=$("$scratch/load" "/run/$server/mux" 120 --until-accepted good0 "right horse") || { (($? == 1)) && [[ ! $quick ]]; } ||
        fail "$row, $server: nobody can log in after the load, or a right password is refused: $results"
    normal=$(calculate "${normal% *} - $check")
    # First of all, the verdicts must be right.
    [[ $(figure ok bad "$results") == 0 ]] || fail "$row, $server: wrong passwords were accepted: $results"
    local verdicts lost=$none accepted
    accepted=$(figure ok good "$results")
    verdicts=$(calculate "$(figure rate good "$results") + $(figure rate bad "$results")")
    if [[ $server == ours ]]; then
        [[ $(figure no good "$results") == 0 ]] || fail "$row, $server: right passwords were refused: $results"
        lost=$("$programs/saslauthctl" -m /run/ours status --json | sed -n 's/.*"workers_lost": *\([0-9]*\).*/\1/p')
        [[ $lost ]] || fail "saslauthctl does not report the number of lost workers"
    fi
    printf '%-8s%-10s%8.2f%8.2f%8d%8d%8d%8d%9d%8s%10.1f\n' "$row" "$server" "$capacity" "$verdicts" "$accepted" \
        "$(figure no good "$results")" "$(($(figure deferred good "$results") + $(figure closed good "$results") + $(figure silent good "$results")))" \
        "$(figure no bad "$results")" "$(figure ok bad "$results")" "$lost" "$normal"
    if [[ $server == ours ]]; then
        keep "$row: verdicts" /s "the capacity" "$capacity" "$verdicts" 0.9
        keep "$row: verdicts" /s "$reference" "$their_verdicts" "$verdicts"
        keep "$row: good logins" logins "$reference" "$their_accepted" "$accepted" 1
        keep "$row: normal after" s "the limit" 5 "$normal" 1
        keep "$row: normal after" s "$reference" "$their_normal" "$normal"
        keep "$row: workers" lost "the limit" 0 "$lost" 1
    fi
    reference=$(name "$server")
    [[ $row != fifty ]] || reference=$(name cyrus-50)
    their_verdicts=$verdicts their_accepted=$accepted their_normal=$normal
    stop "$server"
}

echo "overload: $clients clients, $duration s a row; $(nproc) processors"
printf '%-26s%8s  %-22s%-17s%8s%10s\n' "" "" "     good logins" " wrong passwords" workers normal
printf '%-8s%-10s%8s%8s%8s%8s%8s%8s%9s%8s%10s\n' row daemon cap./s verd./s ok no later no ok lost "after s"
for row in $rows; do
    case $row in
    closed | fifty | open)
        slow_service "$short"
        count=5
        [[ $row != fifty ]] || count=50
        # There cannot be more requests in flight than clients.
        capacity=$(calculate "($count < $clients ? $count : $clients) / $short")
        measure "$row" cyrus "$short" "$capacity" /usr/sbin/saslauthd -a pam -r -n "$count"
        measure "$row" ours "$short" "$capacity" "$programs/saslauthd" -a pam -r -n "$count" --timeout 15
        ;;
    pam)
        slow_service "$long"
        measure "$row" cyrus "$long" "$(calculate "5 / $long")" /usr/sbin/saslauthd -a pam -r -n 5
        measure "$row" ours "$long" "$(calculate "(32 < $clients ? 32 : $clients) / $long")" "$programs/saslauthd" -a pam -r
        ;;
    mysql)
        slow_table "$long"
        five=$(calculate "5 / $long")
        measure "$row" cyrus "$long" "$five" /usr/sbin/saslauthd -a pam -r -n 5
        measure "$row" ours "$long" "$five" "$programs/saslauthd" -a mysql -r -O "$settings"
        kill "$mariadb"
        ;;
    *) fail "unknown row $row" ;;
    esac
done
end_rows
