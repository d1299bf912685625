#!/bin/sh
# Tests Debian's Postfix in its chroot with our saslauthd and Dovecot's authentication protocol, without Cyrus SASL, as in
# saslauthd-recipes(7); prints a line for each session. Runs on a private system. Arguments: a scratch folder, the folder
# with the built programs, that of the unpacked packages, and our fail2ban filter.
set -eu
export LC_ALL=C
folder=$1
bin=$2
packages=$3
filter=$4

fail() { echo "$*"; tail -40 "$folder/syslog" 2>/dev/null; exit 1; }

. "$(dirname "$0")/postfix-dovecot-start.sh"
session() { python3 "$here/smtp-session.py" "$@"; }

# Port 2528 has a process for each session, 2529 serves IPv6.
ip address add 192.0.2.7/32 dev lo
ip address add 2001:db8::7/128 dev lo nodad
postconf inet_protocols=all 2>/dev/null
cat >>/etc/postfix/master.cf <<MASTER
127.0.0.1:2528 inet n - y - - smtpd
    -o syslog_name=postfix/new -o smtpd_tls_auth_only=no -o max_use=1
[2001:db8::7]:2529 inet n - y - - smtpd
    -o smtpd_tls_auth_only=no
MASTER

recipe 'Postfix without Cyrus SASL'
stat --format '%A %U %G' $socket
# Without the throttle, which would slow down the tests.
sed -i 's/^OPTIONS="/&--throttle off /' /etc/default/saslauthd
service saslauthd restart >"$folder/restart"
succeeds 2525 PLAIN alice@example.org secret
printf 's3cret "with" \\ ümläut' | saslpasswd2 -p -c -u example.org bob
for port in 2525 2526; do
    for mechanism in PLAIN LOGIN; do
        echo "$port $mechanism right: $(login $port $mechanism alice@example.org secret)"
        echo "$port $mechanism right, odd: $(login $port $mechanism bob@example.org 's3cret "with" \ ümläut')"
        echo "$port $mechanism wrong: $(login $port $mechanism alice@example.org Secret)"
        echo "$port $mechanism unknown: $(login $port $mechanism nobody@example.org secret)"
    done
done
try 2525 LOGIN alice@example.org Secret | sed -n 's/^<[~*]\* *535/535/p'
for mechanism in PLAIN plain Login login; do
    echo "$mechanism: $(session 2527 $mechanism:alice@example.org:Secret $mechanism:alice@example.org:secret)"
    echo "$mechanism, no initial response: $(session --bare 2527 $mechanism:alice@example.org:secret)"
done
mv /etc/sasldb2 /etc/sasldb2.away
echo "file gone: $(session 2527 PLAIN:alice@example.org:secret login:alice@example.org:secret)"
mv /etc/sasldb2.away /etc/sasldb2
echo "file back: $(session 2527 PLAIN:alice@example.org:Secret LOGIN:alice@example.org:secret)"
auth_failures

stop() {
    stop_saslauthd /run/saslauthd
    await "the socket of saslauthd stays" test ! -e $socket
}
start() { # options
    stop
    saslauthd "$@" 2>/dev/null
}
options="--dovecot $socket,user=postfix,group=postfix,mode=0660"

# A mechanism without a verdict, and one that is slower than Postfix waits; meanwhile passwords are guessed.
start -a scripted $options
stat --format '%A %U %G' $socket
echo "right before: $(session 2527 PLAIN:known:secret)"
for user in known other; do
    guesses=$(yes PLAIN:$user:wrong | head -10)
    session 2528 $guesses PLAIN:$user:secret >"$folder/guesses-$user" &
done
echo "no verdict: $(session 2527 PLAIN:unavailable:secret LOGIN:unavailable:secret PLAIN:alice:secret)"
echo "no verdict in time: $(session 2527 PLAIN:hang:secret PLAIN:alice:secret)"
echo "afterwards: $(session 2527 LOGIN:alice:wrong LOGIN:alice:secret)"
log_is_written
milliseconds=$(sed -n 's/.*auth unavailable: .*\[user=hang\].* \[ms=\([0-9]*\)\].*/\1/p' "$folder/syslog")
[ "$milliseconds" -lt 10000 ] || echo "after $milliseconds ms"
has_guessed() { grep -q . "$folder/guesses-known" && grep -q . "$folder/guesses-other"; }
await "the guesses are not answered" has_guessed
echo "known, after ten refusals: $(cat "$folder/guesses-known")"
echo "not known, after ten refusals: $(cat "$folder/guesses-other")"

