# For scripts on a private system: OpenLDAP that asks saslauthd for the passwords of {SASL}, and our saslauthd that asks another
# directory over TLS, on two servers, as in saslauthd-recipes(7). They have sourced recipe-system.sh and directories.sh, and set
# the URLs of the first directory.

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
start_directory local "$urls"
stand_in restart-slapd "process=\$(cat $directories/local.pid)
kill \$process
while [ -e /proc/\$process ]; do sleep 0.02; done
slapd -f $directories/local.conf -h '$urls' -u openldap -g openldap || exit 1
for url in $urls; do
    while ldapwhoami -x -H \$url >/dev/null 2>&1; [ \$? -eq 255 ]; do sleep 0.02; done
done"

recipe 'OpenLDAP that asks another directory'
# Without the throttle, which would slow down the tests.
sed -i 's/^OPTIONS="/&--throttle off /' /etc/default/saslauthd
service saslauthd restart >"$folder/restart"
