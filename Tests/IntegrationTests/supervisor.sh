#!/bin/sh
# Tests our saslauthd as docker-mailserver and Jitsi Meet start it, with Debian's supervisord; prints what happens. Runs on a
# private system. Arguments: a scratch folder, the folder with the built programs, and the one with the unpacked packages.
set -eu
export LC_ALL=C
folder=$1
bin=$2
packages=$3

[ -d "$packages/supervisor" ] || { echo "supervisord is not unpacked yet: make test-packages"; exit 1; }
fail() { echo "$*"; tail -n 40 /var/log/supervisor/* 2>/dev/null; ps -ef; exit 1; }
. "$(dirname "$0")/recipe-system.sh"
. "$(dirname "$0")/directories.sh"

# The directory.
echo '127.0.0.2 ldap.example.org' >>/etc/hosts
make_directory mail dc=example "attributetype ( 1.3.6.1.4.1.4203.666.1.91 NAME 'mailEnabled'
    EQUALITY booleanMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.7 SINGLE-VALUE )
objectclass ( 1.3.6.1.4.1.4203.666.3.91 NAME 'mailAccount' SUP top AUXILIARY MAY ( mailEnabled \$ uniqueIdentifier ) )" <<'LDIF'
dn: dc=example
objectClass: dcObject
objectClass: organization
dc: example
o: example

dn: cn=mail,dc=example
objectClass: applicationProcess
objectClass: simpleSecurityObject
cn: mail
userPassword: pass word#1

dn: ou=people,dc=example
objectClass: organizationalUnit
ou: people

dn: uid=alice,ou=people,dc=example
objectClass: inetOrgPerson
objectClass: mailAccount
cn: Alice
sn: Liddell
uid: alice
uniqueIdentifier: alice@example.org
mailEnabled: TRUE
userPassword: secret

dn: uid=bob,ou=people,dc=example
objectClass: inetOrgPerson
objectClass: mailAccount
cn: Bob
sn: Builder
uid: bob
uniqueIdentifier: bob@example.org
mailEnabled: FALSE
userPassword: secret
LDIF
start_directory mail ldap://127.0.0.2/

# The files, as their scripts write them.
cat >/etc/saslauthd.conf <<'END'
ldap_servers: ldap://ldap.example.org
ldap_auth_method: bind
ldap_bind_dn: cn=mail,dc=example
ldap_bind_pw: pass word#1
ldap_search_base: ou=people,dc=example
ldap_filter: (&(uniqueIdentifier=%u)(mailEnabled=TRUE))
ldap_start_tls: no
ldap_tls_check_peer: no
ldap_referrals: yes
log_level: 10
END
cat >/run/saslauthd.conf <<'END'
ldap_servers: ldap://ldap.example.org
ldap_search_base: ou=people,dc=example
ldap_bind_dn: cn=mail,dc=example
ldap_bind_pw: pass word#1
ldap_filter: uid=%u
ldap_version: 3
ldap_auth_method: bind
END
useradd --system --user-group xmpp
mkdir /run/saslauthd /var/log/supervisor
chgrp sasl /run/saslauthd
chmod 710 /run/saslauthd
cat >"$folder/supervisord.conf" <<END
[unix_http_server]
file = /run/supervisor.sock
[supervisord]
user = root
nodaemon = true
logfile = /var/log/supervisor/supervisord.log
pidfile = /run/supervisord.pid
childlogdir = /var/log/supervisor
[supervisorctl]
serverurl = unix:///run/supervisor.sock
[rpcinterface:supervisor]
supervisor.rpcinterface_factory = supervisor.rpcinterface:make_main_rpcinterface

[program:docker-mailserver]
startsecs=0
autostart=false
autorestart=true
stdout_logfile=/var/log/supervisor/%(program_name)s.log
stderr_logfile=/var/log/supervisor/%(program_name)s.log
command=$bin/saslauthd -d -a ldap -O /etc/saslauthd.conf
pidfile=/var/run/saslauthd/saslauthd.pid

[program:jitsi]
user=xmpp
startsecs=0
autostart=false
autorestart=true
redirect_stderr=true
stdout_logfile=/var/log/supervisor/%(program_name)s.log
command=/bin/sh -c "exec $bin/saslauthd -a ldap -O /run/saslauthd.conf -c -m /var/run/saslauthd -n 5 -d 2>&1"
END
run() { PYTHONPATH=$packages/supervisor/usr/lib/python3/dist-packages python3 "$packages/supervisor/usr/bin/$1" -c "$folder/supervisord.conf" $2; }
run supervisord '' >"$folder/supervisord" 2>&1 &
await "supervisord does not start: $(cat "$folder/supervisord")" test -S /run/supervisor.sock
supervise() { run supervisorctl "$*"; }

ask() { # login, password
    code=0
    testsaslauthd -u "$1" -p "$2" -s smtp >"$folder/answer" 2>&1 || code=$?
    echo "$code"
}
serves() { [ "$(ask "$login" secret)" = 0 ]; }
logins() { # state
    await "$1: nobody can log in" serves
    echo "$1: right $(ask "$login" secret), wrong $(ask "$login" Secret), unknown $(ask nobody secret), disabled $(ask bob@example.org secret)"
}
is_replaced() { # pattern, old process
    new=$(pgrep -n -x "$1") && [ "$new" != "$2" ]
}
has_ended() { ! pgrep saslauthd >/dev/null; }
for setup in docker-mailserver jitsi; do
    [ $setup = jitsi ] && login=alice || login=alice@example.org
    [ $setup != jitsi ] || chown xmpp:xmpp /run/saslauthd /run/saslauthd.conf
    chmod 600 /run/saslauthd.conf
    supervise start $setup
    logins "$setup starts"
    # The names of processes are cut.
    for name in saslauthd-ldap saslauthd-front saslauthd; do
        old=$(pgrep -n -x $name)
        kill -9 "$old"
        await "$setup: $name is not replaced" is_replaced $name "$old"
        logins "$setup, $name killed"
    done
    echo "$setup: masters $(pgrep -c -x saslauthd), frontends $(pgrep -c -x saslauthd-front)"
    stop_directory mail
    echo "$setup, the directory down: $(ask "$login" Secret)"
    start_directory mail ldap://127.0.0.2/
    logins "$setup, the directory back"
    supervise restart $setup
    logins "$setup restarts"
    supervise stop $setup
    await "$setup: processes are left" has_ended
    echo "$setup: files left: $(ls -A /run/saslauthd | wc -l)"
    grep -o "stopped: $setup (.*)" /var/log/supervisor/supervisord.log | tail -1
    sed -n 's/.*\(auth failure: \[user=bob.*\) \[peer=.*/\1/p' /var/log/supervisor/$setup.log | head -1
    echo "$setup: lines with passwords: $(grep -c 'secret\|Secret\|pass word' /var/log/supervisor/$setup.log)"
done