# The frontend is killed, and the settings are read again.
frontend() { pgrep -n saslauthd-front; }
kill_frontend() {
    old=$(frontend)
    kill -9 "$old"
    # Until it is gone, what Postfix sends on a connection to it is lost.
    await "the frontend does not end" is_gone
}
is_gone() { [ ! -e "/proc/$old" ]; }
is_new() { new=$(frontend) && [ "$new" != "$old" ]; }
reloads() { grep -c ': reloaded' "$folder/syslog" || true; }
has_reloaded() { [ "$(reloads)" -gt "$before" ]; }
reload() {
    before=$(reloads)
    kill -HUP "$(cat /run/saslauthd/saslauthd.pid)"
    await "the settings are not read" has_reloaded
}
for port in 2527 2528; do
    for number in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
        case $number in
        5 | 15) kill_frontend ;;
        10 | 20) reload ;;
        esac
        session $port PLAIN:alice:secret
    done | sort | uniq -c | sed "s/^ */$port, sessions: /"
done
session --clients 4 --sessions 25 2528 PLAIN:alice:secret >"$folder/sessions" &
sessions=$!
while kill -0 $sessions 2>/dev/null; do
    kill_frontend
    await "no frontend follows" is_new
    reload
done
# A login in flight in the killed frontend gets 454. A connection that it had accepted, and not greeted yet, is lost.
sed -n 's/^220 \(235\|454\), //p' "$folder/sessions" | awk '{ all += $1 } END { print "sessions at the same time:", all >= 97 ? "all, or nearly all" : all }'
log_is_written
one=$(sed -n 's/.*postfix\/one\/smtpd\[\([0-9]*\)\]: connect.*/\1/p' "$folder/syslog" | sort -u | wc -l)
echo "processes of port 2527: $one"

# The client's address, for PAM and for the log.
stand_in pam-check 'echo "PAM: $PAM_SERVICE $PAM_USER $PAM_RHOST" >>'"$folder"'/pam
[ "$(tr -d "\\0")" = secret ]'
cat >/etc/pam.d/smtp <<PAM
auth    required pam_exec.so quiet expose_authtok $folder/stand-ins/pam-check
account required pam_permit.so
PAM
: >"$folder/syslog"
start -a pam --throttle off $options
echo "from 192.0.2.7: $(session --source 192.0.2.7 2528 PLAIN:eve:wrong LOGIN:eve:wrong LOGIN:alice:secret)"
echo "from 2001:db8::7: $(session --server 2001:db8::7 --source 2001:db8::7 2529 PLAIN:eve:wrong PLAIN:alice:secret)"
sort -u "$folder/pam"
auth_failures
install -d /etc/fail2ban/filter.d
cp "$packages/fail2ban/etc/fail2ban/filter.d/common.conf" "$filter" /etc/fail2ban/filter.d/
sed -n 's/^<[0-9]*>\(.\{15\}\) \(saslauthd\[.*\)/\1 mail \2/p' "$folder/syslog" >"$folder/auth.log"
PYTHONPATH=$packages/fail2ban/usr/lib/python3/dist-packages python3 "$packages/fail2ban/usr/bin/fail2ban-regex" \
    -c /etc/fail2ban -o ip "$folder/auth.log" /etc/fail2ban/filter.d/saslauthd.conf | sort | uniq -c | sed 's/^ */fail2ban: /'

# Without a socket, and with one that Postfix may not use, its smtpd ends.
stop
echo "no socket: $(session 2528 PLAIN:alice:secret)"
saslauthd -a pam --dovecot $socket 2>/dev/null
echo "socket of root: $(session --tls 587 PLAIN:alice:secret)"
start -a pam $options
service postfix restart 2>/dev/null
echo "right, after a restart of Postfix: $(session 2528 PLAIN:alice:secret)"
log_is_written
sed -n 's/.*warning: SASL: \(Connect to .*\)/\1/p; s/.*fatal: \(no SASL.*\)/\1/p' "$folder/syslog" | sort -u
