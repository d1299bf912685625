# For scripts that carry out recipes on a private system: `recipe`, and stand-ins for packages and services. They set a
# folder and the folder with the built programs, and define a function `fail`.
here=$(realpath "$(dirname "$0")")
. "$here/await.sh"
mkdir -p "$folder/stand-ins"
stand_in() { # name, script
    printf '#!/bin/sh\n%s\n' "$2" >"$folder/stand-ins/$1"
    chmod 755 "$folder/stand-ins/$1"
}
# The packages are installed already; Exim has a single configuration file.
for name in apt-get dnf update-exim4.conf; do stand_in $name :; done
stand_in service 'case $1 in
saslauthd) DAEMON='"$bin"'/saslauthd exec '"$here"'/../../packaging/debian/saslauthd.init "$2" ;;
*) exec "restart-$1" ;;
esac'
# Services of Red Hat; the daemon reads its settings as in the unit.
stand_in systemctl 'exec "restart-$2"'
stand_in restart-saslauthd '. /etc/sysconfig/saslauthd
[ ! -e "$SOCKETDIR/saslauthd.pid" ] || kill "$(cat "$SOCKETDIR/saslauthd.pid")"
while [ -e "$SOCKETDIR/saslauthd.pid" ]; do sleep 0.02; done
exec saslauthd --settings /etc/sysconfig/saslauthd'
stand_in restart-postfix 'postfix stop
exec postfix start'
PATH=$folder/stand-ins:$bin:$PATH
getent group sasl >/dev/null || groupadd --system sasl

recipe() { "$here/recipe" "$@" >"$folder/recipe" 2>&1 || fail "$*: $(cat "$folder/recipe")"; }

stop_saslauthd() { # run directory
    kill "$(cat "$1/saslauthd.pid")"
    await "saslauthd does not end" test ! -e "$1/mux"
}

# The log lines of refused logins, numbered.
auth_failures() {
    log_is_written
    sed -n 's/^\(<[0-9]*>\).* saslauthd\[[0-9]*\]: \( *: auth failure.*\) \[peer=.*/\1\2/p' "$folder/syslog" | sort | uniq -c |
        sed 's/^ *//'
}

try() { # port mechanism user password
    swaks --server 127.0.0.1 --port "$1" --tls --auth "$2" --auth-user "$3" --auth-password "$4" --quit-after AUTH 2>&1
}
# Prints the code of the reply to AUTH. A session that does not get as far as that is repeated: it says nothing about
# the login.
login() {
    for attempt in 1 2 3 4 5; do
        session=$(try "$@" || true)
        ! echo "$session" | grep -q '^ ~> AUTH' || break
        echo "no AUTH: $(echo "$session" | tail -5)" >&2
    done
    echo "$session" | sed -n 's/^<~[* ] *\(235\|[45][0-9][0-9]\) .*/\1/p' | tail -1
}
succeeds() { # port mechanism user password
    i=0
    until [ "$(login "$@")" = 235 ]; do
        i=$((i + 1))
        [ $i -lt 600 ] || fail "$1: nobody can log in: $(try "$@" | tail -5)"
        sleep 0.1
    done
}
