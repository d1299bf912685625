#!/bin/sh
# Tests Debian's sendmail with our saslauthd and PAM or the shadow file, as in saslauthd-recipes(7); prints a line for
# each login. Runs on a private system. Arguments: a scratch folder, the folder with the built programs, and the one
# with the unpacked packages.
set -eu
folder=$1
bin=$2
packages=$3

[ -d "$packages" ] || { echo "the servers are not unpacked yet: make test-packages"; exit 1; }
fail() { echo "$*"; cat "$folder/syslog" 2>/dev/null | tail -40; exit 1; }

# Accounts.
useradd --password "$(openssl passwd -6 secret)" alice
useradd --password "$(openssl passwd -6 's3cret "with" \ ümläut')" bob

# Sendmail on port 2525; TLS with a self-signed certificate.
useradd --system --user-group smmta
useradd --system --user-group smmsp
install -d -m 755 /etc/mail /etc/mail/tls /run/sendmail /run/sendmail/mta
install -d -m 700 /var/spool/mqueue
openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=mail.example.org \
    -keyout /etc/mail/tls/sendmail.key -out /etc/mail/tls/sendmail.crt 2>/dev/null
chmod 600 /etc/mail/tls/sendmail.key
cf=$packages/sendmail-cf/usr/share/sendmail/cf
cat >/etc/mail/sendmail.mc <<END
include(\`$cf/debian/autoconf.m4')
OSTYPE(\`debian')
DAEMON_OPTIONS(\`Name=MTA, Port=2525, Addr=127.0.0.1')
define(\`confSERVER_CERT', \`/etc/mail/tls/sendmail.crt')
define(\`confSERVER_KEY', \`/etc/mail/tls/sendmail.key')
define(\`confCACERT', \`/etc/mail/tls/sendmail.crt')
define(\`confCACERT_PATH', \`/etc/ssl/certs')
END
printf 'all:\n\tm4 -D_CF_DIR_=%s/ %s/m4/cf.m4 sendmail.mc >sendmail.cf\n' "$cf" "$cf" >/etc/mail/Makefile
touch /etc/mail/local-host-names /etc/mail/aliases
. "$(dirname "$0")/recipe-system.sh"
stand_in restart-sendmail "$packages/sendmail-bin/usr/libexec/sendmail/sendmail -bD -L sendmail >$folder/sendmail 2>&1 &"
recipe 'Sendmail and PAM'
# Without the delay of refusals, which would slow down the tests.
sed -i '/^auth/s/$/ nodelay/' /etc/pam.d/smtp
succeeds 2525 PLAIN alice secret
swaks --server 127.0.0.1 --port 2525 --quit-after EHLO | grep -c AUTH | sed 's/^/AUTH offered without TLS: /'

# What sendmail logged about the last refusal, as its clients get the same reply for all.
reason() { log_is_written; sed -n 's/.*: AUTH failure ([A-Z]*): \([^(]*\) (.*/\1/p' "$folder/syslog" | tail -1; }
for mechanism in PLAIN LOGIN; do
    echo "$mechanism right: $(login 2525 $mechanism alice secret)"
    echo "$mechanism right, with a domain: $(login 2525 $mechanism alice@example.org secret)"
    echo "$mechanism right, odd: $(login 2525 $mechanism bob 's3cret "with" \ ümläut')"
    echo "$mechanism wrong: $(login 2525 $mechanism alice Secret), $(reason)"
    echo "$mechanism unknown: $(login 2525 $mechanism nobody@example.org secret), $(reason)"
done
mv /etc/pam.d/smtp /etc/pam.d/smtp.away
echo 'auth required pam_nosuch.so' >/etc/pam.d/smtp
echo "PLAIN unavailable: $(login 2525 PLAIN alice secret), $(reason)"
echo "LOGIN unavailable: $(login 2525 LOGIN alice secret), $(reason)"
mv /etc/pam.d/smtp.away /etc/pam.d/smtp
echo "PLAIN back again: $(login 2525 PLAIN alice secret)"
stop_saslauthd /run/saslauthd
echo "PLAIN stopped: $(login 2525 PLAIN alice secret), $(reason)"
echo "LOGIN stopped: $(login 2525 LOGIN alice secret), $(reason)"
service saslauthd start >"$folder/start"
succeeds 2525 PLAIN alice secret
echo "LOGIN started again: $(login 2525 LOGIN alice secret)"

recipe 'Sendmail and the shadow file'
for mechanism in PLAIN LOGIN; do
    echo "shadow, $mechanism right: $(login 2525 $mechanism alice secret)"
    echo "shadow, $mechanism wrong: $(login 2525 $mechanism alice Secret), $(reason)"
    echo "shadow, $mechanism unknown: $(login 2525 $mechanism nobody secret), $(reason)"
done
stop_saslauthd /run/saslauthd
auth_failures
