#!/bin/bash
# Compares this saslauthd with Debian's on a MariaDB table: ours with its mechanism mysql, Debian's with pam_mysql and 5
# or 50 processes; eight logins at a time, in turn.
#
# usage: mysql.sh FOLDER
# FOLDER contains the programs, built for release. ROUNDS, LOGINS and CYRUS_LOGINS in the environment set the amount,
# and QUICK=1 makes it small. It runs on a private system, which needs root, and changes nothing of the machine.
set -euo pipefail

. "$(dirname "$0")/inside.sh"
. "$(dirname "$0")/amounts.sh"
. "$(dirname "$0")/rows.sh"
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

# Prints how many good logins the daemon $1 answers in a second.
rate() {
    local count=$cyrus_logins
    [[ $1 != ours ]] || count=$logins
    ask "$1" -R "$count" --concurrency "$at_a_time" > "$folder/load" || fail "$1: $(cat "$folder/load")"
    per_second < "$folder/load"
}

head_row "mysql, one login in a table of 10000, $at_a_time at a time, medians of $rounds runs in turn"
for kind in 'plain 0' 'password 1'; do
    read -r column crypt <<< "$kind"
    line="user=mail passwd=database-word host=$socket db=mail table=logins usercolumn=username passwdcolumn=$column crypt=$crypt"
    printf 'auth required pam_mysql.so %s\naccount required pam_mysql.so %s\n' "$line" "$line" > /etc/pam.d/smtp
    start cyrus /usr/sbin/saslauthd -r -n 5 -a pam
    start cyrus-50 /usr/sbin/saslauthd -r -n 50 -a pam
    start ours "$programs/saslauthd" -r -a mysql -O "$line"
    compare "crypt=$crypt" /s "" cyrus=5 cyrus-50 ours
    for server in cyrus cyrus-50 ours; do stop "$server"; done
done
kill "$mariadb"
end_rows
