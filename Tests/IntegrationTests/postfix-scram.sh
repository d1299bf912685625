#!/bin/sh
# Tests Debian's gsasl, msmtp and swaks, which need not send the password, with Debian's Postfix in its chroot and our
# saslauthd, as in saslauthd-recipes(7); prints a line for each login. Runs on a private system. Arguments: a scratch
# folder, and the folder with the built programs.
set -eu
export LC_ALL=C
folder=$1
bin=$2

fail() { echo "$*"; tail -40 "$folder/syslog" 2>/dev/null; exit 1; }
. "$(dirname "$0")/postfix-dovecot-start.sh"

recipe 'Postfix without Cyrus SASL'
# Without the throttle, which would slow down the tests.
sed -i 's/^OPTIONS="/&--throttle off /; /^OPTIONS/s/user=postfix/&,mechanisms=plain+login+cram-md5+scram-sha-1+scram-sha-256/' \
    /etc/default/saslauthd
service saslauthd restart >"$folder/restart"
# Postfix reads the list of mechanisms once for each connection to saslauthd, which a restart closes.
succeeds 2525 PLAIN alice@example.org secret
printf 's3cret, "with" \\ ümläut' | saslpasswd2 -p -c -u example.org 'b,o=b'
odd='s3cret, "with" \ ümläut'

# The codes of the answers to AUTH: no client goes on after a refusal.
codes() { sed -n 's/^\(<-- \)\{0,1\}\(235\|[45][0-9][0-9]\) .*/\2/p' "$folder/client" | head -1; }
gsasl_login() { # mechanism user password, options of the connection
    mechanism=$1 user=$2 password=$3
    shift 3
    [ $# -gt 0 ] || set -- --connect=127.0.0.1:2527 --no-starttls --no-cb
    gsasl --smtp --mechanism="$mechanism" --authentication-id="$user" --authorization-id="$user" --password="$password" "$@" \
        >"$folder/client" 2>&1 </dev/null || true
    codes
}
msmtp_login() { # mechanism user password, options
    mechanism=$1 user=$2
    printf '%s\n' "$3" >"$folder/password"
    shift 3
    printf 'Subject: hello\n\nhello\n' | msmtp --file=/dev/null --debug --host=127.0.0.1 --port=2527 --tls=off \
        --auth="$mechanism" --user="$user" --passwordeval="cat $folder/password" --from=alice@example.org "$@" \
        root@example.org >"$folder/client" 2>&1 || true
    codes
}
swaks_login() { # mechanism user password
    swaks --server 127.0.0.1 --port 2527 --auth "$1" --auth-user "$2" --auth-password "$3" --quit-after AUTH 2>&1 |
        sed -n 's/^<[-*]* *\(235\|[45][0-9][0-9]\) .*/\1/p' | tail -1
}

for client in gsasl msmtp; do
    for mechanism in SCRAM-SHA-256 SCRAM-SHA-1 CRAM-MD5 PLAIN; do
        [ $client = gsasl ] && name=$mechanism || name=$(echo $mechanism | tr A-Z a-z)
        echo "$client $mechanism right: $(${client}_login "$name" alice@example.org secret)"
        echo "$client $mechanism right, odd: $(${client}_login "$name" b,o=b@example.org "$odd")"
        echo "$client $mechanism wrong: $(${client}_login "$name" alice@example.org Secret)"
        echo "$client $mechanism unknown: $(${client}_login "$name" nobody@example.org secret)"
    done
done
for login in "alice@example.org secret" "alice@example.org Secret" "nobody@example.org secret"; do
    echo "swaks CRAM-MD5 $login: $(swaks_login CRAM-MD5 $login)"
done
# Without --no-cb, this version gives up before it sends anything, with any server.
echo '127.0.0.1 mail.example.org' >>/etc/hosts
echo "gsasl over TLS: $(gsasl_login SCRAM-SHA-256 alice@example.org secret --connect=mail.example.org:2525 --starttls \
    --no-cb --x509-ca-file=/etc/postfix/cert.pem)"
# Without TLS msmtp chooses the strongest mechanism.
echo "msmtp, its choice: $(msmtp_login on alice@example.org secret)"
echo "testsaslauthd: $(testsaslauthd --dovecot $socket -u alice -r example.org -s smtp --mechanism SCRAM-SHA-256 -p secret)"
mails() { sed -n 's/.*postfix\/one\/smtpd\[[0-9]*\]: .*\(sasl_method=.*\)/\1/p' "$folder/syslog"; }
has_mails() { [ "$(mails | wc -l)" -ge 9 ]; }
await "mail is not logged: $(mails)" has_mails
mails | sort | uniq -c | sed 's/^ *//'
has_failures() { [ "$(auth_failures | awk '{ all += $1 } END { print all + 0 }')" -ge 18 ]; }
await "refusals are not logged: $(auth_failures)" has_failures
auth_failures
! grep 's3cret\|Secret' "$folder/syslog" || echo "a password is in the log"
