#!/bin/bash
# Compares this saslauthd with Debian's on one table of a MariaDB: ours by its mechanism mysql, Debian's by five processes and
# pam_mysql, eight logins at a time, in turn.
#
# usage: mysql.sh FOLDER
# FOLDER holds the programs, built for release. ROUNDS, LOGINS and CYRUS_LOGINS in the environment change the amount.
# All of it is on a system of its own, which takes root; nothing of the machine is changed.
set -euo pipefail

readonly rounds=${ROUNDS:-5} logins=${LOGINS:-10000} cyrus_logins=${CYRUS_LOGINS:-1000}
readonly at_a_time=8
. "$(dirname "$0")/inside.sh"

# What mariadb.sh works with.
folder=$scratch
fail() { die "$@"; }
. "$tests/IntegrationTests/mariadb.sh"
start_mariadb
mariadb --no-defaults --socket="$socket" << END
CREATE DATABASE mail;
CREATE TABLE mail.mailbox (username VARCHAR(255) PRIMARY KEY, plain VARCHAR(255), password VARCHAR(255));
INSERT INTO mail.mailbox SELECT CONCAT('user', seq, '@example.org'), 'secret', '$(openssl passwd -1 secret)'
    FROM mysql.seq_1_to_10000;
CREATE USER mail@localhost IDENTIFIED BY 'database-word';
GRANT SELECT ON mail.* TO mail@localhost;
END

# Asks the daemon of run directory $1 by the further words.
ask() {
    local server=$1
    shift
    "$programs/testsaslauthd" -f "/run/$server/mux" -s smtp -r example.org -u user4711 -p secret "$@"
}

# Starts a daemon on run directory $1 by the other words, and waits until it answers.
start() {
    local server=$1
    shift
    mkdir -p "/run/$server"
    "$@" -r -m "/run/$server" 2> "$folder/$server.log" || fail "$* does not start: $(cat "$folder/$server.log")"
    for ((attempt = 0; attempt < 100; attempt++)); do
        if ask "$server" > /dev/null 2>&1; then return; fi
        sleep 0.1
    done
    fail "$* does not answer"
}

stop() {
    local pid
    read -r pid < "/run/$1/saslauthd.pid"
    kill "$pid"
    while [[ -e /proc/$pid ]]; do sleep 0.1; done
}

# How many good logins the daemon of run directory $1 answers in a second; $2 are asked.
rate() {
    ask "$1" -R "$2" --concurrency "$at_a_time" > "$folder/load" || fail "$1: $(cat "$folder/load")"
    sed -n 's/^answers per second: //p' "$folder/load"
}

median() { printf '%s\n' "$@" | sort -n | sed -n "$((($# + 1) / 2))p"; }

echo "mysql, one login of a table of 10000: answers per second, $at_a_time at a time, medians of $rounds; $(nproc) processors"
for kind in 'plain 0' 'password 1'; do
    read -r column crypt <<< "$kind"
    line="user=mail passwd=database-word host=$socket db=mail table=mailbox usercolumn=username passwdcolumn=$column crypt=$crypt"
    printf 'auth required pam_mysql.so %s\naccount required pam_mysql.so %s\n' "$line" "$line" > /etc/pam.d/smtp
    start cyrus /usr/sbin/saslauthd -n 5 -a pam
    start ours "$programs/saslauthd" -a mysql -O "$line"
    cyrus=()
    ours=()
    for ((round = 0; round < rounds; round++)); do
        cyrus+=("$(rate cyrus "$cyrus_logins")")
        ours+=("$(rate ours "$logins")")
    done
    stop cyrus
    stop ours
    awk -v crypt="$crypt" -v c="$(median "${cyrus[@]}")" -v o="$(median "${ours[@]}")" 'BEGIN {
        printf "crypt=%s: Cyrus and pam_mysql %8.0f   ours %8.0f   %5.1f times\n", crypt, c, o, o / c
        exit o / c < 5
    }' || fail "ours is to answer at least five times as many"
done
kill "$mariadb"
