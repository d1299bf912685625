#!/bin/sh
# Compares logins of a mail database by pam_mysql, with Cyrus saslauthd and ours, and by our mechanism mysql, with the
# settings of saslauthd-recipes(7); prints a line for each. Runs on a private system. Arguments: a scratch folder, and
# the folder with the built programs.
set -eu
folder=$1
bin=$2

fail() { echo "$*"; tail -20 "$folder/mariadb.log" "$folder/syslog" 2>/dev/null; exit 1; }

. "$(dirname "$0")/recipe-system.sh"
. "$(dirname "$0")/mariadb.sh"
recipe --files 'Postfix and users in MySQL, through pam_mysql'
recipe --files 'Postfix and users in MySQL, without PAM'

mkdir -m 755 /run/original /run/ours /run/native
/usr/sbin/saslauthd -a pam -r -n 5 -m /run/original
"$bin/saslauthd" --throttle off -a pam -r -V -m /run/ours
"$bin/saslauthd" --throttle off -a mysql -r -V -O /etc/saslauthd-mysql.conf -m /run/native 2>/dev/null

# Prints the verdict of a daemon on user, password, realm.
answer() {
    code=0
    "$bin/testsaslauthd" -u "$2" -p "$3" -r "$4" -s smtp -f "/run/$1/mux" >/dev/null 2>&1 || code=$?
    case $code in 0) echo OK ;; 1) echo NO ;; 2) echo unavailable ;; *) fail "testsaslauthd exits with $code" ;; esac
}
original_answers() { [ "$(answer original alice secret example.org)" = OK ]; }
await "the original does not answer" original_answers
all() {
    echo "$1: original $(answer original "$2" "$3" "$4"), ours $(answer ours "$2" "$3" "$4")," \
        "without PAM $(answer native "$2" "$3" "$4")"
}
all 'right' alice secret example.org
all 'right, whole login' alice@example.org secret ''
all 'newer hash' new secret example.org
all 'wrong' alice Secret example.org
all 'unknown' nobody secret example.org
all 'another realm' alice secret example.net
all 'closed' closed secret example.org
all 'injection' "x' OR '1'='1" secret example.org
kill $mariadb
wait $mariadb || true
all 'down' alice secret example.org
start_mariadb
all 'back' alice secret example.org
# Our logs contain no secrets of the tests.
! grep -E 'saslauthd\[.*(database-word|secret|\$1\$|\$6\$)' "$folder/syslog"
