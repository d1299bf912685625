# For scripts that need LDAP servers on a private system; they define `folder`, `fail`, `await` and `stand_in`. The files are
# in /run, where the servers' account may read them.
directories=/run/directories
mkdir -m 755 $directories

# A certificate that the system trusts.
certificate() { # host
    openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj "/CN=$1" -addext "subjectAltName=DNS:$1" \
        -keyout "$directories/$1.key" -out "$directories/$1.pem" 2>/dev/null
    chmod 644 "$directories/$1.key"
    cat "$directories/$1.pem" >>/etc/ssl/certs/ca-certificates.crt
}
# A directory with the entries of the standard input; further lines of its settings follow the name, and then those of
# its database.
make_directory() { # name, suffix, lines, lines
    mkdir "$directories/$1"
    cat >"$directories/$1.conf" <<CONF
include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/inetorgperson.schema
moduleload back_mdb
pidfile $directories/$1.pid
attributetype ( 1.3.6.1.4.1.4203.666.1.90 NAME 'sAMAccountName' EQUALITY caseIgnoreMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.15 )
objectclass ( 1.3.6.1.4.1.4203.666.3.90 NAME 'windowsAccount' SUP top AUXILIARY MAY sAMAccountName )
$3
database mdb
suffix "$2"
directory $directories/$1
rootdn "cn=admin,$2"
rootpw secret
access to attrs=userPassword by anonymous auth by * none
access to * by users read by * none
${4:-}
CONF
    cat >"$folder/$1.ldif"
    slapadd -f "$directories/$1.conf" -l "$folder/$1.ldif" >"$folder/slapadd.log" 2>&1 || fail "$(cat "$folder/slapadd.log")"
    chown -R openldap:openldap $directories
}
# Whether a server answers, if only that it refuses to say anything: 255 is "Can't contact LDAP server".
directory_answers() { # URL
    code=0
    LDAPTLS_REQCERT=never ldapwhoami -x -H "$1" >/dev/null 2>&1 || code=$?
    [ $code -ne 255 ]
}
start_directory() { # name, URLs
    slapd -f "$directories/$1.conf" -h "$2" -u openldap -g openldap || fail "slapd does not start: $2"
    # It goes into the background before it listens.
    for url in $2; do
        await "slapd does not answer at $url" directory_answers "$url"
    done
}
stop_directory() { # name
    process=$(cat "$directories/$1.pid")
    kill "$process"
    await "slapd does not end" test ! -e "/proc/$process"
}
