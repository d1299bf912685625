#!/bin/bash
# Compares this saslauthd with Debian's, with 5 processes and with 50: answers per second with sasldb, in turn, and
# memory. A loop in C that only answers is the limit of the machine.
#
# usage: saslauthd.sh FOLDER
# FOLDER contains the programs, built for release. REQUESTS, ROUNDS and MEMORY_REQUESTS in the environment set the
# amount, and QUICK=1 makes it small. With FIGURES, a folder, the medians are also written there to throughput.csv, for
# pictures.py,
# and all rows to rows.csv, for results.py.
# It writes only to a temporary folder and changes nothing of the machine, except that it installs sasl2-bin if it is
# missing. It uses a private copy of /etc, which needs root. Without root, only this saslauthd is measured.
set -euo pipefail

readonly limit=900 # seconds for everything
. "$(dirname "$0")/amounts.sh"
. "$(dirname "$0")/rows.sh"
readonly requests=${REQUESTS:-$(amount 30000 1500)} rounds=${ROUNDS:-$(amount 5 1)}
readonly memory_requests=${MEMORY_REQUESTS:-$(amount 100000 1500)}
readonly cyrus=/usr/sbin/saslauthd

die() {
    echo "saslauthd.sh: $*" >&2
    exit 1
}

# The name that shared scripts expect.
fail() { die "$@"; }
. "$(dirname "$0")/../IntegrationTests/await.sh"

