/* A connection and its prepared statements. Only for driver/store.
 *
 * Statements are string literals with ?1, ?2, ...; each is prepared once a connection. The first
 * failure sticks in the query and query_end tells it. Portable SQL: no rowids, TEXT ids, INTEGER
 * microseconds. */
#ifndef LANTERNE_DRIVER_STORE_SQL_H
#define LANTERNE_DRIVER_STORE_SQL_H

#include <sqlite3.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "driver/store/made_id.h"

struct connection; /* one thread at a time */

enum connection_use { CONNECTION_WRITES, CONNECTION_READS };

MUST_CHECK enum err connection_open(const char *path, enum connection_use use,
                                    struct connection **out);
void connection_close(struct connection **c);
/* Whether a transaction is open: SQLite takes it back by itself after some errors. */
bool connection_in_transaction(const struct connection *c);
/* Pages in the write-ahead log after the last commit of this connection. */
int connection_log_pages(const struct connection *c);
/* Moves what can be moved from the write-ahead log into the file. */
MUST_CHECK enum err connection_checkpoint(struct connection *c);

/* The INTEGER PRIMARY KEY that the last INSERT was given. */
int64_t connection_new_number(const struct connection *c);

/* The identity that a row has by its number (made_id.h), and the number of an identity:
 * ERR_NOT_FOUND when it is none of those. In SQL: made_id(OF, NUMBER) and made_number(OF, ID), NULL
 * then. */
MUST_CHECK enum err connection_made_id(struct connection *c, enum made_of of, int64_t number,
                                       uint8_t out[MADE_ID]);
MUST_CHECK enum err connection_made_number(struct connection *c, enum made_of of, const void *id,
                                           size_t n, int64_t *number);

/* Runs the statements of a migration, one after the other. */
MUST_CHECK enum err connection_script(struct connection *c, const char *script);

/* The meaning of an SQLite result; ends the process when it says that writing failed. */
enum err err_from_sqlite(struct connection *c, int result);

struct query {
    struct connection *connection;
    sqlite3_stmt *statement; /* NULL after a failure to prepare */
    enum err err;
    bool has_row;
};

/* sql: a literal (kept by address). */
struct query query_of(struct connection *c, const char *sql);
void query_text(struct query *q, int at, const char *text); /* borrowed until query_end; NULL */
void query_number(struct query *q, int at, int64_t v);
void query_real(struct query *q, int at, double v);
void query_blob(struct query *q, int at, const void *bytes, size_t n); /* borrowed likewise */

/* Steps to the next row; false at the end or after a failure. */
bool query_next(struct query *q);
int64_t row_number(const struct query *q, int column); /* NULL: 0 */
double row_real(const struct query *q, int column);
bool row_is_null(const struct query *q, int column);
const char *row_text(const struct query *q, struct arena *arena, int column); /* NULL: NULL */
/* Copies a text that fits; a longer one (the file was tampered with) is cut. */
void row_copy(const struct query *q, int column, char *out, size_t room);
/* Bytes of a blob, lent until the next step; NULL when it is empty. */
const void *row_bytes(const struct query *q, int column);
size_t row_size(const struct query *q, int column);
utc_time row_time(const struct query *q, int column);

/* Gives the statement back; the sticky error. */
MUST_CHECK enum err query_end(struct query *q);
/* Runs to the end, gives the statement back; *changed (optional): rows written. */
MUST_CHECK enum err query_run(struct query *q, int64_t *changed);
/* The same, and ERR_NOT_FOUND when no row was changed. */
MUST_CHECK enum err query_run_one(struct query *q);
/* Steps to the one row wanted: ERR_NOT_FOUND when there is none. The row is there until query_end.
 */
MUST_CHECK enum err query_first(struct query *q);

#endif
