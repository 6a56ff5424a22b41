#include "driver/store/schema.h"

#include <stddef.h>

#include "driver/store/schema_account.h"
#include "driver/store/schema_billing.h"
#include "driver/store/schema_boxes.h"
#include "driver/store/schema_device.h"
#include "driver/store/schema_doubts.h"
#include "driver/store/schema_guards.h"
#include "driver/store/schema_keys.h"
#include "driver/store/schema_leases.h"
#include "driver/store/schema_partners.h"
#include "driver/store/schema_passkeys.h"
#include "driver/store/schema_profiles2.h"
#include "driver/store/schema_rights.h"
#include "driver/store/schema_seals.h"
#include "driver/store/schema_sepa.h"

/* Written so that PostgreSQL takes the same text when STRICT and WITHOUT ROWID are left out and
 * INTEGER is read as BIGINT, REAL as DOUBLE PRECISION, BLOB as BYTEA: TEXT ids, microseconds since
 * 1970, 0 and 1 for no and yes, no rowids; triggers only where rows must never change
 * (schema_billing.c). A released migration is never changed: write the next one. */

static const char titles[] =
    "CREATE TABLE store_version (version INTEGER NOT NULL PRIMARY KEY) STRICT;"

    "CREATE TABLE title ("
    " id TEXT NOT NULL PRIMARY KEY,"
    " kind TEXT NOT NULL CHECK (kind IN ('film', 'series')),"
    " state TEXT NOT NULL CHECK (state IN ('draft', 'published', 'withdrawn')),"
    " original_title TEXT NOT NULL,"
    " language TEXT,"
    " credit_line TEXT,"
    " year INTEGER NOT NULL,"
    " runtime_minutes INTEGER NOT NULL,"
    " created INTEGER NOT NULL,"
    " changed INTEGER NOT NULL,"
    " published INTEGER NOT NULL," /* the first time; 0: never */
    " version INTEGER NOT NULL,"
    " poster TEXT,"
    " backdrop TEXT,"
    " search TEXT NOT NULL" /* folded words of every title and name, each after a space */
    ") STRICT;"
    "CREATE INDEX title_by_created ON title (created DESC, id DESC);"
    "CREATE INDEX title_by_published ON title (state, published DESC, id DESC);"
    "CREATE INDEX title_by_poster ON title (poster);" /* whose an image is */
    "CREATE INDEX title_by_backdrop ON title (backdrop);"

    "CREATE TABLE title_text ("
    " title TEXT NOT NULL REFERENCES title (id) ON DELETE CASCADE,"
    " position INTEGER NOT NULL,"
    " language TEXT NOT NULL,"
    " name TEXT,"
    " synopsis TEXT,"
    " PRIMARY KEY (title, language)) STRICT;"
    "CREATE TABLE title_credit ("
    " title TEXT NOT NULL REFERENCES title (id) ON DELETE CASCADE,"
    " position INTEGER NOT NULL,"
    " role TEXT NOT NULL,"
    " name TEXT NOT NULL,"
    " character_name TEXT,"
    " PRIMARY KEY (title, position)) STRICT;"
    "CREATE TABLE title_genre ("
    " title TEXT NOT NULL REFERENCES title (id) ON DELETE CASCADE,"
    " position INTEGER NOT NULL,"
    " genre TEXT NOT NULL,"
    " PRIMARY KEY (title, genre)) STRICT;"
    "CREATE INDEX title_genre_by_genre ON title_genre (genre, title);"
    "CREATE TABLE title_country ("
    " title TEXT NOT NULL REFERENCES title (id) ON DELETE CASCADE,"
    " position INTEGER NOT NULL,"
    " country TEXT NOT NULL,"
    " PRIMARY KEY (title, country)) STRICT;"
    "CREATE TABLE title_rating ("
    " title TEXT NOT NULL REFERENCES title (id) ON DELETE CASCADE,"
    " position INTEGER NOT NULL,"
    " system TEXT NOT NULL,"
    " value TEXT NOT NULL,"
    " PRIMARY KEY (title, system)) STRICT;"

    "CREATE TABLE season ("
    " series TEXT NOT NULL REFERENCES title (id) ON DELETE CASCADE,"
    " number INTEGER NOT NULL,"
    " PRIMARY KEY (series, number)) STRICT;"
    "CREATE TABLE season_text ("
    " series TEXT NOT NULL,"
    " season INTEGER NOT NULL,"
    " position INTEGER NOT NULL,"
    " language TEXT NOT NULL,"
    " name TEXT,"
    " synopsis TEXT,"
    " PRIMARY KEY (series, season, language),"
    " FOREIGN KEY (series, season) REFERENCES season (series, number) ON DELETE CASCADE) STRICT;"

    /* What can be played: a film (its title's id) or an episode. */
    "CREATE TABLE playable ("
    " id TEXT NOT NULL PRIMARY KEY,"
    " title TEXT NOT NULL REFERENCES title (id) ON DELETE CASCADE) STRICT;"
    "CREATE INDEX playable_by_title ON playable (title);"
    "CREATE TABLE episode ("
    " id TEXT NOT NULL PRIMARY KEY REFERENCES playable (id) ON DELETE CASCADE,"
    " series TEXT NOT NULL,"
    " season INTEGER NOT NULL,"
    " number INTEGER NOT NULL,"
    " runtime_minutes INTEGER NOT NULL,"
    " still TEXT,"
    " UNIQUE (series, season, number),"
    " FOREIGN KEY (series, season) REFERENCES season (series, number) ON DELETE CASCADE) STRICT;"
    "CREATE INDEX episode_by_still ON episode (still);"
    "CREATE TABLE episode_text ("
    " episode TEXT NOT NULL REFERENCES episode (id) ON DELETE CASCADE,"
    " position INTEGER NOT NULL,"
    " language TEXT NOT NULL,"
    " name TEXT,"
    " synopsis TEXT,"
    " PRIMARY KEY (episode, language)) STRICT;";

