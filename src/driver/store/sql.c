#include "driver/store/sql.h"

#include <assert.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/text.h"

enum {
    STATEMENTS = 1024,   /* slots; a power of two well above the statements there are */
    BUSY_MS_MAX = 30000, /* a process that holds the lock longer is stuck */
    EXIT_BROKEN = 70,    /* sysexits.h EX_SOFTWARE; docs/manual/lanterne.md */
};

struct connection {
    sqlite3 *db;
    enum connection_use use;
    int log_pages;
    bool has_key; /* of identities that are made */
    uint8_t key[MADE_KEY];
    struct {
        const char *sql; /* the literal's address is the key */
        sqlite3_stmt *statement;
    } slots[STATEMENTS];
};

/* Nothing after a failed flush can be trusted: pages may be marked clean that never reached the
 * disk. The supervisor starts the process again, which recovers from the log. */
_Noreturn static void end_process(struct connection *c, int result)
{
    fprintf(stderr,
            "store: writing failed (%s, %d): the process ends so that nothing is built on it\n",
            sqlite3_errstr(result & 0xff), sqlite3_extended_errcode(c->db));
    _exit(EXIT_BROKEN);
}

enum err err_from_sqlite(struct connection *c, int result)
{
    switch (result & 0xff) {
    case SQLITE_OK:
    case SQLITE_ROW:
    case SQLITE_DONE: return OK;
    case SQLITE_FULL: return ERR_NO_SPACE;
    case SQLITE_IOERR:
        if (c->use == CONNECTION_WRITES)
            end_process(c, result);
        return ERR_IO;
    case SQLITE_BUSY:
    case SQLITE_LOCKED: return ERR_BUSY;
    case SQLITE_NOMEM: return ERR_MEMORY;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB: return ERR_MALFORMED;
    case SQLITE_CANTOPEN: return ERR_IO;
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_AUTH: return ERR_DENIED;
    case SQLITE_TOOBIG: return ERR_FULL;
    case SQLITE_CONSTRAINT: break;
    default: return ERR_INTERNAL;
    }
    bool taken = result == SQLITE_CONSTRAINT_UNIQUE || result == SQLITE_CONSTRAINT_PRIMARYKEY;
    if (taken)
        return ERR_EXISTS;
    return result == SQLITE_CONSTRAINT_FOREIGNKEY ? ERR_NOT_FOUND : ERR_ARGUMENT;
}

/* Waits in small steps: another process commits within milliseconds. */
static int wait_while_busy(void *context, int tries)
{
    (void)context;
    enum { STEP_MS = 2 };
    if (tries > BUSY_MS_MAX / STEP_MS)
        return 0;
    nanosleep(&(struct timespec){ .tv_nsec = STEP_MS * 1000000 }, NULL);
    return 1;
}

static int note_log_pages(void *context, sqlite3 *db, const char *name, int pages)
{
    (void)db;
    (void)name;
    ((struct connection *)context)->log_pages = pages;
    return SQLITE_OK;
}

/* No memory mapping: a disk that fails under a mapping kills the process by a signal, a failed read
 * is an error we can return. */
