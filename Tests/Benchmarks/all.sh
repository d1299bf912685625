#!/bin/bash
# Runs all benchmarks, each to its end, and fails when one of them did.
#
# usage: all.sh FOLDER
# FOLDER holds the programs, built for release. With QUICK=1 in the environment each row takes a second or so.
set -uo pipefail

failed=()
for name in saslauthd pam rimap mysql guessing overload lockout; do
    echo
    echo "== $name"
    "$(dirname "$0")/$name.sh" "$1" || failed+=("$name")
done
if ((${#failed[@]} > 0)); then
    echo
    echo "failed: ${failed[*]}" >&2
    exit 1
fi
