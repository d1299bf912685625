#ifndef CMARIADB_SHIM_H
#define CMARIADB_SHIM_H

#include <mariadb/errmsg.h>
#include <mariadb/mysql.h>
#include <mariadb/mysqld_error.h>
#include <string.h>

// The largest number of columns of a row.
enum { cmariadb_columns = 3 };

// The buffers of a column, which is always read as text. The addresses in MYSQL_BIND must remain valid between calls,
// which Swift does not guarantee for its variables.
struct cmariadb_column {
    unsigned char *text;
    unsigned long capacity;
    unsigned long length;
    my_bool is_null;
    my_bool is_truncated;
    // Whether the text is the bytes of a BIT, the most significant first.
    my_bool is_bits;
};

// Whether the library converts a column of this type to text without a buffer of fixed size. It looks up the conversion
// by the type byte from the server, and has none for most of the 256 values.
static inline my_bool cmariadb_is_text(enum enum_field_types type) {
    switch (type) {
    case MYSQL_TYPE_TINY: case MYSQL_TYPE_SHORT: case MYSQL_TYPE_INT24: case MYSQL_TYPE_LONG: case MYSQL_TYPE_LONGLONG:
    case MYSQL_TYPE_YEAR: case MYSQL_TYPE_BIT: case MYSQL_TYPE_NULL:
    case MYSQL_TYPE_DECIMAL: case MYSQL_TYPE_NEWDECIMAL:
    case MYSQL_TYPE_VARCHAR: case MYSQL_TYPE_VAR_STRING: case MYSQL_TYPE_STRING: case MYSQL_TYPE_ENUM: case MYSQL_TYPE_SET:
    case MYSQL_TYPE_TINY_BLOB: case MYSQL_TYPE_MEDIUM_BLOB: case MYSQL_TYPE_LONG_BLOB: case MYSQL_TYPE_BLOB:
    case MYSQL_TYPE_JSON:
        return 1;
    default:
        return 0;
    }
}

enum cmariadb_bound { cmariadb_bound, cmariadb_other_columns, cmariadb_no_text, cmariadb_not_alone, cmariadb_failed };

// mysql_stmt_bind_result(3), after mysql_stmt_execute(3): `columns` and their texts must live until the statement is
// closed.
//
// The library reads the number of columns, their types, and the flags for a cursor or a further result from each
// response anew, and copies one MYSQL_BIND for each column of that response. They are therefore checked here too, not
// only when the statement is prepared. With a cursor the library would read any number of rows that the server sends.
static inline enum cmariadb_bound cmariadb_bind_row(MYSQL_STMT *statement, struct cmariadb_column *columns, unsigned int count) {
    MYSQL_BIND binds[cmariadb_columns];
    if (count > cmariadb_columns || mysql_stmt_field_count(statement) != count || statement->fields == NULL)
        return cmariadb_other_columns;
    if (statement->mysql->server_status & (SERVER_MORE_RESULTS_EXIST | SERVER_STATUS_CURSOR_EXISTS)) return cmariadb_not_alone;
    memset(binds, 0, sizeof binds);
    for (unsigned int i = 0; i < count; i++) {
        if (!cmariadb_is_text(statement->fields[i].type)) return cmariadb_no_text;
        columns[i].is_bits = statement->fields[i].type == MYSQL_TYPE_BIT;
        binds[i].buffer_type = MYSQL_TYPE_STRING;
        binds[i].buffer = columns[i].text;
        binds[i].buffer_length = columns[i].capacity;
        binds[i].length = &columns[i].length;
        binds[i].is_null = &columns[i].is_null;
        binds[i].error = &columns[i].is_truncated;
    }
    return mysql_stmt_bind_result(statement, binds) == 0 ? cmariadb_bound : cmariadb_failed;
}

// Whether the server announces a further result after all rows of the first were fetched. It would be taken for the
// result of the next query. The library does not store the status in the packet that ends the rows, but the packet is
// still in its buffer.
static inline my_bool cmariadb_has_more(MYSQL_STMT *statement) {
    const unsigned char *packet = statement->mysql != NULL ? statement->mysql->net.read_pos : NULL;
    if (packet == NULL || packet[0] != 0xFE) return 1;
    return ((statement->mysql->server_status | packet[3]) & SERVER_MORE_RESULTS_EXIST) != 0;
}

// The name of a column as the server sent it; never null.
static inline const char *cmariadb_column_name(MYSQL_STMT *statement, unsigned int column) {
    if (column >= mysql_stmt_field_count(statement) || statement->fields == NULL) return "";
    return statement->fields[column].name != NULL ? statement->fields[column].name : "";
}

#endif
