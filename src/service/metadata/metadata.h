/* What studios say of titles (MovieLabs MEC), taken into the catalogue: found by identifiers,
 * compared, and changed in one transaction. */
#ifndef LANTERNE_SERVICE_METADATA_METADATA_H
#define LANTERNE_SERVICE_METADATA_METADATA_H

#include "base/buf.h"
#include "base/json.h"
#include "driver/store/store.h"
#include "rules/catalog/title.h"

struct metadata_problem {
    char text[256];
};

struct metadata_params {
    const char *path;  /* of the file as delivered */
    const char *title; /* id of the title that it is about; NULL: who bears its identifiers */
    int season;        /* of episodes and seasons that do not say theirs; -1: not said */
    bool adds_titles;  /* makes drafts of films and series that nobody knows */
    bool dry_run;      /* everything is done and taken back */
    utc_time now;
};

struct metadata_note {
    const char *where, *what;
};
struct metadata_line {
    char sign; /* '+' was not there, '~' is another, '-' goes */
    const char *title, *what;
};
struct metadata_title {
    title_id id;
    const char *name;
    enum title_kind kind;
    bool is_new, is_changed;
};
struct metadata_import {
    bool is_taken; /* false: something was refused, and so nothing has changed */
    size_t n_titles, n_lines, n_refused, n_warnings;
    struct metadata_title *titles; /* that the file is about */
    struct metadata_line *lines;
    struct metadata_note *refused, *warnings;
};

/* Reads a file of CoreMetadata or a manifest and takes all of it or nothing. OK with is_taken
 * false: what was refused says why. ERR_NOT_FOUND, ERR_ARGUMENT, ERR_IO, ERR_FULL: the file could
 * not be read, *why tells. ERR_STATE: somebody else changed a title meanwhile. */
MUST_CHECK enum err metadata_import_file(struct store *store, struct arena *arena,
                                         const struct metadata_params *params,
                                         struct metadata_import *out, struct metadata_problem *why);
/* {"taken","titles":[{"id","title","kind","new","changed"}],"changes":[{"sign","title","what"}],
 * "refused":[{"where","what"}],"warnings"}, without a key. */
void metadata_import_json(const struct metadata_import *import, struct json_writer *w);
/* For a person: what changes, then warnings and refusals by place. */
void metadata_import_text(const struct metadata_import *import, struct buf *out);

#endif
