# For benchmarks on a system of their own: daemons, each with a name and the run directory /run/NAME. They have `fail`, `await` and a
# function `ask`, which sends a daemon a good login: its arguments are the name, and options of testsaslauthd, of which the last counts.
answers() { ask "$1" > /dev/null 2>&1; }
has_ended() { [[ ! -e /proc/$1 ]]; }

# Starts a daemon with a name by the further words, and waits until it answers. What it answers has to be right before it is measured.
start() {
    local server=$1
    shift
    mkdir -p "/run/$server"
    timeout 30 "$@" -m "/run/$server" < /dev/null 2> "$scratch/$server.log" ||
        fail "$* does not start: $(cat "$scratch/$server.log")"
    await "$* does not answer: $(cat "$scratch/$server.log")" answers "$server"
    local code=0
    ask "$server" -p wrong > /dev/null 2>&1 || code=$?
    ((code == 1)) || fail "$* does not refuse a wrong password: testsaslauthd exits with $code"
}

# Ends it, and waits for that.
stop() {
    local pid
    read -r pid < "/run/$1/saslauthd.pid"
    kill "$pid"
    await "$1 does not end" has_ended "$pid"
}
