#!/bin/sh
# Tests programs that read our log and metrics: Debian's fail2ban, logwatch and Prometheus' promtool. Runs on a private
# system. Arguments: a scratch folder, the folder with the built programs, that of the unpacked packages, and our
# fail2ban filter.
set -eu
folder=$1
bin=$2
packages=$3
filter=$4

fail() { echo "$*"; tail -40 "$folder/syslog" "$folder/fail2ban.log" 2>/dev/null; exit 1; }
. "$(dirname "$0")/await.sh"
ask() { # login password [address]
    "$bin/testsaslauthd" -u "$1" -p "$2" -s smtp ${3:+-a "$3"} >/dev/null 2>&1 || true
}
# The log as rsyslog writes it to a file: without the priority, and with the host name.
as_file() { sed -n 's/^<[0-9]*>\(.\{15\}\) \(saslauthd\[.*\)/\1 mail \2/p' "$folder/syslog"; }

install -d -m 755 /run/saslauthd
"$bin/saslauthd" -a scripted --throttle off --metrics 127.0.0.1:9717 2>/dev/null
for number in 1 2 3 4 5; do
    ask "user$number" wrong '192.0.2.7;49152'
    ask "user$number" wrong '2001:db8::7;49152'
    ask unavailable secret '192.0.2.8;49152'
    ask 'x] [service=smtp] [realm=] [mech=pam] [reason=no] [remote=192.0.2.9;1' wrong
    ask alice secret '192.0.2.10;49152'
done
ask user1 wrong '192.0.2.11;1'

echo "figures, by saslauthctl: $("$bin/saslauthctl" status --prometheus | "$packages/prometheus/usr/bin/promtool" check metrics 2>&1)"
echo "figures, by HTTP: $(python3 -c '
import sys, urllib.request
sys.stdout.write(urllib.request.urlopen("http://127.0.0.1:9717/metrics").read().decode())' |
    "$packages/prometheus/usr/bin/promtool" check metrics 2>&1)"

# fail2ban, with our filter and an action that records the addresses.
install -d /etc/fail2ban/filter.d /etc/fail2ban/action.d /run/fail2ban
cp "$packages/fail2ban/etc/fail2ban/filter.d/common.conf" "$filter" /etc/fail2ban/filter.d/
printf '[Definition]\nactionban = echo <ip> >>%s\n' "$folder/banned" >/etc/fail2ban/action.d/tell.conf
cat >/etc/fail2ban/fail2ban.conf <<END
[Definition]
loglevel = INFO
logtarget = $folder/fail2ban.log
syslogsocket = auto
socket = /run/fail2ban/socket
pidfile = /run/fail2ban/pid
dbfile = None
dbpurgeage = 1d
END
cat >/etc/fail2ban/jail.conf <<END
[saslauthd]
enabled = true
filter = saslauthd
backend = polling
logpath = $folder/auth.log
maxretry = 3
findtime = 600
action = tell
END
: >"$folder/auth.log"
# Prints the log since the last call.
follow() { as_file | tail -n +$(($(wc -l <"$folder/auth.log") + 1)) >>"$folder/auth.log"; }
follow
export PYTHONPATH="$packages/fail2ban/usr/lib/python3/dist-packages"
python3 "$packages/fail2ban/usr/bin/fail2ban-server" -xf start >"$folder/fail2ban.out" 2>&1 &
server=$!
banned() { follow; [ "$(sort -u "$folder/banned" 2>/dev/null | wc -l)" -ge 2 ]; }
await "fail2ban bans nobody: $(cat "$folder/fail2ban.out")" banned
# The last line, whose ban shows that all others have been read.
last() { follow; grep -q 192.0.2.12 "$folder/banned"; }
for number in 1 2 3; do ask last wrong '192.0.2.12;1'; done
await "fail2ban does not read on" last
echo "banned: $(sort -u "$folder/banned" | tr '\n' ' ')"
kill $server
wait $server || true

# logwatch, with the names of functions.
kill "$(cat /run/saslauthd/saslauthd.pid)"
exited() { grep -q 'master exited' "$folder/syslog"; }
await "saslauthd does not end" exited
: >"$folder/syslog"
"$bin/saslauthd" -a scripted --throttle off --user daemon --log-prefix do_auth 2>/dev/null
for number in 1 2 3; do ask bob wrong; done
ask alice secret
kill "$(cat /run/saslauthd/saslauthd.pid)"
await "saslauthd does not end" exited
as_file | sed 's/^.*saslauthd\[[0-9]*\]: //' | perl "$packages/logwatch/usr/share/logwatch/scripts/services/saslauthd"