static const char media[] =
    "CREATE TABLE edition ("
    " id TEXT NOT NULL PRIMARY KEY,"
    " playable TEXT NOT NULL UNIQUE REFERENCES playable (id) ON DELETE CASCADE,"
    " duration_ms INTEGER NOT NULL,"
    " ready INTEGER NOT NULL,"
    " tile_width INTEGER NOT NULL,"
    " tile_height INTEGER NOT NULL,"
    " tile_columns INTEGER NOT NULL,"
    " tile_rows INTEGER NOT NULL,"
    " tile_timescale INTEGER NOT NULL,"
    " tile_sheets INTEGER NOT NULL,"
    " tile_interval INTEGER NOT NULL,"
    " tile_sheet_ticks INTEGER NOT NULL,"
    " tile_bytes INTEGER NOT NULL) STRICT;"
    "CREATE TABLE rendition ("
    " edition TEXT NOT NULL REFERENCES edition (id) ON DELETE CASCADE,"
    " position INTEGER NOT NULL,"
    " name TEXT NOT NULL,"
    " kind TEXT NOT NULL CHECK (kind IN ('video', 'audio')),"
    " label TEXT NOT NULL,"
    " is_default INTEGER NOT NULL,"
    " is_description INTEGER NOT NULL,"
    " size INTEGER NOT NULL,"
    " PRIMARY KEY (edition, name)) STRICT;"
    /* Editions that another took the place of: their blobs go when no pass to them lives. */
    "CREATE TABLE edition_retired ("
    " id TEXT NOT NULL PRIMARY KEY,"
    " retired INTEGER NOT NULL) STRICT;"
    "CREATE TABLE caption ("
    " playable TEXT NOT NULL REFERENCES playable (id) ON DELETE CASCADE,"
    " name TEXT NOT NULL,"
    " language TEXT NOT NULL,"
    " label TEXT NOT NULL,"
    " kind TEXT NOT NULL CHECK (kind IN ('subtitles', 'sdh', 'forced')),"
    " is_default INTEGER NOT NULL,"
    " blob_name TEXT NOT NULL,"
    " PRIMARY KEY (playable, name)) STRICT;";

