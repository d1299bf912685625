#!/bin/bash
# Compares this saslauthd with Debian's, with 5 processes and with 50, on a directory: a search and a bind for each login,
# in turn, one, 8 and 64 at a time; and 64 at a time on a server that takes 100 ms for each bind of a user.
#
# The directory runs on the same processors, and needs most of their time: that limits the first three ratios.
#
# usage: ldap.sh FOLDER
# FOLDER contains the programs, built for release. ROUNDS, LOGINS and SLOW_LOGINS in the environment set the amount, and
# QUICK=1 makes it small. It runs on a private system, which needs root, and changes nothing of the machine.
set -euo pipefail

. "$(dirname "$0")/inside.sh"
. "$(dirname "$0")/amounts.sh"
. "$(dirname "$0")/rows.sh"
. "$(dirname "$0")/daemons.sh"
readonly rounds=${ROUNDS:-$(amount 5 1)} logins=${LOGINS:-$(amount 4000 200)}
readonly slow_logins=${SLOW_LOGINS:-$(amount 3000 100)} cyrus_slow_logins=${CYRUS_SLOW_LOGINS:-$(amount 200 20)}

# Used by directories.sh.
folder=$scratch
. "$tests/IntegrationTests/directories.sh"
{
    printf 'dn: dc=example,dc=org\nobjectClass: dcObject\nobjectClass: organization\no: Example\ndc: example\n\n'
    printf 'dn: cn=reader,dc=example,dc=org\nobjectClass: person\ncn: reader\nsn: r\nuserPassword: reader-word\n\n'
    printf 'dn: ou=people,dc=example,dc=org\nobjectClass: organizationalUnit\nou: people\n\n'
    for ((number = 0; number < 1000; number++)); do
        printf 'dn: uid=user%d,ou=people,dc=example,dc=org\nobjectClass: inetOrgPerson\nuid: user%d\ncn: u\nsn: u\n' \
            "$number" "$number"
        printf 'userPassword: secret\n\n'
    done
} | make_directory people dc=example,dc=org "loglevel 0" "index uid eq"
start_directory people ldap://127.0.0.1/

settings() { # port
    cat << END
ldap_servers: ldap://127.0.0.1:$1/
ldap_bind_dn: cn=reader,dc=example,dc=org
ldap_bind_pw: reader-word
ldap_search_base: ou=people,dc=example,dc=org
ldap_filter: uid=%u
END
}
settings 389 > "$scratch/ldap.conf"
chmod 640 "$scratch/ldap.conf"

# Sends a good login to the daemon $1; further options override it.
ask() {
    local server=$1
    shift
    timeout 200 "$programs/testsaslauthd" -f "/run/$server/mux" -s smtp -u user471 -p secret "$@"
}

# Prints how many good logins the daemon $1 answers in a second; sends $2, with $3 of them in flight.
rate() {
    ask "$1" -R "$2" --concurrency "$3" > "$scratch/load" || fail "$1: $(cat "$scratch/load")"
    per_second < "$scratch/load"
}

# Starts the daemons on the directory of the settings in file $1.
start_all() {
    start cyrus /usr/sbin/saslauthd -a ldap -O "$1" -n 5
    start cyrus-50 /usr/sbin/saslauthd -a ldap -O "$1" -n 50
    start ours "$programs/saslauthd" --throttle off -a ldap -O "$1"
}

stop_all() { for server in cyrus cyrus-50 ours; do stop "$server"; done; }

head_row "ldap, bind method, medians of $rounds runs in turn"
start_all "$scratch/ldap.conf"
compare "slapd, 1 at a time" /s "$logins 1" cyrus=0.9 cyrus-50 ours
compare "slapd, 8 at a time" /s "$logins 8" cyrus=0.9 cyrus-50 ours
compare "slapd, 64 at a time" /s "$logins 64" cyrus=1.5 cyrus-50 ours
stop_all

coproc slow { python3 "$tests/Support/ldap-server" slow=100 /dev/null; }
read -r address <&"${slow[0]}"
settings "${address##*:}" > "$scratch/slow.conf"
chmod 640 "$scratch/slow.conf"
start_all "$scratch/slow.conf"
title="binds take 100 ms, 64 at a time"
cyrus=$(rate cyrus "$cyrus_slow_logins" 64)
fifty=$(rate cyrus-50 "$slow_logins" 64)
ours=$(rate ours "$slow_logins" 64)
row "$title" /s "$(name cyrus)" "$cyrus" "$ours" 10
row "$title" /s "$(name cyrus-50)" "$fifty" "$ours"
stop_all
end_rows
