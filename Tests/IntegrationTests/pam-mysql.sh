#!/bin/sh
# Logins of a mail database by pam_mysql, asked by the original and by ours, and by our own mechanism; prints a line for each. Runs on a private system.
# Arguments: a scratch folder, and the folder with the built programs.
set -eu
folder=$1
bin=$2

fail() { echo "$*"; tail -20 "$folder/mariadb.log" "$folder/syslog" 2>/dev/null; exit 1; }

. "$(dirname "$0")/mariadb.sh"
start_mariadb
mariadb --no-defaults --socket="$socket" <<END
CREATE DATABASE mail;
CREATE TABLE mail.mailbox (username VARCHAR(255) PRIMARY KEY, password VARCHAR(255), active INT NOT NULL DEFAULT 1);
INSERT INTO mail.mailbox VALUES ('admin@example.org', '$(openssl passwd -1 secret)', 1),
    ('new@example.org', '$(openssl passwd -6 secret)', 1), ('closed@example.org', '$(openssl passwd -1 secret)', 0);
CREATE USER mail@localhost IDENTIFIED BY 'database-word';
GRANT SELECT ON mail.* TO mail@localhost;
END
line="user=mail passwd=database-word host=$socket db=mail table=mailbox usercolumn=username passwdcolumn=password"
line="$line [where=active = 1] crypt=1 md5=1"
printf 'auth required pam_mysql.so %s\naccount required pam_mysql.so %s\n' "$line" "$line" >/etc/pam.d/smtp

mkdir -m 755 /run/original /run/ours /run/native
/usr/sbin/saslauthd -a pam -r -n 5 -m /run/original
"$bin/saslauthd" --throttle off -a pam -r -V -m /run/ours
"$bin/saslauthd" --throttle off -a mysql -r -V -O "$line" -m /run/native 2>/dev/null

# What the daemon says about user, password, realm.
login() {
    code=0
    "$bin/testsaslauthd" -u "$2" -p "$3" -r "$4" -s smtp -f "/run/$1/mux" >/dev/null 2>&1 || code=$?
    case $code in 0) echo OK ;; 1) echo NO ;; 2) echo unavailable ;; *) fail "testsaslauthd exits with $code" ;; esac
}
i=0
until [ "$(login original admin secret example.org)" = OK ]; do
    i=$((i + 1))
    [ $i -lt 50 ] || fail "the original does not answer"
    sleep 0.1
done
all() {
    echo "$1: original $(login original "$2" "$3" "$4"), ours $(login ours "$2" "$3" "$4")," \
        "without PAM $(login native "$2" "$3" "$4")"
}
all 'right' admin secret example.org
all 'right, whole login' admin@example.org secret ''
all 'newer hash' new secret example.org
all 'wrong' admin Secret example.org
all 'unknown' nobody secret example.org
all 'another realm' admin secret example.net
all 'closed' closed secret example.org
all 'injection' "x' OR '1'='1" secret example.org
kill $mariadb
wait $mariadb || true
all 'down' admin secret example.org
start_mariadb
all 'back' admin secret example.org
# Nothing in the logs of ours is a secret of the tests.
! grep -E 'saslauthd\[.*(database-word|secret|\$1\$|\$6\$)' "$folder/syslog"
