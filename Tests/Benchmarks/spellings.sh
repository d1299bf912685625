#!/bin/bash
# How many guesses at one account a daemon looks at when its login is spelt in many ways.
#
# usage: spellings.sh SOCKET FILE [SECONDS [RATE]]
# Each line of FILE is a spelling; what is behind its last `@` is the realm. They are guessed in turn for 60 seconds, or as many as
# the third argument says, 60 times a second, or as often as the fourth one says, whatever the answers are. A guess was looked at when
# the answer is `NO`: other guesses are deferred, or have no answer yet. The password must be another one than `wrong` and a number.
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
