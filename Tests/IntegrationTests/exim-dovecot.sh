#!/bin/sh
# Tests Debian's heavy Exim with our saslauthd, PAM and Dovecot's authentication protocol, as in saslauthd-recipes(7);
# prints a line for each login. Runs on a private system. Arguments: a scratch folder, the folder with the built programs,
# and the one with the unpacked packages.
set -eu
folder=$1
bin=$2
packages=$3

[ -d "$packages" ] || { echo "the servers are not unpacked yet: make test-packages"; exit 1; }
fail() { echo "$*"; cat "$folder/syslog" /var/log/exim4/* 2>/dev/null | tail -40; exit 1; }

useradd --password "$(openssl passwd -6 secret)" alice
useradd --password "$(openssl passwd -6 's3cret "with" \ ümläut')" bob
. "$(dirname "$0")/recipe-system.sh"
. "$(dirname "$0")/exim-start.sh"
ip address add 192.0.2.7/32 dev lo
echo 'heavy 2526' >"$folder/exims"
recipe 'Exim and PAM'
recipe "Exim and PAM, by Dovecot's protocol"
stat --format '%A %U %G' /var/spool/exim4/auth
# Without delays of refusals, which would slow down the tests.
sed -i '/^auth/s/$/ nodelay/' /etc/pam.d/smtp
sed -i 's/^OPTIONS="/&--throttle off /' /etc/default/saslauthd
service saslauthd restart >"$folder/restart"
succeeds 2526 PLAIN alice secret

for mechanism in PLAIN LOGIN; do
    echo "$mechanism right: $(login 2526 $mechanism alice secret)"
    echo "$mechanism right, odd: $(login 2526 $mechanism bob 's3cret "with" \ ümläut')"
    echo "$mechanism right, with a domain: $(login 2526 $mechanism alice@example.org secret)"
    echo "$mechanism wrong: $(login 2526 $mechanism alice Secret)"
    echo "$mechanism unknown: $(login 2526 $mechanism nobody secret)"
done
session() { python3 "$here/smtp-session.py" --tls --source 192.0.2.7 "$@"; }
echo "from 192.0.2.7: $(session 2526 plain:alice:Secret login:alice:Secret)"
echo "from 192.0.2.7, no initial response: $(session --bare 2526 PLAIN:alice:Secret LOGIN:alice:secret)"
mv /etc/pam.d/smtp /etc/pam.d/smtp.away
echo 'auth required pam_nosuch.so' >/etc/pam.d/smtp
for mechanism in PLAIN LOGIN; do echo "$mechanism unavailable: $(login 2526 $mechanism alice secret)"; done
mv /etc/pam.d/smtp.away /etc/pam.d/smtp
echo "PLAIN back again: $(login 2526 PLAIN alice secret)"
stop_saslauthd /run/saslauthd
await "the socket of saslauthd stays" test ! -e /var/spool/exim4/auth
for mechanism in PLAIN LOGIN; do echo "$mechanism stopped: $(login 2526 $mechanism alice secret)"; done
service saslauthd start >"$folder/start"
echo "LOGIN started again: $(login 2526 LOGIN alice secret)"
stop_saslauthd /run/saslauthd
auth_failures
# Exim's own log.
sed -n 's/.*authenticator failed for.*\([45]35 .*\)/\1/p' /var/log/exim4/mainlog | sort | uniq -c | sed 's/^ *//'
