# For scripts that need a MariaDB on a private system: sets one up in $folder, reachable as `localhost`, with
# PostfixAdmin's table of mailboxes. They define `fail` and `await`.
socket=/run/mysqld/mysqld.sock
mkdir /run/mysqld
mariadb_answers() { mariadb --no-defaults --socket="$socket" -e 'SELECT 1' >/dev/null 2>&1; }
start_mariadb() {
    mariadbd --no-defaults --user=root --datadir="$folder/mariadb" --tmpdir="$folder" --socket="$socket" \
        --skip-networking --innodb-flush-log-at-trx-commit=0 >"$folder/mariadb.log" 2>&1 &
    mariadb=$!
    await "MariaDB does not start" mariadb_answers
}
# A server removes temporary tables of others in its folder when it starts.
mariadb-install-db --no-defaults --user=root --datadir="$folder/mariadb" --tmpdir="$folder" \
    --auth-root-authentication-method=socket --skip-test-db >"$folder/install.log" 2>&1 || fail "cannot set up MariaDB: $(cat "$folder/install.log")"
start_mariadb
mariadb --no-defaults --socket="$socket" <<END
CREATE DATABASE mail;
CREATE TABLE mail.mailbox (username VARCHAR(255) PRIMARY KEY, password VARCHAR(255), active INT NOT NULL DEFAULT 1);
INSERT INTO mail.mailbox VALUES ('alice@example.org', '$(openssl passwd -1 secret)', 1),
    ('new@example.org', '$(openssl passwd -6 secret)', 1), ('closed@example.org', '$(openssl passwd -1 secret)', 0);
CREATE USER mail@localhost IDENTIFIED BY 'database-word';
GRANT SELECT ON mail.* TO mail@localhost;
END
