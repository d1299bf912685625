#ifndef CMARIADB_SHIM_H
#define CMARIADB_SHIM_H

#include <mariadb/errmsg.h>
#include <mariadb/mysql.h>
#include <mariadb/mysqld_error.h>
#include <string.h>

// Where a statement puts a row: a text, and a number in the second column if it has one. The addresses that MYSQL_BIND holds have
// to stay where they are from one call to the next, which those of Swift's variables need not.
struct cmariadb_row {
    unsigned char *text;
    unsigned long capacity;
    unsigned long length;
    my_bool is_null;
    my_bool is_truncated;
    long long number;
    my_bool number_is_null;
};

// mysql_stmt_bind_result(3): `row` and its text stay with the statement until that is closed.
static inline my_bool cmariadb_bind_row(MYSQL_STMT *statement, struct cmariadb_row *row) {
    MYSQL_BIND binds[2];
    memset(binds, 0, sizeof binds);
    binds[0].buffer_type = MYSQL_TYPE_STRING;
    binds[0].buffer = row->text;
    binds[0].buffer_length = row->capacity;
    binds[0].length = &row->length;
    binds[0].is_null = &row->is_null;
    binds[0].error = &row->is_truncated;
    binds[1].buffer_type = MYSQL_TYPE_LONGLONG;
    binds[1].buffer = &row->number;
    binds[1].is_null = &row->number_is_null;
    return mysql_stmt_bind_result(statement, binds);
}

#endif
