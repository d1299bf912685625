#!/bin/sh
# Tests Debian's init script with our saslauthd, and two instances. Runs on a private system.
# Arguments: a scratch folder, and the folder with the built programs.
set -eu
folder=$1
bin=$2

fail() { echo "$*"; tail "$folder/syslog"; exit 1; }
. "$(dirname "$0")/await.sh"

mount --bind "$bin/saslauthd" /usr/sbin/saslauthd
mount -t tmpfs tmpfs /usr/libexec
mkdir /usr/libexec/saslauthd
mount --bind "$bin" /usr/libexec/saslauthd
rm -f /etc/sasldb2
printf secret | /usr/sbin/saslpasswd2 -p -c -u example.org alice

# The shipped file, with the settings that an administrator adds; the second instance is for the chroot of Postfix.
sed -i 's/^MECHANISMS=.*/MECHANISMS="sasldb"/; $aSTART=yes' /etc/default/saslauthd
sed 's|^OPTIONS=.*|OPTIONS="-c -m /var/spool/postfix/var/run/saslauthd"|' /etc/default/saslauthd >/etc/default/saslauthd-postfix

directories='/var/run/saslauthd /var/spool/postfix/var/run/saslauthd'
script() {
    status=0
    /etc/init.d/saslauthd "$@" >"$folder/said" 2>&1 || status=$?
    echo "$1: exit $status; $(sed 's/ \.$/./' "$folder/said" | tr '\n' '|')"
}
ask() {
    for directory in $directories; do
        echo "$1: $(/usr/sbin/testsaslauthd -u alice -p "$1" -r example.org -f "$directory/mux" 2>&1 | head -1)"
    done
}
pids() { for directory in $directories; do cat "$directory/saslauthd.pid"; done; }
both_have_reloaded() { ask changed | grep -c 'OK' | grep -qx 2 && [ "$(grep -c reloaded "$folder/syslog")" = 2 ]; }

script status
script start
for directory in $directories; do stat -c '%n %A %U %G' "$directory"; done
ask secret
first=$(pids)
script start
script status
# A reload empties the cache, but keeps the process.
printf changed | /usr/sbin/saslpasswd2 -p -u example.org alice
ask secret
script reload
await "the daemons do not reload" both_have_reloaded
ask secret
[ "$(pids)" = "$first" ] && echo "the same processes"
script force-reload
script restart
ask changed
[ "$(pids)" != "$first" ] && echo "other processes"
script stop-instance saslauthd-postfix
ask changed
script start-instance saslauthd-postfix
script stop
for directory in $directories; do ls -A "$directory"; done
pgrep -x saslauthd || echo "no process is left"
