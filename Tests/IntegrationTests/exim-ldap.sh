#!/bin/sh
# Tests Debian's Exim, which asks OpenLDAP for passwords by its ldapauth, and saslauthd directly; OpenLDAP asks our saslauthd,
# which asks another directory. Prints a line for each login. Runs on a private system. Arguments: a scratch folder, the
# folder with the built programs, and the one with the unpacked packages.
set -eu
export LC_ALL=C
folder=$1
bin=$2
packages=$3

[ -d "$packages" ] || { echo "the servers are not unpacked yet: make test-packages"; exit 1; }
fail() { echo "$*"; cat "$folder/syslog" /var/log/exim4/* 2>/dev/null | tail -40; exit 1; }

. "$(dirname "$0")/recipe-system.sh"
. "$(dirname "$0")/directories.sh"
urls='ldapi:/// ldap://127.0.0.1/'
. "$(dirname "$0")/pass-through.sh"
. "$(dirname "$0")/exim-start.sh"

# A user with a password of odd characters, in both directories.
for server in dc1 dc2; do
    ldapadd -x -H "ldaps://$server.ad.example/" -D cn=admin,dc=ad,dc=example -w secret >"$folder/add" <<'END'
dn: cn=Carl,ou=people,dc=ad,dc=example
objectClass: inetOrgPerson
objectClass: windowsAccount
cn: Carl
sn: Carl
sAMAccountName: carl, jr
userPassword: s3cret "with" \ ümläut
END
done
ldapadd -x -H ldapi:/// -D cn=admin,dc=example,dc=org -w secret >"$folder/add" <<'END'
dn: uid=carl\2C jr,ou=people,dc=example,dc=org
objectClass: inetOrgPerson
cn: Carl
sn: Carl
uid: carl, jr
userPassword: {SASL}carl, jr@ad.example
END

# PLAIN by ldapauth, LOGIN by saslauthd.
mkdir -p /etc/exim4/conf.d/auth
usermod --append --groups sasl Debian-exim
cat >$authenticators <<'END'
plain:
  driver = plaintext
  public_name = PLAIN
  server_prompts = :
  server_condition = ${if ldapauth{user="uid=${quote_ldap_dn:$auth2},ou=people,dc=example,dc=org" pass=${quote:$auth3} ldap://127.0.0.1/}{yes}{no}}
  server_set_id = $auth2
  server_advertise_condition = ${if def:tls_in_cipher}

login:
  driver = plaintext
  public_name = LOGIN
  server_prompts = Username:: : Password::
  server_condition = ${if saslauthd{{$auth1}{$auth2}{smtp}{ad.example}}{yes}{no}}
  server_set_id = $auth1
  server_advertise_condition = ${if def:tls_in_cipher}
END
echo 'heavy 2525' >"$folder/exims"
service exim4 restart
succeeds 2525 PLAIN alice secret

odd='s3cret "with" \ ümläut'
logins() { # state
    for mechanism in PLAIN LOGIN; do
        echo "$1, $mechanism right: $(login 2525 $mechanism alice secret)"
        echo "$1, $mechanism right, odd: $(login 2525 $mechanism 'carl, jr' "$odd")"
        echo "$1, $mechanism wrong: $(login 2525 $mechanism alice Secret)"
        echo "$1, $mechanism unknown there: $(login 2525 $mechanism bob secret)"
        echo "$1, $mechanism unknown: $(login 2525 $mechanism '*' secret)"
        echo "$1, $mechanism another entry: $(login 2525 $mechanism 'alice,ou=people' secret)"
    done
}
logins up
stop_directory dc1
logins 'first down'
stop_directory dc2
logins 'both down'
start_directory dc1 ldaps://127.0.0.2:636/
succeeds 2525 LOGIN alice secret
logins back
stop_directory local
logins 'OpenLDAP down'
stop_saslauthd /run/saslauthd
log_is_written
echo "unavailable: $(grep -c 'auth unavailable: .*\[user=alice\]' "$folder/syslog")"
echo "passwords: $(grep -c 'directory-word\|secret\|s3cret' "$folder/syslog" || true)"
