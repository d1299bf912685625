#!/bin/sh
# What the units, the accounts and the folders for systemd come to, with the settings of Debian and of Red Hat. Runs on a private system.
# Arguments: a scratch folder, the folder with the built programs, and the one with the units.
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

# Starts the command of the unit $1, asks at the socket $2, and ends it.
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

# As it was installed, but for the mechanism.
sed -i 's/^MECHANISMS=.*/MECHANISMS="sasldb"/' /etc/default/saslauthd
try saslauthd.service /var/run/saslauthd/mux
rm /etc/default/saslauthd
try saslauthd.service /var/run/saslauthd/mux
mkdir -p /etc/sysconfig
printf '# Red Hat\nSOCKETDIR=/run/saslauthd\n\nMECH=sasldb\n\nFLAGS=\n' >/etc/sysconfig/saslauthd
try saslauthd.service /run/saslauthd/mux
printf 'MECHANISMS="sasldb"\nOPTIONS="-c -m /run/other"\n' >/etc/default/saslauthd-other
try saslauthd@.service /run/other/mux other
