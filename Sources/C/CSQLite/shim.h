#ifndef C_SQLITE_SHIM_H
#define C_SQLITE_SHIM_H

#include <sqlite3.h>

/* SQLITE_TRANSIENT and SQLITE_STATIC are casts that Swift does not import. With the first, SQLite copies the bytes before
   the call returns; with the second, they have to stay until the parameter is bound anew or cleared. */

static inline int csqlite_bind_text(
    sqlite3_stmt *statement, int index, const void *bytes, sqlite3_uint64 count, int stays) {
    return sqlite3_bind_text64(
        statement, index, (const char *)bytes, count, stays ? SQLITE_STATIC : SQLITE_TRANSIENT, SQLITE_UTF8);
}

static inline int csqlite_bind_blob(
    sqlite3_stmt *statement, int index, const void *bytes, sqlite3_uint64 count, int stays) {
    return sqlite3_bind_blob64(statement, index, bytes, count, stays ? SQLITE_STATIC : SQLITE_TRANSIENT);
}

/* sqlite3_config and sqlite3_db_config are variadic. */

static inline int csqlite_disable_memory_statistics(void) {
    return sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

static inline int csqlite_set_defensive(sqlite3 *database) {
    return sqlite3_db_config(database, SQLITE_DBCONFIG_DEFENSIVE, 1, (int *)0);
}

static inline int csqlite_leave_log(sqlite3 *database) {
    return sqlite3_db_config(database, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, (int *)0);
}

#endif
