#!/bin/bash
# Checks that answers and their times do not tell which users exist. Wrong passwords, with sasldb: over a socket of
# --dovecot with SCRAM-SHA-256, SCRAM-SHA-1, CRAM-MD5 and PLAIN, and over the mux. Over the mux, too: shadow with yescrypt;
# mysql and ldap (its method custom) with SHA512-CRYPT.
#
# usage: existence.sh FOLDER
# FOLDER contains the programs, built for release. ATTEMPTS and ROUNDS in the environment set the amount, BETWEEN (0) how
# many attempts of users who do not exist are made after each, MECHANISMS which of these are asked, and QUICK=1 makes it
# small. It runs on a private system, which needs root, and changes nothing of the machine.
set -euo pipefail

limit=1800
. "$(dirname "$0")/inside.sh"
. "$(dirname "$0")/amounts.sh"
. "$(dirname "$0")/rows.sh"
. "$(dirname "$0")/daemons.sh"
readonly attempts=${ATTEMPTS:-$(amount 2000 20)} rounds=${ROUNDS:-$(amount 3 1)}
readonly mechanisms=${MECHANISMS:-SCRAM-SHA-256 SCRAM-SHA-1 CRAM-MD5 PLAIN mux shadow mysql ldap}
readonly numbers=(10 12 14 16 18 20 22 24 26 28)

# Sends a good login to the daemon $1; further options override it.
ask() {
    local server=$1
    shift
    timeout 60 "$programs/testsaslauthd" -f "/run/$server/mux" -u user10 -r "$realm" -p secret -s smtp "$@"
}

# Compares the users with those numbers with others, whose names stand between theirs; the arguments are a socket.
check() {
    local number known=() unknown=() domain=${realm:+@$realm}
    for number in "${numbers[@]}"; do
        known+=("user$number$domain")
        unknown+=("user$((number + 1))$domain")
    done
    python3 "$tests/Benchmarks/existence.py" "$@" --attempts "$attempts" --rounds "$rounds" --between "${BETWEEN:-0}" \
        --warm-up "$(amount 100 2)" --known "${known[@]}" --unknown "${unknown[@]}" | tee "$scratch/result" || status=1
    # None is without a difference if one is in every round, or in the answers.
    local found
    found=$(sed -n 's/^known and unknown users do not differ in every round; .* in \([0-9]*\) of .*/\1/p' "$scratch/result")
    keep "$mechanism: rounds without a difference" rounds "all of them" "$rounds" "$((rounds - ${found:-rounds}))" 0.33
}

start_sasldb() {
    local number
    mkdir "$scratch/sockets"
    for number in "${numbers[@]}"; do
        echo secret | "$programs/saslpasswd2" -p -c -f "$scratch/sasldb2" -u "$realm" "user$number"
    done
    chmod 644 "$scratch/sasldb2"
    start sasldb "$programs/saslauthd" -a sasldb -O "$scratch/sasldb2" --throttle off \
        --dovecot "$scratch/sockets/auth,mechanisms=plain+cram-md5+scram-sha-1+scram-sha-256"
}

start_shadow() {
    local number hash
    hash=$(mkpasswd -m yescrypt secret)
    for number in "${numbers[@]}"; do
        echo "user$number:x:$((2000 + number)):2000::/:/bin/sh" >> /etc/passwd
        echo "user$number:$hash:20000:0:99999:7:::" >> /etc/shadow
    done
    start shadow "$programs/saslauthd" -a shadow --throttle off
}

start_mysql() {
    # Used by mariadb.sh.
    folder=$scratch
    . "$tests/IntegrationTests/mariadb.sh"
    mariadb --no-defaults --socket="$socket" << END
CREATE TABLE mail.logins (username VARCHAR(255) PRIMARY KEY, password VARCHAR(255));
INSERT INTO mail.logins SELECT CONCAT('user', seq, '@$realm'), '$(mkpasswd -m sha-512 secret)'
    FROM mysql.seq_${numbers[0]}_to_${numbers[-1]}_step_2;
END
    start mysql "$programs/saslauthd" -r --throttle off -a mysql -O \
        "user=mail passwd=database-word host=$socket db=mail table=logins usercolumn=username passwdcolumn=password crypt=1"
}

start_ldap() {
    local number hash
    hash="{CRYPT}$(mkpasswd -m sha-512 secret)"
    # Used by directories.sh.
    folder=$scratch
    . "$tests/IntegrationTests/directories.sh"
    {
        printf 'dn: o=example\nobjectClass: organization\no: example\n\n'
        for number in "${numbers[@]}"; do
            printf 'dn: uid=user%d,o=example\nobjectClass: inetOrgPerson\nuid: user%d\ncn: u\nsn: u\nuserPassword: %s\n\n' \
                "$number" "$number" "$hash"
        done
    } | make_directory people o=example "loglevel 0" "index uid eq"
    start_directory people ldap://127.0.0.1/
    cat > "$scratch/ldap.conf" << END
ldap_servers: ldap://127.0.0.1/
ldap_bind_dn: cn=admin,o=example
ldap_bind_pw: secret
ldap_search_base: o=example
ldap_filter: uid=%u
ldap_auth_method: custom
END
    chmod 640 "$scratch/ldap.conf"
    start ldap "$programs/saslauthd" -a ldap -O "$scratch/ldap.conf" --throttle off
}

status=0
for mechanism in $mechanisms; do
    echo
    echo "-- $mechanism"
    realm=example.org words=()
    case $mechanism in
    shadow | mysql | ldap)
        # As with the original, shadow's answers to the local client tell why.
        [[ $mechanism != shadow ]] || realm= words=(--verdicts)
        "start_$mechanism"
        check --mux "/run/$mechanism/mux" "${words[@]}"
        stop "$mechanism"
        ;;
    *)
        [[ -e $scratch/sasldb2 ]] || start_sasldb
        socket=(--dovecot "$scratch/sockets/auth" --mechanism "$mechanism")
        [[ $mechanism != mux ]] || socket=(--mux /run/sasldb/mux)
        check "${socket[@]}"
        ;;
    esac
done
[[ ! -e $scratch/sasldb2 ]] || stop sasldb
[[ ! -v mariadb ]] || kill "$mariadb"
((status == 0)) || exit 1
end_rows
