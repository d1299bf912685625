#!/bin/sh
# Debian's sendmail asks our saslauthd, and it asks PAM; prints a line for each login that is tried. Runs on a private system.
# Arguments: a scratch folder, the folder with the built programs, and the one with the unpacked packages.
set -eu
folder=$1
bin=$2
packages=$3

[ -d "$packages" ] || { echo "the servers are not unpacked yet: make test-packages"; exit 1; }
fail() { echo "$*"; cat "$folder/syslog" 2>/dev/null | tail -40; exit 1; }

# Accounts, and what PAM makes of them for the service smtp.
useradd --password "$(openssl passwd -6 secret)" alice
useradd --password "$(openssl passwd -6 's3cret "with" \ ümläut')" bob
printf '%s\n' 'auth required pam_unix.so nodelay' 'account required pam_unix.so' >/etc/pam.d/smtp

# Sendmail on port 2525; TLS with a certificate of our own.
useradd --system --user-group smmta
useradd --system --user-group smmsp
install -d -m 755 /etc/mail /etc/mail/tls /etc/sasl2 /run/sendmail /run/sendmail/mta
install -d -m 700 /var/spool/mqueue
openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=mail.example.org \
    -keyout /etc/mail/tls/sendmail.key -out /etc/mail/tls/sendmail.crt 2>/dev/null
chmod 600 /etc/mail/tls/sendmail.key
printf '%s\n' 'pwcheck_method: saslauthd' 'mech_list: PLAIN LOGIN' >/etc/sasl2/Sendmail.conf
cf=$packages/sendmail-cf/usr/share/sendmail/cf
cat >/etc/mail/sendmail.mc <<END
include(\`$cf/debian/autoconf.m4')
OSTYPE(\`debian')
DAEMON_OPTIONS(\`Name=MTA, Port=2525, Addr=127.0.0.1')
define(\`confSERVER_CERT', \`/etc/mail/tls/sendmail.crt')
define(\`confSERVER_KEY', \`/etc/mail/tls/sendmail.key')
define(\`confCACERT', \`/etc/mail/tls/sendmail.crt')
define(\`confCACERT_PATH', \`/etc/ssl/certs')
define(\`confAUTH_MECHANISMS', \`PLAIN LOGIN')
define(\`confAUTH_OPTIONS', \`A p y')
TRUST_AUTH_MECH(\`PLAIN LOGIN')
END
m4 -D_CF_DIR_="$cf/" "$cf/m4/cf.m4" /etc/mail/sendmail.mc >/etc/mail/sendmail.cf
touch /etc/mail/local-host-names /etc/mail/aliases
"$packages/sendmail-bin/usr/libexec/sendmail/sendmail" -bD -L sendmail >"$folder/sendmail" 2>&1 &

getent group sasl >/dev/null || groupadd --system sasl
install -d -o root -g sasl -m 710 /run/saslauthd
start() { "$bin/saslauthd" -a pam -m /var/run/saslauthd -n 5 2>/dev/null; }

try() { # mechanism user password
    swaks --server 127.0.0.1 --port 2525 --tls --auth "$1" --auth-user "$2" --auth-password "$3" --quit-after AUTH 2>&1
}
login() { try "$@" | sed -n 's/^<~[* ] *\(235\|[45][0-9][0-9]\) .*/\1/p' | tail -1; }
# What sendmail logged of the last refusal: all of them look alike to its clients.
reason() { sed -n 's/.*: AUTH failure ([A-Z]*): \([^(]*\) (.*/\1/p' "$folder/syslog" | tail -1; }
succeeds() {
    i=0
    until [ "$(login PLAIN alice secret)" = 235 ]; do
        i=$((i + 1))
        [ $i -lt 20 ] || fail "nobody can log in: $(try PLAIN alice secret | tail -5)"
        sleep 0.2
    done
}
start
succeeds

for mechanism in PLAIN LOGIN; do
    echo "$mechanism right: $(login $mechanism alice secret)"
    echo "$mechanism right, with a domain: $(login $mechanism alice@example.org secret)"
    echo "$mechanism right, odd: $(login $mechanism bob 's3cret "with" \ ümläut')"
    echo "$mechanism wrong: $(login $mechanism alice Secret), $(reason)"
    echo "$mechanism unknown: $(login $mechanism nobody@example.org secret), $(reason)"
done
mv /etc/pam.d/smtp /etc/pam.d/smtp.away
echo 'auth required pam_nosuch.so' >/etc/pam.d/smtp
echo "PLAIN unavailable: $(login PLAIN alice secret), $(reason)"
echo "LOGIN unavailable: $(login LOGIN alice secret), $(reason)"
mv /etc/pam.d/smtp.away /etc/pam.d/smtp
echo "PLAIN back again: $(login PLAIN alice secret)"
kill "$(cat /run/saslauthd/saslauthd.pid)"
i=0
while [ -e /run/saslauthd/mux ]; do
    i=$((i + 1))
    [ $i -lt 100 ] || fail "saslauthd does not end"
    sleep 0.05
done
echo "PLAIN stopped: $(login PLAIN alice secret), $(reason)"
echo "LOGIN stopped: $(login LOGIN alice secret), $(reason)"
start
succeeds
echo "LOGIN started again: $(login LOGIN alice secret)"
kill "$(cat /run/saslauthd/saslauthd.pid)"
sed -n 's/^\(<[0-9]*>\).* saslauthd\[[0-9]*\]: \( *: auth failure.*\) \[peer=.*/\1\2/p' "$folder/syslog" | sort | uniq -c | sed 's/^ *//'
