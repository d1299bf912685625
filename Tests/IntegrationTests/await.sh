# For scripts that wait for a condition; they define a function `fail`, and set a folder.
await() { # what is the matter when it never comes, until a command succeeds: a minute at the least
    what=$1
    shift
    i=0
    until "$@"; do
        i=$((i + 1))
        [ $i -lt 1200 ] || fail "$what"
        sleep 0.05
    done
}

# Waits until the file of the system's log has all lines that were sent to it so far; they come in their order.
log_is_written() {
    mark="mark $(date +%s%N)"
    logger "$mark"
    await "the system's log is not written" grep -q "$mark" "$folder/syslog"
}
