# For scripts that need a MariaDB on a private system: sets one up in $folder. They have a function `fail`.
socket=$folder/mariadb.sock
start_mariadb() {
    mariadbd --no-defaults --user=root --datadir="$folder/mariadb" --socket="$socket" --skip-networking \
        --innodb-flush-log-at-trx-commit=0 >"$folder/mariadb.log" 2>&1 &
    mariadb=$!
    i=0
    until mariadb --no-defaults --socket="$socket" -e 'SELECT 1' >/dev/null 2>&1; do
        i=$((i + 1))
        [ $i -lt 200 ] || fail "MariaDB does not start"
        sleep 0.1
    done
}
mariadb-install-db --no-defaults --user=root --datadir="$folder/mariadb" --auth-root-authentication-method=socket \
    --skip-test-db >"$folder/install.log" 2>&1 || fail "MariaDB cannot be set up: $(cat "$folder/install.log")"
