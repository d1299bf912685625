# For benchmarks: runs the one that reads this once more on a system of its own, for 900 seconds at the most, and ends then.
# In the second run, where this returns, `scratch` is a folder that everyone can reach, `programs` the one with the built
# programs, and `tests` that of the tests. It takes root; without it the benchmark is left out.
tests=$(realpath "$(dirname "$0")/..")

die() {
    echo "$(basename "$0"): $*" >&2
    exit 1
}

if [[ ${1-} != --inside ]]; then
    [[ $# == 1 ]] || die "usage: $(basename "$0") FOLDER"
    if [[ $EUID != 0 ]]; then
        echo "$(basename "$0"): left out, as it takes a system of its own, and that takes root"
        exit 0
    fi
    [[ -x $1/saslauthd && -x $1/testsaslauthd ]] || die "the programs are not in $1: build them for release"
    scratch=$(mktemp --directory --tmpdir saslauthd-benchmark.XXXXXX)
    trap 'rm -rf --one-file-system "$scratch"' EXIT
    chmod 755 "$scratch"
    timeout --kill-after=20 900 sh "$tests/Support/private-system" "$scratch" "$BASH" "$(realpath "$0")" --inside \
        "$scratch" "$(realpath "$1")"
    exit
fi
scratch=$2
programs=$3
