#!/bin/bash
# More logins than the back end can decide on: what this saslauthd and Debian's do then, one after the other.
#
# usage: overload.sh FOLDER
# FOLDER holds the programs, built for release. DURATION in the environment is that of each row in seconds, ROWS says which rows
# are measured, and QUICK=1 makes them short. All of it is on a system of its own, which takes root; nothing of the machine is
# changed.
#
# The clients are a mail server's processes, a hundred of them. Each connects, asks, waits for the answer however long that takes, as
# the SASL library does, and asks again at once. Half of them send right passwords, each for a login of its own. The other half guess
# as botnets do: one password for each login, then on to the next one. So no login is guessed so often that guessing is slowed down.
#
#   closed     a PAM service that takes 1.5 s, five processes; ours with --timeout 15, half of what the hundred have to wait
#   open       the same at three times the capacity: logins come whatever the answers are
#   pam        a PAM service that takes 2.5 s, all defaults: 32 processes of ours, five of Debian's
#   mysql      a table whose rows take 2.5 s, all defaults: ours by its mechanism mysql, Debian's by pam_mysql
#
# Only what is answered before the end of the load counts, and as verdicts a second only what is in its second half, when those who
# came first have waited as long as they are let. At the end all clients hang up, and one good login comes. "Normal after" is the time
# until it is accepted, temporary failures repeated at once, without the time that its check takes.
#
# The floors: no wrong password is accepted and no right one refused; verdicts are at least 0.9 of the capacity, good logins at least
# as many as Debian's in the same row; no worker is lost; normal after 5 s at the most.
set -euo pipefail

limit=1800
. "$(dirname "$0")/inside.sh"
. "$(dirname "$0")/amounts.sh"
. "$(dirname "$0")/daemons.sh"
readonly duration=${DURATION:-$(amount 60 1)} rows=${ROWS:-closed open pam mysql}
clients=$(amount 100 20)
half=$((clients / 2))
# Seconds.
short=$(amount 1.5 0.2)
long=$(amount 2.5 0.3)
readonly clients half short long

cc -O2 -Wall -pthread -o "$scratch/load" "$(dirname "$0")/load.c"
cc -shared -fPIC -o "$scratch/pam_trial.so" "$tests/Support/pam_trial.c" -lpam

calculate() { awk "BEGIN { print $1 }"; }
# Whether a comparison of numbers holds.
holds() { awk "BEGIN { exit !($1) }"; }

# Asks the daemon $1 about a good login; further options change that.
ask() {
    local server=$1
    shift
    "$programs/testsaslauthd" -f "/run/$server/mux" -u good0 -p "right horse" -s smtp -r example.org "$@"
}

# A service that takes $1 seconds.
slow_service() {
    printf 'auth required %s sleep=%d\naccount required pam_permit.so\n' "$scratch/pam_trial.so" "$(calculate "$1 * 1000")" \
        > /etc/pam.d/smtp
}

# A table of which each row that is looked at takes $1 seconds, or half of that for pam_mysql, which looks twice. All logins are in it,
# as it takes a row to be slow.
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

figure() { # name, line of results
    sed -n "s/.* $1=\([0-9.]*\).*/\1/p" <<< "$2"
}

# What is written in place of figures that there are not.
readonly none=-
failures=()

miss() {
    failures+=("$1, $2: $3")
}

# Puts the daemon $2 under the load of row $1, where a check takes $3 seconds and $4 can be decided on in a second, and prints a line of
# the table. The rest of the words start the daemon.
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
    local results good bad normal skip
    skip=$(calculate "$duration / 2")
    results=$("$scratch/load" "/run/$server/mux" "$duration" \
        good "${load[@]}" 'login=good%c' patience=600 "skip=$skip" \
        bad "${guesses[@]}" 'login=guessed%n' password=wrong patience=600 "skip=$skip")
    normal=$("$scratch/load" "/run/$server/mux" 120 --until-accepted good0 "right horse") || { (($? == 1)) && [[ ! $quick ]]; } ||
        fail "$row, $server: nobody can log in after the load, or a right password is refused: $results"
    normal=$(calculate "${normal% *} - $check")
    good=$(grep '^good' <<< "$results")
    bad=$(grep '^bad' <<< "$results")
    # The first that is to be right: the answers.
    [[ $(figure ok "$bad") == 0 ]] || fail "$row, $server: wrong passwords were accepted: $bad"
    local verdicts lost=$none accepted
    accepted=$(figure ok "$good")
    verdicts=$(calculate "$(figure rate "$good") + $(figure rate "$bad")")
    if [[ $server == ours ]]; then
        [[ $(figure no "$good") == 0 ]] || fail "$row, $server: right passwords were refused: $good"
        lost=$("$programs/saslauthctl" -m /run/ours status --json | sed -n 's/.*"workers_lost": *\([0-9]*\).*/\1/p')
        [[ $lost ]] || fail "saslauthctl does not say how many workers were lost"
    fi
    printf '%-8s%-10s%8.2f%8.2f%8d%8d%8d%8d%9d%8s%10.1f\n' "$row" "$server" "$capacity" "$verdicts" "$accepted" \
        "$(figure no "$good")" "$(($(figure deferred "$good") + $(figure closed "$good") + $(figure silent "$good")))" \
        "$(figure no "$bad")" "$(figure ok "$bad")" "$lost" "$normal"
    if [[ $server == ours && ! $quick ]]; then
        holds "$verdicts >= 0.9 * $capacity" || miss "$row" "$server" "$verdicts verdicts/s, capacity $capacity"
        holds "$accepted >= $original" || miss "$row" "$server" "$accepted good logins, Debian's $original"
        [[ $lost == 0 ]] || miss "$row" "$server" "$lost workers lost"
        holds "$normal <= 5" || miss "$row" "$server" "normal only after $normal s"
    fi
    original=$accepted
    stop "$server"
}

echo "overload: $clients clients, $duration s a row; $(nproc) processors"
printf '%-26s%8s  %-22s%-17s%8s%10s\n' "" "" "     good logins" " wrong passwords" workers normal
printf '%-8s%-10s%8s%8s%8s%8s%8s%8s%9s%8s%10s\n' row daemon cap./s verd./s ok no later no ok lost "after s"
for row in $rows; do
    case $row in
    closed | open)
        slow_service "$short"
        five=$(calculate "5 / $short")
        measure "$row" cyrus "$short" "$five" /usr/sbin/saslauthd -a pam -r -n 5
        measure "$row" ours "$short" "$five" "$programs/saslauthd" -a pam -r -n 5 --timeout 15
        ;;
    pam)
        slow_service "$long"
        measure "$row" cyrus "$long" "$(calculate "5 / $long")" /usr/sbin/saslauthd -a pam -r -n 5
        # More than clients can be in flight nowhere.
        measure "$row" ours "$long" "$(calculate "(32 < $clients ? 32 : $clients) / $long")" "$programs/saslauthd" -a pam -r
        ;;
    mysql)
        slow_table "$long"
        five=$(calculate "5 / $long")
        measure "$row" cyrus "$long" "$five" /usr/sbin/saslauthd -a pam -r -n 5
        measure "$row" ours "$long" "$five" "$programs/saslauthd" -a mysql -r -O "$settings"
        kill "$mariadb"
        ;;
    *) fail "there is no row $row" ;;
    esac
done
if ((${#failures[@]} > 0)); then
    printf 'below its floor: %s\n' "${failures[@]}"
    exit 1
fi
