#!/bin/sh
# Tests Debian's Postfix, chrooted and not, with our saslauthd, as in saslauthd-recipes(7); a second Postfix sends mail
# through it. Prints a line for each login. Runs on a private system. Arguments: a scratch folder, and the folder with
# the built programs.
set -eu
folder=$1
bin=$2

fail() { echo "$*"; cat "$folder/syslog" 2>/dev/null | tail -40; exit 1; }

. "$(dirname "$0")/recipe-system.sh"
. "$(dirname "$0")/postfix-start.sh"

users=/var/spool/postfix/etc/sasldb2
recipe 'Postfix in its chroot, and a sasldb2 file'
printf secret | /usr/sbin/saslpasswd2 -p -c -f $users -u example.org carol
printf 's3cret "with" \\ ümläut' | saslpasswd2 -p -c -f $users -u example.org bob
succeeds 2526 PLAIN alice@example.org secret

for port in 2525 2526; do
    for mechanism in PLAIN LOGIN; do
        echo "$port $mechanism right: $(login $port $mechanism alice@example.org secret)"
        echo "$port $mechanism right, made by the original: $(login $port $mechanism carol@example.org secret)"
        echo "$port $mechanism right, odd: $(login $port $mechanism bob@example.org 's3cret "with" \ ümläut')"
        echo "$port $mechanism wrong: $(login $port $mechanism alice@example.org Secret)"
        echo "$port $mechanism unknown: $(login $port $mechanism nobody@example.org secret)"
    done
done
for mechanism in CRAM-MD5 DIGEST-MD5; do
    echo "2525 $mechanism right: $(login 2525 $mechanism alice@example.org secret)"
    echo "2525 $mechanism wrong: $(login 2525 $mechanism alice@example.org Secret)"
    echo "2525 $mechanism unknown: $(login 2525 $mechanism nobody@example.org secret)"
done
mv $users $users.away
echo "2525 PLAIN unavailable: $(login 2525 PLAIN alice@example.org secret)"
echo "2526 LOGIN unavailable: $(login 2526 LOGIN alice@example.org secret)"
mv $users.away $users
echo "2525 PLAIN back again: $(login 2525 PLAIN alice@example.org secret)"
printf changed | /usr/sbin/saslpasswd2 -p -f $users -u example.org alice
echo "2525 PLAIN old: $(login 2525 PLAIN alice@example.org secret)"
echo "2525 PLAIN changed: $(login 2525 PLAIN alice@example.org changed)"
printf secret | saslpasswd2 -p -f $users -u example.org alice

# The client of the relay: on the same network, with its own files.
useradd receiver
install -d -m 1777 /var/spool/mailboxes
echo '127.0.0.1 mail.example.org' >>/etc/hosts
cp /etc/hosts /var/spool/postfix/etc/hosts
cp -a /etc "$folder/client"
unshare --mount --uts sh "$here/postfix-client.sh" "$folder" "$bin"
has_two_mails() { [ "$(ls /var/spool/mailboxes/receiver/new 2>/dev/null | wc -l)" = 2 ]; }
await "the receiver has not two mails" has_two_mails
log_is_written
sed -n 's/.*postfix\/smtpd.* \(sasl_method=.*\)/\1/p' "$folder/syslog"

# The rate of one client is limited, and others are not affected; its address is not in mynetworks.
recipe 'Postfix while passwords are guessed'
python3 - <<'END'
import contextlib
import smtplib
import ssl

trusting = ssl._create_unverified_context()


def connect(address):
    client = smtplib.SMTP("127.0.0.1", 2525, source_address=(address, 0))
    client.starttls(context=trusting)
    return client


def log_in(address):
    with contextlib.closing(connect(address)) as client:
        try:
            return client.login("alice@example.org", "secret")[0]
        except smtplib.SMTPResponseException as error:
            return error.smtp_code


codes = []
while len(codes) < 1000 and (not codes or codes[-1] == 235):
    codes.append(log_in("127.0.0.2"))
print("many logins of one client:", codes[-1], "after 20 or more:", len(codes) > 20)
clients = []
try:
    while len(clients) < 50:
        clients.append(connect("127.0.0.3"))
except smtplib.SMTPResponseException as error:
    print("many connections of one client:", error.smtp_code, "after", len(clients))
print("others:", log_in("127.0.0.4"))
END
stop_saslauthd /var/spool/postfix/var/run/saslauthd

# The default file and run directory of a saslauthd without options.
cp -p $users /etc/sasldb2
saslauthd -a sasldb 2>/dev/null
echo "defaults, $(testsaslauthd -u alice -p secret -r example.org -s smtp)"
stop_saslauthd /run/saslauthd
auth_failures
