# For benchmarks: medians, and the rows of the table of all benchmarks, which results.py prints. With FIGURES in the
# environment, a folder, they are added to rows.csv there. Needs amounts.sh. A benchmark ends with `end_rows`, which
# fails if a row is below its floor.
below_floor=0

median() { printf '%s\n' "$@" | sort -n | sed -n "$((($# + 1) / 2))p"; }

# Prints the answers per second in the summary of testsaslauthd on standard input, with more digits than it has there.
per_second() {
    awk '$1 == "requests:" { time = $(NF - 1) } $1 == "OK:" { printf "%.2f\n", ($2 + $4) / time * 1000 }'
}

# Prints a figure of a group in the results of load.c or flood.c.
figure() { # name, group, results
    sed -n "s/^$2 .*\b$1=\([0-9.]*\).*/\1/p" <<< "$3"
}

# Prints the processor time of the processes whose files /proc/PID/stat are on standard input, in ticks; proc(5).
sum_ticks() { awk '{ sub(/.*\) /, ""); sum += $12 + $13 } END { print sum + 0 }'; }

# Keeps a row: its title, unit, what ours is compared with, the figures of that, ours, and a floor for the ratio, or
# none. Figures are those of all runs, in their order, or `-` if there are none. The ratio is above 1 if ours is better,
# also where less is better. With as many figures on both sides it is the median of the ratios of pairs, because the
# runs of a pair share the state of the machine. In quick mode no row is below its floor.
# Sets kept_theirs, kept_ours, kept_ratio and kept_held.
keep() { # title unit reference theirs ours [floor]
    local floor=${6:--}
    read -r kept_theirs kept_ours kept_ratio kept_held < <(awk -v less="$([[ $2 =~ ^(us|ms|s|MB|KiB|lost)$ ]] && echo 1)" \
        -v theirs="$4" -v ours="$5" -v floor="$floor" -v quick="$quick" '
        function median(values, count,  i, j, value) {
            for (i = 2; i <= count; i++) {
                value = values[i]
                for (j = i - 1; j > 0 && values[j] > value; j--) values[j + 1] = values[j]
                values[j + 1] = value
            }
            return values[int((count + 1) / 2)]
        }
        # What cannot be divided is infinite.
        function ratio(their, our) { return less ? (our > 0 ? their / our : 1e9) : their > 0 ? our / their : 1e9 }
        BEGIN {
            count = split(theirs, their, " ")
            is_paired = split(ours, our, " ") == count
            both = theirs != "-" && ours != "-"
            for (i = 1; is_paired && i <= count; i++) ratios[i] = ratio(their[i] + 0, our[i] + 0)
            one = theirs == "-" ? "-" : sprintf("%.6g", median(their, count))
            other = ours == "-" ? "-" : sprintf("%.6g", median(our, split(ours, our, " ")))
            result = is_paired ? median(ratios, count) : ratio(one + 0, other + 0)
            held = floor == "-" || quick ? "none" : both && result >= floor ? "yes" : "no"
            print one, other, both && result < 1e9 ? sprintf("%.4g", result) : "-", held
        }')
    if [[ $kept_held == no ]]; then
        below_floor=1
        echo "below its floor: $1: $kept_ratio times $3, floor $floor" >&2
    fi
    [[ -z ${FIGURES:-} ]] || printf '"%s",' "$(basename "$0" .sh)" "$1" "$2" "$3" "$kept_theirs" "$kept_ours" "$kept_ratio" \
        "$floor" | sed "s/\$/\"$kept_held\"\n/" >> "$FIGURES/rows.csv"
}

# Prints the heads of the columns of `row`; the argument is that of the whole table.
head_row() {
    echo "$1; $(nproc) processors"
    printf '%-50s%-22s%12s%12s%9s%8s\n' "" "compared with" its ours ratio floor
}

# Keeps a row, and prints it.
row() {
    keep "$@"
    printf '%-50s%-22s%12s%12s%9s%8s\n' "$1, $2" "$3" "$kept_theirs" "$kept_ours" "$kept_ratio" "${6:-}"
}

# The name of a daemon in the table.
name() {
    case $1 in
    cyrus-50*) echo "Cyrus, 50 processes" ;;
    cyrus*) echo "Cyrus, 5 processes" ;;
    bare) echo "a loop in C" ;;
    crypt) echo "crypt(3)" ;;
    dovecot) echo Dovecot ;;
    *) echo "$1" ;;
    esac
}

# Measures daemons in turn, and prints and keeps a row for each but the last one, which is ours. The arguments: title,
# unit, arguments of the caller's function `rate`, which prints a figure of a daemon, and the daemons, each perhaps with
# `=FLOOR`. The number of rounds is in `rounds`. Leaves the figures of each daemon in `figures`.
declare -A figures
compare() {
    local title=$1 unit=$2 words=$3 round server ours=${*: -1}
    shift 3
    figures=()
    for ((round = 0; round < rounds; round++)); do
        for server in "${@%%=*}"; do
            # shellcheck disable=SC2086 # several words
            figures[$server]+="${figures[$server]:+ }$(rate "$server" $words)"
        done
    done
    (($# > 1)) || row "$title" "$unit" - - "${figures[$ours]}"
    while (($# > 1)); do
        server=${1%%=*}
        local floor=
        [[ $1 != *=* ]] || floor=${1#*=}
        row "$title" "$unit" "$(name "$server")" "${figures[$server]}" "${figures[$ours]}" "$floor"
        shift
    done
}

end_rows() { exit "$below_floor"; }
