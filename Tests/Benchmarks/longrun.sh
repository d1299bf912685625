#!/bin/bash
# Sends millions of logins with hundreds of reloads to a daemon with all mechanisms, and measures its memory: fails if
# that grows. See longrun.py.
#
# usage: longrun.sh FOLDER
# FOLDER contains the programs, built for release. REQUESTS (5,000,000) and RELOADS (200) in the environment set the
# amount, and QUICK=1 makes it a minute. It runs on a private system, which needs root, and changes nothing of the
# machine.
set -euo pipefail

limit=${LIMIT:-43200}
. "$(dirname "$0")/inside.sh"
. "$(dirname "$0")/amounts.sh"
python3 "$tests/Benchmarks/longrun.py" "$programs" "$scratch" \
    "${REQUESTS:-$(amount 5000000 60000)}" "${RELOADS:-$(amount 200 10)}"
