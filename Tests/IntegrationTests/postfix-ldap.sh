#!/bin/sh
# Tests Debian's Postfix in its chroot with our saslauthd and a directory of OpenLDAP, over StartTLS, as in
# saslauthd-recipes(7); prints a line for each login. Runs on a private system. Arguments: a scratch folder, and the
# folder with the built programs.
set -eu
export LC_ALL=C
folder=$1
bin=$2

fail() { echo "$*"; tail -40 "$folder/syslog" 2>/dev/null; exit 1; }

. "$(dirname "$0")/recipe-system.sh"
. "$(dirname "$0")/postfix-start.sh"
. "$(dirname "$0")/directories.sh"

echo '127.0.0.1 ldap.example.org' >>/etc/hosts
certificate ldap.example.org
make_directory people dc=example,dc=org "TLSCertificateFile $directories/ldap.example.org.pem
TLSCertificateKeyFile $directories/ldap.example.org.key
security ssf=128" <<LDIF
dn: dc=example,dc=org
objectClass: dcObject
objectClass: organization
dc: example
o: example

dn: ou=services,dc=example,dc=org
objectClass: organizationalUnit
ou: services

dn: cn=mail,ou=services,dc=example,dc=org
objectClass: applicationProcess
objectClass: simpleSecurityObject
cn: mail
userPassword: directory-word

dn: ou=people,dc=example,dc=org
objectClass: organizationalUnit
ou: people

dn: uid=alice,ou=people,dc=example,dc=org
objectClass: inetOrgPerson
cn: Alice
sn: Liddell
uid: alice
mail: alice@example.org
userPassword: $(slappasswd -s secret)

dn: uid=twin,ou=people,dc=example,dc=org
objectClass: inetOrgPerson
cn: Twin
sn: Twin
uid: twin
mail: both@example.org
userPassword: secret

dn: uid=other,ou=people,dc=example,dc=org
objectClass: inetOrgPerson
cn: Other
sn: Other
uid: other
mail: both@example.org
userPassword: secret
LDIF
start_directory people ldap://127.0.0.1:389/

recipe 'Postfix and users in an LDAP directory'
# Without the throttle, which would slow down the tests.
sed -i 's/^OPTIONS="/&--throttle off /' /etc/default/saslauthd
service saslauthd restart >"$folder/restart"
succeeds 2525 PLAIN alice@example.org secret
logins() { # state
    for mechanism in PLAIN LOGIN; do
        echo "$1, $mechanism right: $(login 2525 $mechanism alice@example.org secret)"
        echo "$1, $mechanism wrong: $(login 2525 $mechanism alice@example.org Secret)"
        echo "$1, $mechanism unknown: $(login 2525 $mechanism nobody@example.org secret)"
        echo "$1, $mechanism any: $(login 2525 $mechanism '*@example.org' secret)"
        echo "$1, $mechanism two entries: $(login 2525 $mechanism both@example.org secret)"
    done
}
logins up
stop_directory people
for mechanism in PLAIN LOGIN; do echo "down, $mechanism right: $(login 2525 $mechanism alice@example.org secret)"; done
start_directory people ldap://127.0.0.1:389/
# The server may be skipped for a while, but there is no other.
logins back
# A reader that is rejected is no wrong password.
sed -i 's/directory-word/another-word/' /etc/saslauthd.conf
service saslauthd restart >"$folder/restart"
echo "reader rejected: $(login 2525 PLAIN alice@example.org secret)"
stop_saslauthd /var/spool/postfix/var/run/saslauthd
auth_failures
# The number of lines with a password.
grep -c 'directory-word\|another-word\|secret' "$folder/syslog" || true
