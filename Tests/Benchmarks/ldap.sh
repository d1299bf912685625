#!/bin/bash
# Compares this saslauthd with Debian's on a directory: a search and a bind for each login, in turn, one, 8 and 64 at a
# time; and 64 at a time on a server that takes 100 ms for each bind of a user.
#
# The directory runs on the same processors, and needs most of their time: that limits the first three ratios.
#
# usage: ldap.sh FOLDER
# FOLDER contains the programs, built for release. ROUNDS, LOGINS and SLOW_LOGINS in the environment set the amount, and
# QUICK=1 makes it small. It runs on a private system, which needs root, and changes nothing of the machine.
set -euo pipefail

. "$(dirname "$0")/inside.sh"
. "$(dirname "$0")/amounts.sh"
. "$(dirname "$0")/daemons.sh"
readonly rounds=${ROUNDS:-$(amount 5 1)} logins=${LOGINS:-$(amount 4000 200)}
readonly slow_logins=${SLOW_LOGINS:-$(amount 3000 100)} cyrus_slow_logins=${CYRUS_SLOW_LOGINS:-$(amount 200 20)}

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
directory $scratch/data
index uid eq
END
{
    printf 'dn: dc=example,dc=org\nobjectClass: dcObject\nobjectClass: organization\no: Example\ndc: example\n\n'
    printf 'dn: cn=reader,dc=example,dc=org\nobjectClass: person\ncn: reader\nsn: r\nuserPassword: reader-word\n\n'
    printf 'dn: ou=people,dc=example,dc=org\nobjectClass: organizationalUnit\nou: people\n\n'
    for ((number = 0; number < 1000; number++)); do
        printf 'dn: uid=user%d,ou=people,dc=example,dc=org\nobjectClass: inetOrgPerson\nuid: user%d\ncn: u\nsn: u\n' \
            "$number" "$number"
        printf 'userPassword: secret\n\n'
    done
} | slapadd -q -f "$scratch/slapd.conf"
slapd -f "$scratch/slapd.conf" -h ldap://127.0.0.1:389/

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

# Prints how many good logins the daemon $1 answers in a second; sends $2, of which $3 are in flight.
rate() {
    ask "$1" -R "$2" --concurrency "$3" > "$scratch/load" || fail "$1: $(cat "$scratch/load")"
    sed -n 's/^answers per second: //p' "$scratch/load"
}

median() { printf '%s\n' "$@" | sort -n | sed -n "$((($# + 1) / 2))p"; }

# Prints a row, and fails if the ratio is below the floor.
row() { # title floor
    awk -v title="$1" -v floor="$(amount "$2" 0)" -v c="$(median "${cyrus[@]}")" -v o="$(median "${ours[@]}")" 'BEGIN {
        printf "%-32s%12.0f%12.0f%10.1f\n", title, c, o, o / c
        exit o / c < floor
    }' || fail "$1: ours must answer at least $2 times as many"
}

echo "ldap, bind method, answers per second, medians of $rounds; $(nproc) processors"
printf '%-32s%12s%12s%10s\n' "" "original" ours ratio
start cyrus /usr/sbin/saslauthd -a ldap -O "$scratch/ldap.conf" -n 5
start ours "$programs/saslauthd" --throttle off -a ldap -O "$scratch/ldap.conf"
while read -r at_a_time floor; do
    cyrus=()
    ours=()
    for ((round = 0; round < rounds; round++)); do
        cyrus+=("$(rate cyrus "$logins" "$at_a_time")")
        ours+=("$(rate ours "$logins" "$at_a_time")")
    done
    row "slapd, $at_a_time at a time" "$floor"
done << END
1 0.9
8 0.9
64 1.5
END
stop cyrus
stop ours

coproc slow { python3 "$tests/Support/ldap-server" slow=100 /dev/null; }
read -r address <&"${slow[0]}"
settings "${address##*:}" > "$scratch/slow.conf"
chmod 640 "$scratch/slow.conf"
start cyrus /usr/sbin/saslauthd -a ldap -O "$scratch/slow.conf" -n 5
start ours "$programs/saslauthd" --throttle off -a ldap -O "$scratch/slow.conf"
cyrus=("$(rate cyrus "$cyrus_slow_logins" 64)")
ours=("$(rate ours "$slow_logins" 64)")
row "binds take 100 ms, 64 at a time" 10
stop cyrus
stop ours
