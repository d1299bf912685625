# For benchmarks: the amounts. With QUICK=1 in the environment every row takes about a second, and no figure is too bad:
# the tests use that to check that the benchmarks work.
quick=${QUICK:-}
[[ $quick != 0 ]] || quick=

# Prints the first argument, or in quick mode the second.
amount() { if [[ $quick ]]; then echo "$2"; else echo "$1"; fi; }
