#ifndef CBERKELEYDB_SHIM_H
#define CBERKELEYDB_SHIM_H

#include <db.h>
#include <malloc.h>
#include <stdlib.h>
#include <string.h>

// The methods of DB and DBC are function pointers in structures, which Swift imports as optionals. Each function here
// calls one of them. Results are libdb's: 0, an errno value, or a negative number of db.h.

// libdb calls these instead of writing to stderr and stdout. For a damaged page it would print the whole page,
// passwords included. The type of a callback cannot be written in Swift here.
static inline void cberkeleydb_no_error(const DB_ENV *environment, const char *prefix, const char *text) {
    (void)environment, (void)prefix, (void)text;
}

static inline void cberkeleydb_no_message(const DB_ENV *environment, const char *text) { (void)environment, (void)text; }

// libdb's page cache contains passwords: these replace free(3) and realloc(3), and wipe the old memory. They are in C
// because libdb calls them.
static inline void cberkeleydb_wiping_free(void *memory) {
    if (memory == NULL) return;
    explicit_bzero(memory, malloc_usable_size(memory));
    free(memory);
}

static inline void *cberkeleydb_wiping_realloc(void *memory, size_t size) {
    void *moved = malloc(size);
    if (moved == NULL || memory == NULL) return moved;
    size_t kept = malloc_usable_size(memory);
    memcpy(moved, memory, kept < size ? kept : size);
    cberkeleydb_wiping_free(memory);
    return moved;
}

static inline DB *cberkeleydb_create(int *status) {
    db_env_set_func_free(cberkeleydb_wiping_free);
    db_env_set_func_realloc(cberkeleydb_wiping_realloc);
    DB *database = NULL;
    *status = db_create(&database, NULL, 0);
    if (*status != 0) return NULL;
    database->set_errfile(database, NULL);
    database->set_errcall(database, cberkeleydb_no_error);
    database->set_msgfile(database, NULL);
    database->set_msgcall(database, cberkeleydb_no_message);
    return database;
}

static inline int cberkeleydb_set_cache(DB *database, u_int32_t bytes) {
    return database->set_cachesize(database, 0, bytes, 1);
}

static inline int cberkeleydb_open(DB *database, const char *path, u_int32_t flags) {
    return database->open(database, NULL, path, NULL, DB_HASH, flags, 0);
}

// Frees `database`, whatever it returns.
static inline int cberkeleydb_close(DB *database) { return database->close(database, 0); }

static inline int cberkeleydb_sync(DB *database) { return database->sync(database, 0); }

// Frees `database`, whatever it returns.
static inline int cberkeleydb_verify(DB *database, const char *path) {
    return database->verify(database, path, NULL, NULL, 0);
}

// Copies a value of at most `capacity` bytes, and sets `size` to the size of the value, also for DB_BUFFER_SMALL.
static inline int cberkeleydb_get(DB *database, const void *key, u_int32_t key_size, void *value, u_int32_t capacity,
                                  u_int32_t *size) {
    DBT name, data;
    memset(&name, 0, sizeof name);
    memset(&data, 0, sizeof data);
    name.data = (void *)key;
    name.size = key_size;
    data.data = value;
    data.ulen = capacity;
    data.flags = DB_DBT_USERMEM;
    int status = database->get(database, NULL, &name, &data, 0);
    *size = data.size;
    return status;
}

static inline int cberkeleydb_put(DB *database, const void *key, u_int32_t key_size, const void *value, u_int32_t size) {
    DBT name, data;
    memset(&name, 0, sizeof name);
    memset(&data, 0, sizeof data);
    name.data = (void *)key;
    name.size = key_size;
    data.data = (void *)value;
    data.size = size;
    return database->put(database, NULL, &name, &data, 0);
}

static inline int cberkeleydb_delete(DB *database, const void *key, u_int32_t key_size) {
    DBT name;
    memset(&name, 0, sizeof name);
    name.data = (void *)key;
    name.size = key_size;
    return database->del(database, NULL, &name, 0);
}

static inline DBC *cberkeleydb_cursor(DB *database, int *status) {
    DBC *cursor = NULL;
    *status = database->cursor(database, NULL, &cursor, 0);
    return cursor;
}

// Sets `key` to the next key, which is valid until the next call; does not read the value.
static inline int cberkeleydb_next(DBC *cursor, const void **key, u_int32_t *key_size) {
    DBT name, data;
    memset(&name, 0, sizeof name);
    memset(&data, 0, sizeof data);
    data.flags = DB_DBT_USERMEM | DB_DBT_PARTIAL;
    int status = cursor->get(cursor, &name, &data, DB_NEXT);
    *key = name.data;
    *key_size = name.size;
    return status;
}

static inline int cberkeleydb_cursor_close(DBC *cursor) { return cursor->close(cursor); }

#endif
