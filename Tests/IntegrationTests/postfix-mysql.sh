#!/bin/sh
# Tests Debian's Postfix in its chroot with our saslauthd and a mail database, through pam_mysql and without PAM, as in
# saslauthd-recipes(7); prints a line for each login. Runs on a private system. Arguments: a scratch folder, and the
# folder with the built programs.
set -eu
folder=$1
bin=$2

fail() { echo "$*"; tail -40 "$folder/mariadb.log" "$folder/syslog" 2>/dev/null; exit 1; }

. "$(dirname "$0")/recipe-system.sh"
. "$(dirname "$0")/postfix-start.sh"
. "$(dirname "$0")/mariadb.sh"

# Red Hat's file in the folder of Debian's Postfix, and the socket in its chroot.
ln -s ../../sasl2/smtpd.conf /etc/postfix/sasl/smtpd.conf
mkdir -p /run/saslauthd /var/spool/postfix/run/saslauthd
mount --bind /run/saslauthd /var/spool/postfix/run/saslauthd

for way in 'through pam_mysql' 'without PAM'; do
    recipe "Postfix and users in MySQL, $way"
    succeeds 2525 PLAIN alice@example.org secret
    for mechanism in PLAIN LOGIN; do
        echo "$way, $mechanism right: $(login 2525 $mechanism alice@example.org secret)"
        echo "$way, $mechanism wrong: $(login 2525 $mechanism alice@example.org Secret)"
        echo "$way, $mechanism unknown: $(login 2525 $mechanism nobody@example.org secret)"
        echo "$way, $mechanism closed: $(login 2525 $mechanism closed@example.org secret)"
    done
    kill $mariadb
    wait $mariadb || true
    for mechanism in PLAIN LOGIN; do
        echo "$way, $mechanism down: $(login 2525 $mechanism alice@example.org secret)"
    done
    start_mariadb
    for mechanism in PLAIN LOGIN; do
        echo "$way, $mechanism back: $(login 2525 $mechanism alice@example.org secret)"
    done
done
stop_saslauthd /run/saslauthd
