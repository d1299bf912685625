# For benchmarks: runs the one that reads this once more on a system of its own, for `limit` seconds at the most, and ends then.
# In the second run, where this returns, `scratch` is a folder that everyone can reach, `programs` the one with the built
# programs, and `tests` that of the tests. It takes root; without it the benchmark is left out.
tests=$(realpath "$(dirname "$0")/..")

die() {
    echo "$(basename "$0"): $*" >&2
    exit 1
}
# Under that name shared scripts want it.
fail() { die "$@"; }
. "$tests/IntegrationTests/await.sh"

# That system first, as what it is in goes with it.
remove_system() {
    trap - EXIT
    kill -KILL "$system" 2> /dev/null || true
    wait "$system" 2> /dev/null || true
    for ((attempt = 0; attempt < 50; attempt++)); do
        if rm -rf --one-file-system "$scratch" 2> /dev/null; then return; fi
        sleep 0.1
    done
    echo "$(basename "$0"): $scratch cannot be removed" >&2
}

if [[ ${1-} != --inside ]]; then
    [[ $# == 1 ]] || die "usage: $(basename "$0") FOLDER"
    if [[ $EUID != 0 ]] || ! unshare --mount --pid --net --uts --ipc --fork true 2> /dev/null; then
        echo "$(basename "$0"): left out, as it takes a system of its own, and that takes root"
        exit 0
    fi
    [[ -x $1/saslauthd && -x $1/testsaslauthd ]] || die "the programs are not in $1: build them for release"
    scratch=$(mktemp --directory --tmpdir saslauthd-benchmark.XXXXXX)
    chmod 755 "$scratch"
    # All of it ends with this process, however that ends.
    setpriv --pdeathsig KILL timeout --kill-after=20 "${limit:-900}" setpriv --pdeathsig KILL \
        sh "$tests/Support/private-system" "$scratch" "$BASH" "$(realpath "$0")" --inside "$scratch" "$(realpath "$1")" &
    system=$!
    trap remove_system EXIT
    trap 'exit 143' TERM HUP
    trap 'exit 130' INT
    status=0
    wait "$system" || status=$?
    exit "$status"
fi
scratch=$2
programs=$3
