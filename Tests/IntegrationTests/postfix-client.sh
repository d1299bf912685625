#!/bin/sh
# A second Postfix, which sends mail through the first as in saslauthd-recipes(7). Prints a line for each mail. Runs on
# the private system of the first, in its own mount namespace. Arguments: a scratch folder, in which `client` is a copy
# of /etc, and the folder with the built programs.
set -eu
folder=$1
bin=$2

fail() { echo "$*"; tail -40 "$folder/syslog"; exit 1; }

mount --bind "$folder/client" /etc
for place in /run /var/spool /var/lib/postfix; do mount -t tmpfs -o mode=755 tmpfs $place; done
chown postfix /var/lib/postfix
ip address add 127.0.0.2/8 dev lo
hostname client.example.org
. "$(dirname "$0")/recipe-system.sh"
. "$(dirname "$0")/postfix-start.sh"
postconf myhostname=client.example.org mydestination= inet_interfaces=127.0.0.2 smtp_host_lookup=native
sed -i '/^127.0.0.1:/d' /etc/postfix/master.cf

recipe 'Postfix as a client of another relay'
outcomes() { sed -n 's/.*postfix\/smtp\[.*status=\([a-z]*\).*/\1/p' "$folder/syslog"; }
has_outcome() { [ "$(outcomes | wc -l)" -gt "$before" ]; }
send() { # subject
    before=$(outcomes | wc -l)
    printf 'Subject: %s\n\nhello\n' "$1" | sendmail -f alice@example.org receiver@example.org
    await "the mail stays where it is" has_outcome
    echo "mail, $1: $(outcomes | tail -1)"
}
send 'strongest mechanism'
# Reads the settings again, and waits for the end of the processes that have the old ones.
reload() {
    old=$(pgrep -x smtp || true)
    postfix reload 2>/dev/null
    for process in $old; do await "smtp does not end" test ! -e "/proc/$process"; done
}
postconf smtp_sasl_mechanism_filter=plain
reload
send 'PLAIN'
echo '[mail.example.org]:587 alice@example.org:Secret' >/etc/postfix/sasl_passwd
postmap /etc/postfix/sasl_passwd
reload
send 'wrong password'
postfix stop 2>/dev/null