static const char jobs[] =
    "CREATE TABLE job ("
    " id TEXT NOT NULL PRIMARY KEY,"
    " playable TEXT NOT NULL REFERENCES playable (id) ON DELETE CASCADE,"
    " title TEXT NOT NULL REFERENCES title (id) ON DELETE CASCADE,"
    " file_name TEXT NOT NULL,"
    " source TEXT NOT NULL,"
    " state TEXT NOT NULL CHECK"
    "  (state IN ('queued', 'running', 'ready', 'refused', 'failed', 'cancelled')),"
    " stage TEXT NOT NULL,"
    " progress REAL NOT NULL,"
    " remaining_us INTEGER NOT NULL,"
    " facts TEXT,"
    " refusals TEXT,"
    " tries INTEGER NOT NULL,"
    " created INTEGER NOT NULL,"
    " changed INTEGER NOT NULL,"
    " pieces INTEGER NOT NULL) STRICT;"
    "CREATE INDEX job_by_created ON job (created DESC, id DESC);"
    "CREATE INDEX job_by_state ON job (state, created, id);"
    /* Two masters of one film at the same time would race for its edition. */
    "CREATE UNIQUE INDEX job_one_open ON job (playable) WHERE state IN ('queued', 'running');"
    "CREATE TABLE step ("
    " job TEXT NOT NULL REFERENCES job (id) ON DELETE CASCADE,"
    " kind TEXT NOT NULL CHECK (kind IN ('inspect', 'sound', 'piece', 'assemble')),"
    " number INTEGER NOT NULL,"
    " place INTEGER NOT NULL," /* order of kinds: inspect 0, sound 1, piece 2, assemble 3 */
    " is_done INTEGER NOT NULL,"
    " worker TEXT," /* who holds it */
    " lease_until INTEGER NOT NULL,"
    " lost_by TEXT," /* whose lease ended and was taken over, until told so */
    " tries INTEGER NOT NULL,"
    " PRIMARY KEY (job, place, number)) STRICT;"
    "CREATE INDEX step_by_worker ON step (worker) WHERE worker IS NOT NULL;"
    "CREATE TABLE worker (name TEXT NOT NULL PRIMARY KEY, seen INTEGER NOT NULL) STRICT;";

static const char members[] = "CREATE TABLE member ("
                              " id TEXT NOT NULL PRIMARY KEY,"
                              " role TEXT NOT NULL CHECK (role IN ('member', 'administrator')),"
                              " email TEXT NOT NULL,"
                              " email_key TEXT NOT NULL UNIQUE,"
                              " password_hash TEXT NOT NULL,"
                              " language TEXT NOT NULL,"
                              " territory TEXT NOT NULL,"
                              " created INTEGER NOT NULL,"
                              " trial_from INTEGER NOT NULL,"
                              " trial_until INTEGER NOT NULL,"
                              " paid_from INTEGER NOT NULL,"
                              " paid_until INTEGER NOT NULL) STRICT;"
                              "CREATE INDEX member_by_created ON member (created DESC, id DESC);"
                              "CREATE TABLE session ("
                              " digest BLOB NOT NULL PRIMARY KEY,"
                              " member TEXT NOT NULL REFERENCES member (id) ON DELETE CASCADE,"
                              " agent TEXT NOT NULL,"
                              " created INTEGER NOT NULL,"
                              " expires INTEGER NOT NULL) STRICT;"
                              "CREATE INDEX session_by_member ON session (member);"
                              "CREATE INDEX session_by_expires ON session (expires);"
                              "CREATE TABLE sign_in_failure ("
                              " key TEXT NOT NULL PRIMARY KEY,"
                              " failures INTEGER NOT NULL,"
                              " first INTEGER NOT NULL,"
                              " last INTEGER NOT NULL) STRICT;"
                              "CREATE INDEX sign_in_failure_by_last ON sign_in_failure (last);"
                              "CREATE TABLE progress ("
                              " member TEXT NOT NULL REFERENCES member (id) ON DELETE CASCADE,"
                              " playable TEXT NOT NULL REFERENCES playable (id) ON DELETE CASCADE,"
                              " title TEXT NOT NULL REFERENCES title (id) ON DELETE CASCADE,"
                              " position_ms INTEGER NOT NULL,"
                              " duration_ms INTEGER NOT NULL,"
                              " is_finished INTEGER NOT NULL,"
                              " changed INTEGER NOT NULL,"
                              " PRIMARY KEY (member, playable)) STRICT;"
                              "CREATE INDEX progress_by_changed ON progress (member, changed DESC);"
                              "CREATE TABLE playback ("
                              " id TEXT NOT NULL PRIMARY KEY,"
                              " member TEXT NOT NULL REFERENCES member (id) ON DELETE CASCADE,"
                              " playable TEXT NOT NULL REFERENCES playable (id) ON DELETE CASCADE,"
                              " created INTEGER NOT NULL,"
                              " expires INTEGER NOT NULL) STRICT;"
                              "CREATE INDEX playback_by_expires ON playback (expires);";

/* What editions that another took the place of were: for those who hold a pass to one. They go with
 * their row in edition_retired. Editions retired before this table was are not in it. */
