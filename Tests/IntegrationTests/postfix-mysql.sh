#!/bin/sh
# Debian's Postfix in its chroot asks our saslauthd, which asks a mail database; prints a line for each login that is tried. Runs on a
# private system. Arguments: a scratch folder, and the folder with the built programs.
set -eu
folder=$1
bin=$2

fail() { echo "$*"; tail -40 "$folder/mariadb.log" "$folder/syslog" 2>/dev/null; exit 1; }

. "$(dirname "$0")/postfix-start.sh"
. "$(dirname "$0")/mariadb.sh"

# The schema of the tutorials for CentOS: md5crypt hashes, whole addresses.
start_mariadb
mariadb --no-defaults --socket="$socket" <<END
CREATE DATABASE mail;
CREATE TABLE mail.mailbox (username VARCHAR(255) PRIMARY KEY, password VARCHAR(255), active INT NOT NULL DEFAULT 1);
INSERT INTO mail.mailbox VALUES ('admin@example.org', '$(openssl passwd -1 secret)', 1),
    ('closed@example.org', '$(openssl passwd -1 secret)', 0);
CREATE USER mail@localhost IDENTIFIED BY 'database-word';
GRANT SELECT ON mail.* TO mail@localhost;
END
install -d -o root -g root -m 755 /var/spool/postfix/var /var/spool/postfix/var/run
install -d -o root -g sasl -m 710 /var/spool/postfix/var/run/saslauthd
"$bin/saslauthd" -a mysql -r -m /var/spool/postfix/var/run/saslauthd -O "user=mail passwd=database-word host=$socket db=mail \
table=mailbox usercolumn=username passwdcolumn=password crypt=1 md5=1 [where=active = 1]" 2>/dev/null

await() { # answer
    i=0
    until [ "$(login 2525 PLAIN admin@example.org secret)" = "$1" ]; do
        i=$((i + 1))
        [ $i -lt 20 ] || fail "Postfix does not answer $1"
        sleep 0.2
    done
}
await 235
for mechanism in PLAIN LOGIN; do
    echo "$mechanism right: $(login 2525 $mechanism admin@example.org secret)"
    echo "$mechanism wrong: $(login 2525 $mechanism admin@example.org Secret)"
    echo "$mechanism unknown: $(login 2525 $mechanism nobody@example.org secret)"
    echo "$mechanism closed: $(login 2525 $mechanism closed@example.org secret)"
done
kill $mariadb
wait $mariadb || true
for mechanism in PLAIN LOGIN; do
    echo "$mechanism down: $(login 2525 $mechanism admin@example.org secret)"
done
start_mariadb
for mechanism in PLAIN LOGIN; do
    echo "$mechanism back: $(login 2525 $mechanism admin@example.org secret)"
done
