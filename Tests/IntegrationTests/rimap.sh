#!/bin/sh
# Debian's Postfix and Exim ask our saslauthd, which asks Debian's Dovecot by IMAP; prints a line for each login that is
# tried. Runs on a private system. Arguments: a scratch folder, the folder with the built programs, and the one with the
# unpacked packages.
set -eu
folder=$1
bin=$2
packages=$3

fail() { echo "$*"; cat "$folder/syslog" "$folder/dovecot.log" 2>/dev/null | tail -40; exit 1; }

. "$(dirname "$0")/postfix-start.sh"

# Exim on port 2528; it sends logins whole, and no realm.
. "$(dirname "$0")/exim-start.sh"
configure_exim "$saslauthd_authenticators"
start_exim light 2528

install -d -o mail -g mail /run/mail
cat >"$folder/users" <<'END'
alice@example.org:{PLAIN}secret::::::
jörg@example.org:{PLAIN}s3cret "with" \ ümläut::::::
END
cat >"$folder/dovecot.conf" <<END
base_dir = /run/dovecot
state_dir = /run/dovecot
log_path = $folder/dovecot.log
listen = 127.0.0.1
protocols = imap
ssl = yes
ssl_cert = </etc/postfix/cert.pem
ssl_key = </etc/postfix/key.pem
auth_mechanisms = plain
auth_username_chars =
auth_failure_delay = 0
service anvil {
  unix_listener anvil-auth-penalty {
    mode = 0
  }
}
first_valid_uid = 1
mail_location = maildir:/run/mail
passdb {
  driver = passwd-file
  args = $folder/users
}
userdb {
  driver = static
  args = uid=mail gid=mail home=/run/mail
}
END
dovecot -c "$folder/dovecot.conf" || fail "Dovecot does not start"
install -d -o root -g sasl -m 710 /run/saslauthd
"$bin/saslauthd" -a rimap -r -O "imaps://127.0.0.1?name=mail.example.org&ca=/etc/postfix/cert.pem" 2>/dev/null

listens() { ss --listening --tcp --numeric --no-header 'sport = :993' | grep -q .; }
for port in 2526 2528; do
    i=0
    until [ "$(login $port PLAIN alice@example.org secret)" = 235 ]; do
        i=$((i + 1))
        [ $i -lt 50 ] || fail "$port: nobody can log in"
        sleep 0.1
    done
    for mechanism in PLAIN LOGIN; do
        echo "$port $mechanism right: $(login $port $mechanism alice@example.org secret)"
        echo "$port $mechanism right, odd: $(login $port $mechanism jörg@example.org 's3cret "with" \ ümläut')"
        echo "$port $mechanism wrong: $(login $port $mechanism alice@example.org Secret)"
        echo "$port $mechanism unknown: $(login $port $mechanism nobody@example.org secret)"
    done
done
doveadm -c "$folder/dovecot.conf" stop
while listens; do sleep 0.02; done
echo "2526 Dovecot is down: $(login 2526 PLAIN alice@example.org secret)"
echo "2528 Dovecot is down: $(login 2528 LOGIN alice@example.org secret)"
dovecot -c "$folder/dovecot.conf"
until listens; do sleep 0.02; done
echo "2526 back again: $(login 2526 PLAIN alice@example.org secret)"
echo "2528 back again: $(login 2528 LOGIN alice@example.org secret)"
kill "$(cat /run/saslauthd/saslauthd.pid)"
sed -n 's/^\(<[0-9]*>\).* saslauthd\[[0-9]*\]: \( *: auth failure.*\) \[peer=.*/\1\2/p' "$folder/syslog" | sort | uniq -c | sed 's/^ *//'
# How many lines hold a password.
grep -c 'secret\|s3cret' "$folder/syslog" || true
