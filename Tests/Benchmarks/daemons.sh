# For benchmarks on a private system: daemons, each with a name and the run directory /run/NAME. The caller defines
# `fail`, `await` and `ask`, which sends a daemon a good login: its arguments are the name, and options of
# testsaslauthd; later options override earlier ones.
answers() { ask "$1" > /dev/null 2>&1; }
has_ended() { [[ ! -e /proc/$1 ]]; }

# Starts daemon $1 with the command in the other arguments, waits until it answers, and checks that its verdicts are
# right.
start() {
    local server=$1
    shift
    # A process of Debian's daemon can outlive its parent, and then keeps the lock without which no other accepts.
    rm -rf "/run/${server:?}"
    mkdir "/run/$server"
    timeout 30 "$@" -m "/run/$server" < /dev/null 2> "$scratch/$server.log" ||
        fail "$* does not start: $(cat "$scratch/$server.log")"
    await "$* does not answer: $(cat "$scratch/$server.log")" answers "$server"
    local code=0
    ask "$server" -p wrong > /dev/null 2>&1 || code=$?
    ((code == 1)) || fail "$* does not refuse a wrong password: testsaslauthd exits with $code"
}

# Prints the file $2 in /proc of each process of the daemon $1, except those that exit meanwhile.
processes() {
    local pid child
    read -r pid < "/run/$1/saslauthd.pid"
    for child in "$pid" $(cat "/proc/$pid/task/$pid/children"); do
        cat "/proc/$child/$2" 2> /dev/null || true
    done
}

# Stops it, and waits until it has exited.
stop() {
    local pid
    read -r pid < "/run/$1/saslauthd.pid"
    kill "$pid"
    await "$1 does not end" has_ended "$pid"
}
