#!/bin/sh
# Tests the units, accounts and folders for systemd, with the settings of Debian and of Red Hat. Runs on a private
# system. Arguments: a scratch folder, the folder with the built programs, and the one with the units.
set -eu
folder=$1
bin=$2
units=$3
cd "$units"
systemd-sysusers "$units/saslauthd.sysusers"
systemd-tmpfiles --create "$units/saslauthd.tmpfiles"
getent passwd saslauth | cut -d: -f1,5-
stat -c '%n %A %U %G' /run/saslauthd
rm -f /etc/sasldb2
printf secret | /usr/sbin/saslpasswd2 -p -c -u example.org alice

# Starts the command of the unit $1, sends a request to the socket $2, and stops it.
try() {
    command=$(sed -n "s/%i/${3-}/g; s|^ExecStart=/usr/sbin|$bin|p" "$1")
    $command --log stderr 2>"$folder/log" &
    daemon=$!
    until [ -S "$2" ] || ! kill -0 $daemon 2>/dev/null; do sleep 0.02; done
    echo "$2: $(/usr/sbin/testsaslauthd -u alice -p secret -r example.org -f "$2" 2>&1 | head -1)"
    status=0
    kill $daemon 2>/dev/null || true
    wait $daemon || status=$?
    [ $status = 0 ] || echo "exit $status: $(cat "$folder/log")"
}

# As installed, except for the mechanism.
sed -i 's/^MECHANISMS=.*/MECHANISMS="sasldb"/' /etc/default/saslauthd
try saslauthd.service /var/run/saslauthd/mux
rm /etc/default/saslauthd
try saslauthd.service /var/run/saslauthd/mux
mkdir -p /etc/sysconfig
printf '# Red Hat\nSOCKETDIR=/run/saslauthd\n\nMECH=sasldb\n\nFLAGS=\n' >/etc/sysconfig/saslauthd
try saslauthd.service /run/saslauthd/mux
# A drop-in that was written for another unit of saslauthd: $1 is its description, $2 its User=, $3 its ExecStart=
# without the program. The unit's environment files are read as systemd does.
dropin() {
    words=$(set -a +u; . /etc/sysconfig/saslauthd; eval "echo $3")
    code=0
    setpriv --reuid "$2" --regid "$(id -g "$2")" --clear-groups "$bin/saslauthd" $words 2>"$folder/log" || code=$?
    echo "$1: exit $code, $(/usr/sbin/testsaslauthd -u alice -p secret -r example.org -f /run/saslauthd/mux 2>&1 | head -1)"
    if [ $code = 0 ]; then
        pid=$(cat /run/saslauthd/saslauthd.pid)
        ! tr '\0' '\n' <"/proc/$(pgrep -P "$pid" -f frontend)/environ" | grep -E '^(SOCKETDIR|MECH|FLAGS)=' || echo "settings in the environment"
        kill "$pid"
        while kill -0 "$pid" 2>/dev/null; do sleep 0.02; done
    else
        sed 's/.*\] ://' "$folder/log" | head -2
    fi
}
printf 'SOCKETDIR=/run/saslauthd\nMECH=sasldb\nFLAGS="-r -n 2"\n' >/etc/sysconfig/saslauthd
(set -a; . /etc/sysconfig/saslauthd; dropin "Red Hat's, Type=forking" root '-m $SOCKETDIR -a $MECH $FLAGS')
chgrp saslauth /etc/sasldb2 && chmod 640 /etc/sasldb2
dropin 'User= without RuntimeDirectory=' saslauth '-m $SOCKETDIR -a $MECH $FLAGS'
install -d -o saslauth -g "$(id -g saslauth)" -m 755 /run/saslauthd
dropin 'User= and RuntimeDirectory=' saslauth '-m $SOCKETDIR -a $MECH $FLAGS'
echo 'MECH=sasldb' >/etc/sysconfig/saslauthd
dropin 'SOCKETDIR is not set' root '-m $SOCKETDIR -a $MECH $FLAGS'
install -d -o root -g sasl -m 710 /run/saslauthd
rm /etc/sysconfig/saslauthd
printf 'MECHANISMS="sasldb"\nOPTIONS="-c -m /run/other"\n' >/etc/default/saslauthd-other
try saslauthd@.service /run/other/mux other