[[ $# == 1 ]] || die "usage: saslauthd.sh FOLDER"
programs=$(realpath "$1")
for program in saslauthd testsaslauthd; do
    [[ -x $programs/$program ]] || die "$programs/$program is missing: build it for release"
done

# Runs this script again, in its own mount namespace and for a limited time.
if [[ -z ${SASLAUTHD_BENCHMARK:-} ]]; then
    if ! command -v saslpasswd2 > /dev/null || [[ ! -x $cyrus ]]; then
        [[ $EUID == 0 ]] || die "sasl2-bin is missing: install it as root"
        DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends sasl2-bin > /dev/null
    fi
    namespace=()
    export SASLAUTHD_BENCHMARK=shared
    if unshare --mount true 2> /dev/null; then
        namespace=(unshare --mount)
        SASLAUTHD_BENCHMARK=private
    fi
    exec timeout --kill-after=20 "$limit" "${namespace[@]}" "$BASH" "$0" "$programs"
fi

scratch=$(mktemp --directory --tmpdir saslauthd-benchmark.XXXXXX)
readonly scratch database=$scratch/sasldb2
servers=()

# Prints all processes of the daemon with run directory $1: the one in the pid file and its descendants.
processes() {
    local pending pid
    read -ra pending 2> /dev/null < "$scratch/$1/saslauthd.pid" || return 0
    while ((${#pending[@]} > 0)); do
        pid=${pending[0]}
        pending=("${pending[@]:1}")
        [[ -d /proc/$pid ]] || continue
        echo "$pid"
        # shellcheck disable=SC2207 # numbers
        pending+=($(cat "/proc/$pid/task/"*/children 2> /dev/null || true))
    done
}

stop() {
    local pids pid
    mapfile -t pids < <(processes "$1")
    ((${#pids[@]} > 0)) || return 0
    kill -TERM "${pids[0]}" 2> /dev/null || true
    for ((attempt = 0; attempt < 50; attempt++)); do
        kill -0 "${pids[@]}" 2> /dev/null || return 0
        sleep 0.1
    done
    for pid in "${pids[@]}"; do kill -KILL "$pid" 2> /dev/null || true; done
}

clean() {
    trap - EXIT
    for server in "${servers[@]}"; do stop "$server"; done
    # The copy of /etc disappears with the namespace; the files under the mount point are not removed.
    rm -rf --one-file-system "$scratch"
}
trap clean EXIT
trap 'exit 143' TERM
trap 'exit 130' INT

# Sends $2 requests to the daemon with run directory $1, $3 at a time; further options override that.
ask() {
    timeout 120 "$programs/testsaslauthd" -u alice -p secret -r example.org -f "$scratch/$1/mux" -R "$2" --concurrency "$3" "${@:4}"
}

answers() { ask "$1" 1 1 > /dev/null 2>&1; }

# Starts a daemon with run directory $1 with the command in the other arguments, and waits until it answers.
start() {
    local server=$1
    shift
    mkdir "$scratch/$server"
    servers+=("$server")
    timeout 30 "$@" -m "$scratch/$server" < /dev/null 2> "$scratch/$server.log" ||
        die "$* does not start: $(cat "$scratch/$server.log")"
    await "$* does not answer: $(cat "$scratch/$server.log")" answers "$server"
    local code=0
    ask "$server" 1 1 -p wrong > /dev/null 2>&1 || code=$?
    ((code == 1)) || die "$* does not refuse a wrong password: testsaslauthd exits with $code"
}

rate() {
    local summary
    summary=$(ask "$@") || die "$1 failed: $summary"
    per_second <<< "$summary"
}

# Prints the memory of all processes of the daemon with run directory $1 in KiB; shared memory counts once.
memory() {
    local pid sum=0 pss
    for pid in $(processes "$1"); do
        pss=$(awk '$1 == "Pss:" { print $2 }' "/proc/$pid/smaps_rollup" 2> /dev/null || echo 0)
        sum=$((sum + ${pss:-0}))
    done
    echo "$sum"
}

# Prints the processor time that the daemon with run directory $1 and its children have used, in ticks.
ticks() {
    local pid
    for pid in $(processes "$1"); do cat "/proc/$pid/stat" 2> /dev/null || true; done | sum_ticks
}

# Prints how much processor time a login takes in the daemon with run directory $1, 64 at a time, in microseconds.
cost() {
    local before round
    before=$(ticks "$1")
    for ((round = 0; round < rounds; round++)); do ask "$1" "$requests" 64 > /dev/null; done
    awk -v ticks="$(($(ticks "$1") - before))" -v tick="$(getconf CLK_TCK)" -v logins="$((rounds * requests))" \
        'BEGIN { printf "%.2f", ticks / tick * 1e6 / logins }'
}

# Prints a row for each daemon: the processor time of a login. The arguments: the title, ours, and other daemons.
costs() {
    local title=$1 ours server
    ours=$(cost "$2")
    shift 2
    for server; do row "$title, processor time of a login" us "$(name "$server")" "$(cost "$server")" "$ours"; done
}

megabytes() { awk -v kilobytes="$1" 'BEGIN { printf "%.1f", kilobytes / 1024 }'; }

# Readable for the accounts to which the daemons drop their privileges.
chmod 755 "$scratch"
echo secret | saslpasswd2 -p -c -f "$database" -u example.org alice 2> "$scratch/saslpasswd2"
[[ -s $database ]] || die "saslpasswd2: $(cat "$scratch/saslpasswd2")"
chmod 644 "$database"

if [[ $SASLAUTHD_BENCHMARK == private ]]; then
    mkdir "$scratch/etc"
    cp --archive /etc/. "$scratch/etc"
    rm -f "$scratch/etc/sasldb2"
    cp "$database" "$scratch/etc/sasldb2"
    mount --bind "$scratch/etc" /etc
    start cyrus "$cyrus" -a sasldb -n 5
    start cyrus-50 "$cyrus" -a sasldb -n 50
else
    echo "Debian's saslauthd is skipped: it reads only /etc/sasldb2, and only root can replace that for it."
fi
start ours "$programs/saslauthd" -a sasldb -O "$database"

# Records the medians of `figures` for the pictures: the kind of the row, and how many logins are in flight.
keep_for_pictures() {
    [[ -n ${FIGURES:-} ]] || return 0
    local server
    for server in cyrus ours; do
        local list=${figures[$server]:-${figures[$server-c]:-}}
        # shellcheck disable=SC2086 # a word for each number
        [[ -z $list ]] || echo "$1,$server,$2,$(median $list)" >> "$FIGURES/throughput.csv"
    done
}
[[ -z ${FIGURES:-} ]] || echo kind,daemon,at_a_time,per_second > "$FIGURES/throughput.csv"

# Compares at several levels of concurrency: the title, its kind for the pictures or nothing, ours, and other daemons,
# each with its floors at 1, 8 and 64 at a time, with commas between them.
levels() {
    local title=$1 kind=$2 ours=$3 level place=0 other
    shift 3
    for level in 1 8 64; do
        local others=()
        for other; do
            local floors
            IFS=, read -ra floors <<< "${other#*=},,"
            others+=("${other%%=*}${floors[place]:+=${floors[place]}}")
        done
        compare "$title, $level at a time" /s "$requests $level" "${others[@]}" "$ours"
        [[ -z $kind ]] || keep_for_pictures "$kind" "$level"
        place=$((place + 1))
    done
}

head_row "answers per second, $requests requests a run, medians of $rounds runs in turn"
others=()
[[ $SASLAUTHD_BENCHMARK != private ]] || others=(cyrus=1.0,1.4,2.0 cyrus-50=)
levels sasldb sasldb ours "${others[@]}"

before=$(megabytes "$(memory ours)")
for ((rest = memory_requests; rest > 0; rest -= 10000)); do
    ask ours "$((rest < 10000 ? rest : 10000))" 8 > /dev/null
done
after=$(megabytes "$(memory ours)")
title="memory (PSS) after $memory_requests logins"
row "$title" MB "ours before them" "$before" "$after"
for server in "${others[@]%%=*}"; do row "$title" MB "$(name "$server")" "$(megabytes "$(memory "$server")")" "$after"; done

# All answers from the cache.
others=()
if [[ $SASLAUTHD_BENCHMARK == private ]]; then
    start cyrus-c "$cyrus" -a sasldb -n 5 -c
    start cyrus-50-c "$cyrus" -a sasldb -n 50 -c
    others=(cyrus-c=1.4,1.7,1.7 cyrus-50-c=)
fi
start ours-c "$programs/saslauthd" -a sasldb -O "$database" -c
levels "all from the cache (-c)" cached ours-c "${others[@]}"

# The limit: a C loop that only answers.
cc -O2 -pthread -o "$scratch/bare-loop" "$(dirname "$0")/bare-loop.c"
mkdir "$scratch/bare"
"$scratch/bare-loop" "$scratch/bare/mux" "$(nproc)" &
echo $! > "$scratch/bare/saslauthd.pid"
servers+=(bare)
await "the loop in C does not answer" answers bare
levels sasldb "" ours bare=0.8
levels "all from the cache (-c)" "" ours-c bare=,,0.95

others=()
[[ $SASLAUTHD_BENCHMARK != private ]] || others=(cyrus)
costs sasldb ours "${others[@]}" bare
[[ $SASLAUTHD_BENCHMARK != private ]] || others=(cyrus-c)
costs "cache (-c)" ours-c "${others[@]}" bare
end_rows
