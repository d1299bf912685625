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

urls=ldapi:///
. "$(dirname "$0")/pass-through.sh"

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