static const char before[] =
    "CREATE TABLE edition_before ("
    " id TEXT NOT NULL PRIMARY KEY REFERENCES edition_retired (id) ON DELETE CASCADE,"
    " playable TEXT NOT NULL,"
    " duration_ms INTEGER NOT NULL,"
    " ready INTEGER NOT NULL,"
    " tile_width INTEGER NOT NULL,"
    " tile_height INTEGER NOT NULL,"
    " tile_columns INTEGER NOT NULL,"
    " tile_rows INTEGER NOT NULL,"
    " tile_timescale INTEGER NOT NULL,"
    " tile_sheets INTEGER NOT NULL,"
    " tile_interval INTEGER NOT NULL,"
    " tile_sheet_ticks INTEGER NOT NULL,"
    " tile_bytes INTEGER NOT NULL) STRICT;"
    "CREATE TABLE rendition_before ("
    " edition TEXT NOT NULL REFERENCES edition_before (id) ON DELETE CASCADE,"
    " position INTEGER NOT NULL,"
    " name TEXT NOT NULL,"
    " kind TEXT NOT NULL,"
    " label TEXT NOT NULL,"
    " is_default INTEGER NOT NULL,"
    " is_description INTEGER NOT NULL,"
    " size INTEGER NOT NULL,"
    " PRIMARY KEY (edition, name)) STRICT;";

/* A migration is up to six scripts, run in one transaction; its number is its place, from 1. */
enum { SCRIPTS = 6 };
static const char *const migrations[][SCRIPTS] = {
    { titles, media, jobs, members },
    { before },
    { schema_avails, schema_deals, schema_territories, schema_productions, schema_profiles,
      schema_showings },
    { schema_profiles2 },
    { schema_account },
    { schema_billing, schema_letters, schema_ledger, schema_sales, schema_partners, schema_sepa },
    { schema_passkeys },
    { schema_keys },
    { schema_leases },
    { schema_device },
    { schema_seals },
    { schema_boxes },
    { schema_doubts },
    { schema_guards },
};
enum { VERSION = sizeof migrations / sizeof migrations[0], BILLING = 6 };

int schema_version(void)
{
    return VERSION;
}

/* 0: there are no tables at all; ERR_MALFORMED: tables, but not ours. Nothing was released yet when
 * BILLING was changed: a store that was made by it as it stood before has no made_key. */
static enum err read_version(struct connection *c, int64_t *version)
{
    int64_t tables = 0, ours = 0;
    bool has_key = false;
    struct query q = query_of(c, "SELECT count(*), count(CASE name WHEN 'store_version' THEN 1 END)"
                                 " FROM sqlite_master WHERE type = 'table'");
    if (query_first(&q) == OK) {
        tables = row_number(&q, 0);
        ours = row_number(&q, 1);
    }
    enum err err = query_end(&q);
    *version = 0;
    if (err != OK || tables == 0)
        return err;
    if (ours == 0)
        return ERR_MALFORMED;
    q = query_of(c, "SELECT max(version),"
                    " (SELECT count(*) FROM sqlite_master WHERE name = 'made_key')"
                    " FROM store_version");
    if (query_first(&q) == OK) {
        *version = row_number(&q, 0);
        has_key = row_number(&q, 1) > 0;
    }
    err = query_end(&q);
    return err == OK && *version >= BILLING && !has_key ? ERR_MALFORMED : err;
}

static enum err apply(struct connection *c, int64_t number)
{
    enum err err = OK;
    for (size_t i = 0; err == OK && i < SCRIPTS && migrations[number - 1][i] != NULL; i++)
        err = connection_script(c, migrations[number - 1][i]);
    if (err == OK && number == BILLING)
        err = schema_billing_move(c, clock_now());
    if (err != OK)
        return err;
    struct query q = query_of(c, "INSERT INTO store_version (version) VALUES (?1)");
    query_number(&q, 1, number);
    return query_run(&q, NULL);
}

/* Another process may have migrated while we waited for the lock, so the version is read inside. */
static enum err apply_next(struct connection *c)
{
    int64_t version = 0;
    enum err err = connection_script(c, "BEGIN IMMEDIATE");
    if (err != OK)
        return err;
    err = read_version(c, &version);
    if (err == OK && version < VERSION)
        err = apply(c, version + 1);
    if (err == OK)
        err = connection_script(c, "COMMIT");
    if (err != OK && connection_in_transaction(c) && connection_script(c, "ROLLBACK") != OK)
        return ERR_INTERNAL;
    return err;
}

enum err schema_update(struct connection *c, bool is_new)
{
    int64_t version = 0;
    enum err err = read_version(c, &version);
    if (err == OK && version == 0 && !is_new)
        return ERR_MALFORMED;
    while (err == OK && version < VERSION) {
        err = apply_next(c);
        if (err == OK)
            err = read_version(c, &version);
    }
    return err == OK && version > VERSION ? ERR_UNSUPPORTED : err;
}
