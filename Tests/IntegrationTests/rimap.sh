#!/bin/sh
# Tests Debian's Postfix and Exim with our saslauthd and Debian's Dovecot, by IMAP without and with TLS, as in
# saslauthd-recipes(7); prints a line for each login. Runs on a private system. Arguments: a scratch folder, the folder
# with the built programs, and the one with the unpacked packages.
set -eu
folder=$1
bin=$2
packages=$3

fail() { echo "$*"; cat "$folder/syslog" "$folder/dovecot.log" 2>/dev/null | tail -40; exit 1; }

. "$(dirname "$0")/recipe-system.sh"
. "$(dirname "$0")/dovecot-start.sh"
. "$(dirname "$0")/postfix-start.sh"
# Exim on port 2528; it sends the whole login, and no realm.
. "$(dirname "$0")/exim-start.sh"
echo 'light 2528' >"$folder/exims"

# The IMAP server has a name, and a certificate of an authority that the system trusts.
openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=imap.example.org -addext subjectAltName=DNS:imap.example.org \
    -keyout "$folder/imap.key" -out "$folder/imap.pem" 2>/dev/null
cat "$folder/imap.pem" >>/etc/ssl/certs/ca-certificates.crt
echo '127.0.0.1 imap.example.org' >>/etc/hosts
cat >"$folder/users" <<'END'
alice@example.org:{PLAIN}secret::::::
jörg@example.org:{PLAIN}s3cret "with" \ ümläut::::::
END
configure_dovecot "$folder" <<END
ssl = yes
ssl_cert = <$folder/imap.pem
ssl_key = <$folder/imap.key
disable_plaintext_auth = yes
auth_username_chars =
END
dovecot -c "$folder/dovecot.conf" || fail "Dovecot does not start"

listens() { ss --listening --tcp --numeric --no-header "sport = :$1" | grep -q .; }
logins() { # way, port
    succeeds "$2" PLAIN alice@example.org secret
    for mechanism in PLAIN LOGIN; do
        echo "$1, $2 $mechanism right: $(login "$2" $mechanism alice@example.org secret)"
        echo "$1, $2 $mechanism right, odd: $(login "$2" $mechanism jörg@example.org 's3cret "with" \ ümläut')"
        echo "$1, $2 $mechanism wrong: $(login "$2" $mechanism alice@example.org Secret)"
        echo "$1, $2 $mechanism unknown: $(login "$2" $mechanism nobody@example.org secret)"
    done
}
outage() { # way, port of Dovecot
    doveadm -c "$folder/dovecot.conf" stop
    while listens "$2"; do sleep 0.02; done
    echo "$1, 2526 Dovecot is down: $(login 2526 PLAIN alice@example.org secret)"
    echo "$1, 2528 Dovecot is down: $(login 2528 LOGIN alice@example.org secret)"
    dovecot -c "$folder/dovecot.conf"
    until listens "$2"; do sleep 0.02; done
    echo "$1, 2526 back again: $(login 2526 PLAIN alice@example.org secret)"
    echo "$1, 2528 back again: $(login 2528 LOGIN alice@example.org secret)"
}
# Postfix is set up by its own recipe, regardless of saslauthd's back end.
recipe --files 'Postfix in its chroot, and a sasldb2 file'
adduser --quiet postfix sasl
service postfix restart 2>/dev/null
recipe 'Exim and an IMAP server'
# Without the throttle, which would slow down the tests.
sed -i 's/^OPTIONS="/&--throttle off /' /etc/default/saslauthd
service saslauthd restart >"$folder/restart"
for port in 2526 2528; do logins plain $port; done
outage plain 143
recipe 'Exim and an IMAP server, over TLS'
for port in 2526 2528; do logins TLS $port; done
# What --check prints of it, without what varies.
check() { # password, servers
    printf '%s\n' "$1" | "$bin/saslauthd" -a rimap -r -O "$2" --check alice@example.org >"$folder/checked" 2>&1 || true
    sed 's/TLSv1.3 .*/TLSv1.3 CIPHER/; s/OK \[CAPABILITY .*/OK .../; s/greeting: .*/greeting: .../' "$folder/checked"
    cat "$folder/checked" >>"$folder/all-checked"
}
check secret imaps://imap.example.org
check Secret 'imap://imap.example.org?starttls=required'
check Secret 'imaps://127.0.0.1 imaps://127.0.0.1?insecure=any-certificate'
check Secret imap://imap.example.org?starttls=no
outage TLS 993
for secret in secret Secret "$(printf secret | base64)" "$(printf Secret | base64)" \
    "$(printf '\0alice@example.org\0secret' | base64)" "$(printf '\0alice@example.org\0Secret' | base64)"; do
    if grep -qF -- "$secret" "$folder/all-checked"; then fail "a password in the output of --check"; fi
done
stop_saslauthd /run/saslauthd
auth_failures
# The number of lines with a password.
grep -c 'secret\|s3cret' "$folder/syslog" || true
