#!/bin/bash
# Loads daemons with logins while their processes, files, logs and back ends fail; fails if an answer is wrong, late or lost.
# See faults.py.
#
# usage: faults.sh FOLDER
# FOLDER contains the programs, built for release. SECONDS_EACH (60), SEED and MECHANISMS in the environment select what
# is run. It runs on a private system, which needs root, and changes nothing of the machine.
set -euo pipefail

limit=${LIMIT:-43200}
. "$(dirname "$0")/inside.sh"
seed=${SEED:-$RANDOM}
failed=0
number=0
logs=(pipe syslog file)
for mechanism in ${MECHANISMS:-sasldb shadow pam rimap mysql ldap}; do
    log=${logs[number++ % 3]}
    echo "== $mechanism, log: $log"
    folder=$scratch/$mechanism
    mkdir -m 755 "$folder"
    "$tests/IntegrationTests/faults.py" "$programs" "$folder" --seconds "${SECONDS_EACH:-60}" --seed "$seed" \
        --mechanism "$mechanism" --log "$log" \
        --faults kill,stop,descriptors,memory,forks,disk,log,clock,backend,reload,master || failed=1
done
exit "$failed"
