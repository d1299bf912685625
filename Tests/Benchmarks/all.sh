#!/bin/bash
# Runs all benchmarks, and fails if any of them failed.
#
# usage: all.sh FOLDER [NAME] ...
# FOLDER contains the programs, built for release. With QUICK=1 in the environment each row takes about a second. NAMEs
# select benchmarks. Pictures and figures of saslauthd.sh and attack.sh are written to the folder that FIGURES in the
# environment names, by default FOLDER/figures.
set -uo pipefail

programs=$(realpath "$1")
shift
FIGURES=${FIGURES:-$programs/figures}
mkdir -p "$FIGURES"
FIGURES=$(realpath "$FIGURES")
export FIGURES
[[ $# -gt 0 ]] || set -- saslauthd pam rimap mysql ldap dovecot guessing attack overload lockout existence
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
