#!/bin/sh
# Debian's Postfix, chrooted and not, asks our saslauthd; prints a line for each login that is tried. Runs on a private system.
# Arguments: a scratch folder, and the folder with the built programs.
set -eu
folder=$1
bin=$2

fail() { echo "$*"; cat "$folder/syslog" 2>/dev/null | tail -40; exit 1; }

. "$(dirname "$0")/postfix-start.sh"

# saslauthd: a run directory for each, as Debian has them, with users of both tools.
install -d -o root -g root -m 755 /var/spool/postfix/var /var/spool/postfix/var/run
install -d -o root -g sasl -m 710 /run/saslauthd /var/spool/postfix/var/run/saslauthd
rm -f /etc/sasldb2
printf secret | /usr/sbin/saslpasswd2 -p -c -u example.org alice
printf 's3cret "with" \\ ümläut' | "$bin/saslpasswd2" -p -c -u example.org bob
"$bin/saslauthd" -a sasldb -m /var/spool/postfix/var/run/saslauthd -m /var/run/saslauthd -n 5 2>/dev/null

i=0
until [ "$(login 2526 PLAIN alice@example.org secret)" = 235 ]; do
    i=$((i + 1))
    [ $i -lt 20 ] || fail "nobody can log in: $(swaks --server 127.0.0.1 --port 2526 --tls --auth PLAIN \
        --auth-user alice@example.org --auth-password secret --quit-after AUTH 2>&1 | tail -5)"
    sleep 0.2
done

for port in 2525 2526; do
    for mechanism in PLAIN LOGIN; do
        echo "$port $mechanism right: $(login $port $mechanism alice@example.org secret)"
        echo "$port $mechanism right, ours: $(login $port $mechanism bob@example.org 's3cret "with" \ ümläut')"
        echo "$port $mechanism wrong: $(login $port $mechanism alice@example.org Secret)"
        echo "$port $mechanism unknown: $(login $port $mechanism nobody@example.org secret)"
    done
done
mv /etc/sasldb2 /etc/sasldb2.away
echo "2525 PLAIN unavailable: $(login 2525 PLAIN alice@example.org secret)"
echo "2526 LOGIN unavailable: $(login 2526 LOGIN alice@example.org secret)"
mv /etc/sasldb2.away /etc/sasldb2
echo "2525 PLAIN back again: $(login 2525 PLAIN alice@example.org secret)"
printf changed | /usr/sbin/saslpasswd2 -p -u example.org alice
echo "2525 PLAIN old: $(login 2525 PLAIN alice@example.org secret)"
echo "2525 PLAIN changed: $(login 2525 PLAIN alice@example.org changed)"
kill "$(cat /run/saslauthd/saslauthd.pid)"
sed -n 's/^\(<[0-9]*>\).* saslauthd\[[0-9]*\]: \( *: auth failure.*\) \[peer=.*/\1\2/p' "$folder/syslog" | sort | uniq -c | sed 's/^ *//'
