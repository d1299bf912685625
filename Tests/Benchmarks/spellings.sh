#!/bin/bash
# Measures how many guesses at one account a daemon checks when its login is spelt in many ways.
#
# usage: spellings.sh SOCKET FILE [SECONDS [RATE]]
# Each line of FILE is a spelling; the part after its last `@` is the realm. They are guessed in turn for SECONDS,
# default 60, RATE times a second, default 60, regardless of the answers. A guess was checked if the answer is `NO`;
# others are deferred, or have no answer yet. The guesses are `wrong` and a number, which must not be the password.
set -euo pipefail

if (($# < 2 || $# > 4)); then
    echo "usage: spellings.sh SOCKET FILE [SECONDS [RATE]]" >&2
    exit 64
fi
load=$(mktemp)
trap 'rm -f "$load"' EXIT
cc -O2 -Wall -pthread -o "$load" "$(dirname "$0")/load.c"
"$load" "$1" "${3:-60}" guesses "rate=${4:-60}" "list=$2" password=wrong%n patience=30 |
    awk -v seconds="${3:-60}" -v spellings="$(wc -l < "$2")" '{
        for (i = 2; i <= NF; i++) { split($i, part, "="); count[part[1]] = part[2] }
        printf "%d spellings: %d guesses looked at, %.0f a minute; %d deferred, %d without an answer, %d accepted\n", spellings,
            count["no"], count["no"] * 60 / seconds, count["deferred"], count["closed"] + count["silent"], count["ok"]
        exit count["ok"] > 0
    }'
