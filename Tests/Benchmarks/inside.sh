# For benchmarks: runs the script that sources this again on a private system, for at most `limit` seconds, and then
# exits. In that second run this returns; `scratch` is then a folder that every account can reach, `programs` the folder
# with the built programs, and `tests` that of the tests. Needs root; without root the benchmark is skipped.
tests=$(realpath "$(dirname "$0")/..")

die() {
    echo "$(basename "$0"): $*" >&2
    exit 1
}
# The name that shared scripts expect.
fail() { die "$@"; }
. "$tests/IntegrationTests/await.sh"

# First stop that system, as it uses the scratch folder.
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
        echo "$(basename "$0"): skipped: the private system needs root"
        exit 0
    fi
    [[ -x $1/saslauthd && -x $1/testsaslauthd ]] || die "the programs are not in $1: build them for release"
    scratch=$(mktemp --directory --tmpdir saslauthd-benchmark.XXXXXX)
    chmod 755 "$scratch"
    # Everything is killed with this process.
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
