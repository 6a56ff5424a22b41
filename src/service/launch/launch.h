/* Opening countries: whether a territory is ready, in which order to open the rest, which laws
 * count. Loads from the store, asks rules/territory, says. Any thread. */
#ifndef LANTERNE_SERVICE_LAUNCH_LAUNCH_H
#define LANTERNE_SERVICE_LAUNCH_LAUNCH_H

#include "base/arena.h"
#include "base/json.h"
#include "driver/store/store.h"
#include "rules/territory/check.h"

/* ---- laws --------------------------------------------------------------------------------------
 */

enum { LAUNCH_LAWS_FILE_MAX = 4 * 1024 * 1024, LAUNCH_LAWS_MAX = 2000 };

struct launch_laws_problem {
    char where[160], text[256]; /* "laws[3].from", in words for a person */
};
/* Laws from a file of rules: {"name": ..., "laws": [{"id", "territory", "kind", "from", "until"?,
 * "source", "text", ...}]}, as docs/manual/laws.md has it. In the arena. ERR_MALFORMED,
 * ERR_ARGUMENT with the first problem in *why. */
MUST_CHECK enum err launch_laws_read(struct arena *arena, const void *bytes, size_t n,
                                     struct law **out, size_t *n_out,
                                     struct launch_laws_problem *why);
/* Puts the rule sets that this binary brings into the store when it holds others. Cheap when there
 * is nothing to do; called whenever an installation is opened. */
MUST_CHECK enum err launch_laws_sync(struct store *store, utc_time now);
/* One law as a JSON object inside an array or (key) an object. */
void launch_law_json(struct json_writer *w, const char *key, const struct law *law);

/* ---- a territory -------------------------------------------------------------------------------
 */

/* A territory with what the world knows of it, its life, and its state at the instant. */
void launch_territory_json(struct json_writer *w, const char *key, const struct territory *t,
                           utc_time at);
/* {"items":[...]}: all that the house has set or moved. */
MUST_CHECK enum err launch_territories_json(struct store *store, utc_time at, struct buf *out);

/* The launch readiness report at an instant. ERR_ARGUMENT: code is no territory. */
struct launch_check {
    struct territory territory;
    utc_time at;
    struct check_report report;
};
MUST_CHECK enum err launch_check(struct store *store, struct arena *arena, const char *code,
                                 utc_time at, struct launch_check *out);
/* {"territory","name":{"en","fr"},"at","state","ready","cleared","titles","rated","in_language",
 *  "rules":[{"id","pass","blocking","found","required","source","text","remedy"|null,
 *            "failing_count","failing":[text]}]} */
void launch_check_write(struct json_writer *w, const struct launch_check *check);
/* The two above in one, for the console. */
MUST_CHECK enum err launch_check_json(struct store *store, const char *code, utc_time at,
                                      struct buf *out);

/* Moves a territory. To OPEN, the report at `change->at` must be ready, or `despite` says why not
 * to mind (it is kept with the change). ERR_DENIED: it is not ready; *check has the report.
 * ERR_STATE: its life does not allow it. */
struct launch_move {
    const char *code;
    struct territory_change change;
    const char *despite; /* NULL: mind the report */
};
MUST_CHECK enum err launch_move(struct store *store, struct arena *arena,
                                const struct launch_move *move, utc_time now,
                                struct launch_check *check);

/* ---- the order ---------------------------------------------------------------------------------
 */

enum { LAUNCH_PLAN_FILE_MAX = 256 * 1024, LAUNCH_PLAN_ROWS_MAX = 300 };

/* Candidates from a CSV (RFC 4180, "," or ";", UTF-8) by the names of its columns: territory,
 * homes (millions of broadband homes), price (100: as at home), cost, and language (may lack: the
 * territory's main one). ERR_MALFORMED: *why says line and column. */
struct launch_csv_problem {
    size_t line; /* 1: the first */
    char column[64], text[200];
};
MUST_CHECK enum err launch_plan_read(struct arena *arena, const char *bytes, size_t n,
                                     struct plan_candidate **out, size_t *n_out,
                                     struct launch_csv_problem *why);
/* Fills in what rights and rules allow at the instant, and ranks. */
MUST_CHECK enum err launch_plan(struct store *store, struct arena *arena,
                                struct plan_candidate *candidates, size_t n,
                                const struct plan_weights *weights, utc_time at,
                                struct plan_row **out);
/* {"at","weights":{...},"items":[{"rank","territory","name":{"en","fr"},"score","parts":{...},
 *  "broadband_homes","price_level","cost","language","cleared_share","language_share",
 *  "blocking_rules","reasons"}]} */
void launch_plan_write(struct json_writer *w, const struct plan_row *rows, size_t n,
                       const struct plan_weights *weights, utc_time at);

#endif
