#!/bin/bash
# Runs a worker of each mechanism with a real back end under valgrind, and fails if one uses memory wrongly or loses some
# with each request.
#
# usage: leaks.sh FOLDER
# FOLDER contains the programs, built for release. MECHANISMS in the environment selects some, REQUESTS is the amount,
# and QUICK=1 makes it small. It runs on a private system, which needs root, and changes nothing of the machine.
set -euo pipefail

limit=3000
. "$(dirname "$0")/inside.sh"
. "$(dirname "$0")/amounts.sh"
readonly requests=${REQUESTS:-$(amount 300 60)}
readonly all="sasldb shadow getpwent pam rimap pop3 mysql mysql-crypt ldap ldap-custom ldap-fastbind"
readonly mechanisms=${MECHANISMS:-$all}
for name in $mechanisms; do
    [[ " $all " == *" $name "* ]] || die "MECHANISMS: $name is none of $all"
done
# A cost at which valgrind hashes ten passwords a second.
hash=$(openssl passwd -6 secret)
readonly hash folder=$scratch

# Whether any of the mechanisms was chosen.
wanted() {
    local name
    for name; do [[ " $mechanisms " != *" $name "* ]] || return 0; done
    return 1
}

# Valgrind cannot read what the linker writes for debuggers; the names of functions are left.
mkdir "$scratch/programs"
for mechanism in sasldb shadow getpwent pam rimap pop3 mysql ldap; do
    strip --strip-debug -o "$scratch/programs/saslauthd-$mechanism" "$programs/saslauthd-$mechanism"
done

echo secret | "$programs/saslpasswd2" -p -c -f "$scratch/sasldb2" -u example.org alice
chmod 644 "$scratch/sasldb2"
echo "alice:x:2001:2001::/:/bin/sh" >> /etc/passwd
echo "alice:$hash:20000:0:99999:7:::" >> /etc/shadow
echo "public:$hash:2002:2002::/:/bin/sh" >> /etc/passwd
printf 'auth required pam_unix.so nodelay\naccount required pam_unix.so\n' > /etc/pam.d/smtp

if wanted rimap pop3; then
    . "$tests/IntegrationTests/dovecot-start.sh"
    configure_dovecot "$scratch" <<< "protocols = imap pop3"
    echo 'alice:{PLAIN}secret::::::' > "$scratch/users"
    dovecot -c "$scratch/dovecot.conf"
fi
if wanted mysql mysql-crypt; then
    # The script sets `socket`.
    . "$tests/IntegrationTests/mariadb.sh"
    line="user=mail passwd=database-word host=$socket db=mail table=logins usercolumn=username"
    mariadb --no-defaults --socket="$socket" << END
CREATE TABLE mail.logins (username VARCHAR(255) PRIMARY KEY, plain VARCHAR(255), password VARCHAR(255));
INSERT INTO mail.logins VALUES ('alice', 'secret', '$hash');
END
fi
if wanted ldap ldap-custom ldap-fastbind; then
    mkdir "$scratch/data"
    cat > "$scratch/slapd.conf" << END
loglevel 0
include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/inetorgperson.schema
modulepath /usr/lib/ldap
moduleload back_mdb
pidfile $scratch/slapd.pid
database mdb
suffix "dc=example,dc=org"
rootdn "cn=root,dc=example,dc=org"
rootpw reader-word
directory $scratch/data
END
    slapadd -q -f "$scratch/slapd.conf" << END
dn: dc=example,dc=org
objectClass: dcObject
objectClass: organization
o: Example
dc: example

dn: uid=alice,dc=example,dc=org
objectClass: inetOrgPerson
uid: alice
cn: a
sn: a
userPassword: secret
END
    slapd -f "$scratch/slapd.conf" -h ldap://127.0.0.1:389/
    for method in bind custom fastbind; do
        printf 'ldap_servers: ldap://127.0.0.1/\nldap_auth_method: %s\n' "$method" > "$scratch/$method.conf"
    done
    for method in bind custom; do
        printf 'ldap_bind_dn: cn=root,dc=example,dc=org\nldap_bind_pw: reader-word\nldap_search_base: dc=example,dc=org\n' >> "$scratch/$method.conf"
    done
    echo 'ldap_filter: uid=%u,dc=example,dc=org' >> "$scratch/fastbind.conf"
    chmod 640 "$scratch"/*.conf
fi

echo "a worker of each mechanism under valgrind, $requests and $((2 * requests)) requests: bytes"
printf '%-16s%9s%8s%12s%14s%12s%14s\n' mechanism requests errors lost "each request" kept "each request"
status=0
# Runs the mechanism $1, whose program is saslauthd-$2, with the option $3 for the login $4.
try() {
    wanted "$1" || return 0
    printf '%-16s' "$1"
    python3 "$tests/Benchmarks/leaks.py" "$scratch/programs/saslauthd-$2" "$3" "${5:-$requests}" "$4" secret || status=1
}
readonly few=$((requests < 60 ? requests : 60))
try sasldb sasldb "$scratch/sasldb2" alice
try shadow shadow "" alice "$few"
try getpwent getpwent "" public "$few"
try pam pam "" alice "$few"
try rimap rimap 127.0.0.1/143 alice
try pop3 pop3 127.0.0.1/110 alice
try mysql mysql "${line-} passwdcolumn=plain crypt=0" alice
try mysql-crypt mysql "${line-} passwdcolumn=password crypt=1" alice "$few"
try ldap ldap "$scratch/bind.conf" alice
try ldap-custom ldap "$scratch/custom.conf" alice
try ldap-fastbind ldap "$scratch/fastbind.conf" alice
exit $status
