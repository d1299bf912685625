#!/bin/sh
# Tests Debian's OpenLDAP that asks saslauthd for the passwords of {SASL}, and our saslauthd that asks another directory
# over TLS, as in saslauthd-recipes(7); prints a line for each login. Runs on a private system. Arguments: a scratch
# folder, and the folder with the built programs.
set -eu
export LC_ALL=C
folder=$1
bin=$2

fail() { echo "$*"; tail -40 "$folder/syslog" 2>/dev/null; exit 1; }

. "$(dirname "$0")/recipe-system.sh"
. "$(dirname "$0")/directories.sh"

# The other directory, on two servers.
printf '%s\n' '127.0.0.2 dc1.ad.example' '127.0.0.3 dc2.ad.example' >>/etc/hosts
for server in dc1 dc2; do
    certificate $server.ad.example
    make_directory $server dc=ad,dc=example "TLSCertificateFile $directories/$server.ad.example.pem
TLSCertificateKeyFile $directories/$server.ad.example.key" <<LDIF
dn: dc=ad,dc=example
objectClass: dcObject
objectClass: organization
dc: ad
o: ad

dn: ou=services,dc=ad,dc=example
objectClass: organizationalUnit
ou: services

dn: cn=reader,ou=services,dc=ad,dc=example
objectClass: applicationProcess
objectClass: simpleSecurityObject
cn: reader
userPassword: directory-word

dn: ou=people,dc=ad,dc=example
objectClass: organizationalUnit
ou: people

dn: cn=Liddell\, Alice,ou=people,dc=ad,dc=example
objectClass: inetOrgPerson
objectClass: windowsAccount
cn: Liddell, Alice
sn: Liddell
sAMAccountName: alice
userPassword: secret
LDIF
done
start_directory dc1 ldaps://127.0.0.2:636/
start_directory dc2 ldaps://127.0.0.3:636/

# The directory of this host.
mkdir /run/slapd
chown openldap:openldap /run/slapd
make_directory local dc=example,dc=org '' <<LDIF
dn: dc=example,dc=org
objectClass: dcObject
objectClass: organization
dc: example
o: example

dn: ou=people,dc=example,dc=org
objectClass: organizationalUnit
ou: people

dn: uid=alice,ou=people,dc=example,dc=org
objectClass: inetOrgPerson
cn: Alice
sn: Liddell
uid: alice
userPassword: never-used

dn: uid=bob,ou=people,dc=example,dc=org
objectClass: inetOrgPerson
cn: Bob
sn: Builder
uid: bob
userPassword: {SASL}bob@ad.example
LDIF
start_directory local ldapi:///
stand_in restart-slapd "process=\$(cat $directories/local.pid)
kill \$process
while [ -e /proc/\$process ]; do sleep 0.02; done
exec slapd -f $directories/local.conf -h ldapi:/// -u openldap -g openldap"

recipe 'OpenLDAP that asks another directory'
# Without the throttle, which would slow down the tests.
sed -i 's/^OPTIONS="/&--throttle off /' /etc/default/saslauthd
service saslauthd restart >"$folder/restart"

bind() { # what, user, password
    code=0
    ldapwhoami -x -H ldapi:/// -D "uid=$2,ou=people,dc=example,dc=org" -w "$3" >/dev/null 2>&1 || code=$?
    echo "$1: $code"
}
logins() { # state
    bind "$1, right" alice secret
    bind "$1, wrong" alice Secret
    bind "$1, the stored text" alice '{SASL}alice@ad.example'
    bind "$1, unknown there" bob secret
}
logins up
stop_directory dc1
logins 'first down'
stop_directory dc2
logins 'both down'
start_directory dc2 ldaps://127.0.0.3:636/
logins 'second back'
stop_saslauthd /run/saslauthd
auth_failures
# What was asked while both were down.
grep -c 'auth unavailable: .*\[user=alice\] \[service=ldap\] \[realm=ad.example\]' "$folder/syslog" || true
# The number of lines with a password.
grep -c 'directory-word\|secret' "$folder/syslog" || true
