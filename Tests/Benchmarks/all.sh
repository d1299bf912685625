#!/bin/bash
# Runs all benchmarks, each to its end, and fails when one of them did.
#
# usage: all.sh FOLDER [NAME] ...
# FOLDER holds the programs, built for release. With QUICK=1 in the environment each row takes a second or so. With names of
# benchmarks, only these are run. Pictures of what saslauthd.sh and attack.sh have measured are drawn, with their figures, in the folder
# that FIGURES in the environment names, FOLDER/figures by default.
set -uo pipefail

programs=$(realpath "$1")
shift
FIGURES=${FIGURES:-$programs/figures}
mkdir -p "$FIGURES"
FIGURES=$(realpath "$FIGURES")
export FIGURES
[[ $# -gt 0 ]] || set -- saslauthd pam rimap mysql guessing attack overload lockout
here=$(dirname "$0")
python3 "$here/pictures.py" machine "$FIGURES" "$programs" || exit 1

failed=()
for name; do
    echo
    echo "== $name"
    "$here/$name.sh" "$programs" || failed+=("$name")
done
python3 "$here/pictures.py" draw "$FIGURES" && echo && echo "pictures: $FIGURES" || failed+=(pictures)
if ((${#failed[@]} > 0)); then
    echo
    echo "failed: ${failed[*]}" >&2
    exit 1
fi
