#!/bin/bash
# Runs all benchmarks, and prints one table of all their rows. Fails if a benchmark failed or a row is below its floor.
#
# usage: all.sh FOLDER [NAME] ...
# FOLDER contains the programs, built for release. With QUICK=1 in the environment each row takes about a second, several
# benchmarks run at a time, and no row has a floor. NAMEs select benchmarks. Rows, pictures and their figures are
# written to the folder that FIGURES in the environment names, by default FOLDER/figures; if not quick, also the table, as
# the file that RESULTS names, by default RESULTS.md in the folder of FIGURES.
set -uo pipefail

programs=$(realpath "$1")
shift
here=$(realpath "$(dirname "$0")")
. "$here/amounts.sh"
FIGURES=${FIGURES:-$programs/figures}
mkdir -p "$FIGURES"
# Reached from private systems, too, which have their own /run, /var/log and /var/spool.
FIGURES=$(realpath "$FIGURES")
export FIGURES
RESULTS=${RESULTS:-$FIGURES/RESULTS.md}
[[ $# -gt 0 ]] || set -- saslauthd hashing pam rimap mysql ldap dovecot startup idle guessing attack overload shed lockout existence
python3 -B "$here/pictures.py" machine "$FIGURES" "$programs" || exit 1
echo benchmark,row,unit,reference,theirs,ours,ratio,floor,held > "$FIGURES/rows.csv"

# Runs the benchmark $1, and prints its output in one piece if others run at the same time.
run() {
    local began=$SECONDS status=0
    echo
    echo "== $1"
    "$here/$1.sh" "$programs" 2>&1 || status=1
    echo "-- $1 took $((SECONDS - began)) s"
    ((status == 0)) || echo "$1" >> "$failures"
}
failures=$(mktemp --tmpdir saslauthd-benchmark.XXXXXX)
trap 'rm -f "$failures"' EXIT
for name; do
    if [[ $quick ]]; then
        # They mostly wait.
        until (($(jobs -pr | wc -l) < 3)); do wait -n; done
        { output=$(run "$name") && printf '%s\n' "$output"; } &
    else
        run "$name"
    fi
done
wait
mapfile -t failed < "$failures"
python3 -B "$here/pictures.py" draw "$FIGURES" && echo && echo "pictures: $FIGURES" || failed+=(pictures)
echo
results=("$FIGURES")
[[ $quick ]] || results+=("$RESULTS")
python3 -B "$here/results.py" "${results[@]}" || failed+=("the table")
if ((${#failed[@]} > 0)); then
    echo
    echo "failed: ${failed[*]}" >&2
    exit 1
fi
