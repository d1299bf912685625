# For scripts that wait for a condition; they define a function `fail`.
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
