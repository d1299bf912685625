# For benchmarks: how much is measured. With QUICK=1 in the environment every row takes a second or so, and only has to be there: no
# figure is too bad. That is for the tests, and keeps the benchmarks in order.
quick=${QUICK:-}
[[ $quick != 0 ]] || quick=

# The first argument, or the second one in quick mode.
amount() { if [[ $quick ]]; then echo "$2"; else echo "$1"; fi; }
