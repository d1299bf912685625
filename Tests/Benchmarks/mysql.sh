#!/bin/bash
# Compares this saslauthd with Debian's on a MariaDB table: ours with its mechanism mysql, Debian's with five processes
# and pam_mysql; eight logins at a time, in turn.
#
# usage: mysql.sh FOLDER
# FOLDER contains the programs, built for release. ROUNDS, LOGINS and CYRUS_LOGINS in the environment set the amount,
# and QUICK=1 makes it small. It runs on a private system, which needs root, and changes nothing of the machine.
set -euo pipefail

. "$(dirname "$0")/inside.sh"
. "$(dirname "$0")/amounts.sh"
. "$(dirname "$0")/daemons.sh"
readonly rounds=${ROUNDS:-$(amount 5 1)} logins=${LOGINS:-$(amount 10000 500)} cyrus_logins=${CYRUS_LOGINS:-$(amount 1000 100)}
readonly at_a_time=8

# Used by mariadb.sh.
folder=$scratch
. "$tests/IntegrationTests/mariadb.sh"
mariadb --no-defaults --socket="$socket" << END
CREATE TABLE mail.logins (username VARCHAR(255) PRIMARY KEY, plain VARCHAR(255), password VARCHAR(255));
INSERT INTO mail.logins SELECT CONCAT('user', seq, '@example.org'), 'secret', '$(openssl passwd -1 secret)'
    FROM mysql.seq_1_to_10000;
END

# Sends a good login to the daemon $1; further options override it.
ask() {
    local server=$1
    shift
    "$programs/testsaslauthd" -f "/run/$server/mux" -s smtp -r example.org -u user4711 -p secret "$@"
}

# Prints how many good logins the daemon $1 answers in a second; sends $2.
rate() {
    ask "$1" -R "$2" --concurrency "$at_a_time" > "$folder/load" || fail "$1: $(cat "$folder/load")"
    sed -n 's/^answers per second: //p' "$folder/load"
}

median() { printf '%s\n' "$@" | sort -n | sed -n "$((($# + 1) / 2))p"; }

echo "mysql, one login in a table of 10000: answers per second, $at_a_time at a time, medians of $rounds; $(nproc) processors"
for kind in 'plain 0' 'password 1'; do
    read -r column crypt <<< "$kind"
    line="user=mail passwd=database-word host=$socket db=mail table=logins usercolumn=username passwdcolumn=$column crypt=$crypt"
    printf 'auth required pam_mysql.so %s\naccount required pam_mysql.so %s\n' "$line" "$line" > /etc/pam.d/smtp
    start cyrus /usr/sbin/saslauthd -r -n 5 -a pam
    start ours "$programs/saslauthd" -r -a mysql -O "$line"
    cyrus=()
    ours=()
    for ((round = 0; round < rounds; round++)); do
        cyrus+=("$(rate cyrus "$cyrus_logins")")
        ours+=("$(rate ours "$logins")")
    done
    stop cyrus
    stop ours
    awk -v crypt="$crypt" -v floor="$(amount 5 0)" -v c="$(median "${cyrus[@]}")" -v o="$(median "${ours[@]}")" 'BEGIN {
        printf "crypt=%s: Cyrus and pam_mysql %8.0f   ours %8.0f   %5.1f times\n", crypt, c, o, o / c
        exit o / c < floor
    }' || fail "ours must answer at least five times as many"
done
kill "$mariadb"