static int configure(struct connection *c)
{
    sqlite3_extended_result_codes(c->db, 1);
    sqlite3_busy_handler(c->db, wait_while_busy, NULL);
    sqlite3_db_config(c->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    sqlite3_db_config(c->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
    sqlite3_db_config(c->db, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
    sqlite3_db_config(c->db, SQLITE_DBCONFIG_DQS_DDL, 0, NULL);
    int result = sqlite3_exec(c->db,
                              "PRAGMA journal_mode = WAL;"
                              "PRAGMA synchronous = FULL;"
                              "PRAGMA foreign_keys = ON;"
                              "PRAGMA mmap_size = 0;"
                              "PRAGMA temp_store = MEMORY;"
                              "PRAGMA journal_size_limit = 67108864;"
                              "PRAGMA cache_size = -8192;",
                              NULL, NULL, NULL);
    /* a batch of a thousand members touches a page of several indexes for each */
    if (result == SQLITE_OK && c->use == CONNECTION_WRITES)
        result = sqlite3_exec(c->db, "PRAGMA cache_size = -32768", NULL, NULL, NULL);
    if (result == SQLITE_OK && c->use == CONNECTION_READS)
        result = sqlite3_exec(c->db, "PRAGMA query_only = ON", NULL, NULL, NULL);
    sqlite3_wal_hook(c->db, note_log_pages, c);
    return result;
}

/* Counting what is allocated takes a lock for each allocation, and nobody asks for the sum. */
static void configure_library(void)
{
    (void)!sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

/* ---- identities that are made ---------------------------------------------------------------- */

/* It is the store's for ever, so it is read once. */
static enum err need_key(struct connection *c)
{
    if (c->has_key)
        return OK;
    struct query q = query_of(c, "SELECT key FROM made_key");
    enum err err = query_first(&q);
    if (err == OK && row_size(&q, 0) == MADE_KEY)
        memcpy(c->key, row_bytes(&q, 0), MADE_KEY);
    else
        err = ERR_MALFORMED;
    enum err ended = query_end(&q);
    c->has_key = err == OK && ended == OK;
    return err == OK ? ended : err;
}

enum err connection_made_id(struct connection *c, enum made_of of, int64_t number,
                            uint8_t out[MADE_ID])
{
    enum err err = need_key(c);
    if (err == OK)
        made_id(c->key, of, number, out);
    return err;
}

enum err connection_made_number(struct connection *c, enum made_of of, const void *id, size_t n,
                                int64_t *number)
{
    enum err err = need_key(c);
    if (err != OK)
        return err;
    return id != NULL && made_number(c->key, of, id, n, number) ? OK : ERR_NOT_FOUND;
}

static void sql_made_id(sqlite3_context *context, int n, sqlite3_value **values)
{
    uint8_t id[MADE_ID];
    (void)n;
    if (sqlite3_value_type(values[1]) == SQLITE_NULL)
        return;
    enum made_of of = (enum made_of)sqlite3_value_int(values[0]);
    if (connection_made_id(sqlite3_user_data(context), of, sqlite3_value_int64(values[1]), id) ==
        OK)
        sqlite3_result_blob(context, id, sizeof id, SQLITE_TRANSIENT);
    else
        sqlite3_result_error(context, "the store has no key for identities", -1);
}

static void sql_made_number(sqlite3_context *context, int n, sqlite3_value **values)
{
    int64_t number;
    (void)n;
    enum made_of of = (enum made_of)sqlite3_value_int(values[0]);
    const void *id = sqlite3_value_blob(values[1]);
    size_t size = (size_t)sqlite3_value_bytes(values[1]);
    enum err err = connection_made_number(sqlite3_user_data(context), of, id, size, &number);
    if (err == OK)
        sqlite3_result_int64(context, number);
    else if (err != ERR_NOT_FOUND)
        sqlite3_result_error(context, "the store has no key for identities", -1);
}

static int add_functions(struct connection *c)
{
    enum { FLAGS = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_DIRECTONLY };
    int result = sqlite3_create_function(c->db, "made_id", 2, FLAGS, c, sql_made_id, NULL, NULL);
    if (result == SQLITE_OK)
        result =
            sqlite3_create_function(c->db, "made_number", 2, FLAGS, c, sql_made_number, NULL, NULL);
    return result;
}

enum err connection_open(const char *path, enum connection_use use, struct connection **out)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, configure_library);
    struct connection *c = calloc(1, sizeof *c);
    if (c == NULL)
        return ERR_MEMORY;
    c->use = use;
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE;
    int result = sqlite3_open_v2(path, &c->db, flags, NULL);
    if (result == SQLITE_OK)
        result = configure(c);
    if (result == SQLITE_OK)
        result = add_functions(c);
    enum err err = result == SQLITE_OK ? OK : err_from_sqlite(c, result);
    if (err != OK) {
        connection_close(&c);
        return err;
    }
    *out = c;
    return OK;
}

void connection_close(struct connection **c)
{
    if (*c == NULL)
        return;
    for (size_t i = 0; i < STATEMENTS; i++)
        sqlite3_finalize((*c)->slots[i].statement);
    sqlite3_close((*c)->db);
    free(*c);
    *c = NULL;
}

bool connection_in_transaction(const struct connection *c)
{
    return sqlite3_get_autocommit(c->db) == 0;
}

int connection_log_pages(const struct connection *c)
{
    return c->log_pages;
}

int64_t connection_new_number(const struct connection *c)
{
    return sqlite3_last_insert_rowid(c->db);
}

enum err connection_checkpoint(struct connection *c)
{
    int result = sqlite3_wal_checkpoint_v2(c->db, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
    enum err err = err_from_sqlite(c, result);
    return err == ERR_BUSY ? OK : err; /* another process is at it */
}

/* The slot of this statement, or the first free one. */
static size_t slot_of(const struct connection *c, const char *sql)
{
    size_t i = ((uintptr_t)sql >> 3) * 2654435761u % STATEMENTS;
    while (c->slots[i].sql != NULL && c->slots[i].sql != sql)
        i = (i + 1) % STATEMENTS;
    return i;
}

struct query query_of(struct connection *c, const char *sql)
{
    struct query q = { .connection = c };
    size_t i = slot_of(c, sql);
    if (c->slots[i].sql == NULL) {
        int result = sqlite3_prepare_v3(c->db, sql, -1, SQLITE_PREPARE_PERSISTENT,
                                        &c->slots[i].statement, NULL);
        q.err = err_from_sqlite(c, result);
        if (q.err != OK)
            return q;
        c->slots[i].sql = sql;
    }
    q.statement = c->slots[i].statement;
    assert(!sqlite3_stmt_busy(q.statement)); /* a query inside its own rows would start them anew */
    return q;
}

static void note(struct query *q, int result)
{
    if (q->err == OK)
        q->err = err_from_sqlite(q->connection, result);
}

void query_text(struct query *q, int at, const char *text)
{
    if (q->statement != NULL)
        note(q, sqlite3_bind_text(q->statement, at, text, -1, SQLITE_STATIC));
}

void query_number(struct query *q, int at, int64_t v)
{
    if (q->statement != NULL)
        note(q, sqlite3_bind_int64(q->statement, at, v));
}

void query_real(struct query *q, int at, double v)
{
    if (q->statement != NULL)
        note(q, sqlite3_bind_double(q->statement, at, v));
}

void query_blob(struct query *q, int at, const void *bytes, size_t n)
{
    if (q->statement != NULL)
        note(q, sqlite3_bind_blob64(q->statement, at, bytes, n, SQLITE_STATIC));
}

bool query_next(struct query *q)
{
    if (q->err != OK)
        return false;
    int result = sqlite3_step(q->statement);
    note(q, result);
    q->has_row = result == SQLITE_ROW;
    return q->has_row;
}

int64_t row_number(const struct query *q, int column)
{
    return sqlite3_column_int64(q->statement, column);
}

double row_real(const struct query *q, int column)
{
    return sqlite3_column_double(q->statement, column);
}

bool row_is_null(const struct query *q, int column)
{
    return sqlite3_column_type(q->statement, column) == SQLITE_NULL;
}

const char *row_text(const struct query *q, struct arena *arena, int column)
{
    return arena_strdup(arena, (const char *)sqlite3_column_text(q->statement, column));
}

void row_copy(const struct query *q, int column, char *out, size_t room)
{
    const char *text = (const char *)sqlite3_column_text(q->statement, column);
    text_copy(out, room, text == NULL ? "" : text);
}

const void *row_bytes(const struct query *q, int column)
{
    return sqlite3_column_blob(q->statement, column);
}

size_t row_size(const struct query *q, int column)
{
    return (size_t)sqlite3_column_bytes(q->statement, column);
}

utc_time row_time(const struct query *q, int column)
{
    return (utc_time){ row_number(q, column) };
}

enum err connection_script(struct connection *c, const char *script)
{
    enum err err = OK;
    while (err == OK && script[0] != 0) {
        sqlite3_stmt *statement = NULL;
        int result = sqlite3_prepare_v2(c->db, script, -1, &statement, &script);
        if (result == SQLITE_OK && statement != NULL)
            result = sqlite3_step(statement);
        err = err_from_sqlite(c, result);
        sqlite3_finalize(statement);
    }
    return err;
}

enum err query_end(struct query *q)
{
    if (q->statement != NULL) {
        /* reset repeats the error of the last step, which has been noted */
        sqlite3_reset(q->statement);
        sqlite3_clear_bindings(q->statement);
    }
    q->statement = NULL;
    q->has_row = false;
    return q->err;
}

enum err query_run(struct query *q, int64_t *changed)
{
    while (query_next(q))
        ;
    if (changed != NULL)
        *changed = q->err == OK ? sqlite3_changes64(q->connection->db) : 0;
    return query_end(q);
}

enum err query_run_one(struct query *q)
{
    int64_t changed = 0;
    enum err err = query_run(q, &changed);
    return err == OK && changed == 0 ? ERR_NOT_FOUND : err;
}

enum err query_first(struct query *q)
{
    if (query_next(q))
        return OK;
    return q->err == OK ? ERR_NOT_FOUND : q->err;
}
