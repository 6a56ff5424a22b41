/* Rule sets: from JSON, into the store. */
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "driver/json/reader.h"
#include "driver/store/territories.h"
#include "service/launch/launch.h"
#include "service/launch/shipped.h"

static const char shipped_origin[] = "shipped";

static void say(struct launch_laws_problem *why, const char *where, const char *text)
{
    (void)text_copy(why->where, sizeof why->where, where);
    (void)text_copy(why->text, sizeof why->text, text);
}

/* "2013-07-15"; a problem of o otherwise. */
static bool read_day(struct json_reader *o, const char *name, enum json_need need, civil_day *out)
{
    const char *text = json_read_text(o, name, need, 1, 32);
    if (text == NULL)
        return false;
    if (civil_day_parse(text, strlen(text), out) == OK)
        return true;
    json_read_wrong(o, name, "must be a day as in 2013-07-15");
    return false;
}

/* "22:30" as minutes of the day. */
static bool minutes_of(const char *text, int *out)
{
    int64_t hours, minutes;
    if (strlen(text) != 5 || text[2] != ':' || text_to_i64(text, 2, 0, 24, &hours) != OK ||
        text_to_i64(text + 3, 2, 0, 59, &minutes) != OK || (hours == 24 && minutes != 0))
        return false;
    *out = (int)(hours * 60 + minutes);
    return true;
}

static void read_hours(struct json_reader *o, struct law *law)
{
    struct json_list list;
    if (!json_read_list(o, "hours", JSON_OPTIONAL, 2, &list))
        return;
    const char *from = list.n == 2 ? json_read_list_text(&list, 0, 1, 8) : NULL;
    const char *until = list.n == 2 ? json_read_list_text(&list, 1, 1, 8) : NULL;
    if (from == NULL || until == NULL || !minutes_of(from, &law->hour_from) ||
        !minutes_of(until, &law->hour_until))
        json_read_wrong(o, "hours", "must be two times of day: [\"22:30\", \"05:00\"]");
}

static void read_licences(struct json_reader *o, struct law *law)
{
    struct json_list list;
    if (!json_read_list(o, "licences", JSON_OPTIONAL, RIGHTS_LICENCES, &list))
        return;
    for (size_t i = 0; i < list.n; i++) {
        enum rights_licence licence;
        const char *name = json_read_list_text(&list, i, 1, 32);
        if (name == NULL || !rights_licence_parse(name, &licence)) {
            json_read_wrong(o, "licences", "must be of SVOD, VOD, EST, AVOD, ...");
            return;
        }
        law->licences |= 1u << licence;
    }
}

static int read_int(struct json_reader *o, const char *name, int64_t least, int64_t most)
{
    int64_t v = 0;
    return json_read_whole(o, name, JSON_OPTIONAL, least, most, &v) ? (int)v : 0;
}

/* A word of a closed list, by the function that knows the list. */
#define READ_WORD(o, name, need, parse, out)                                                       \
    do {                                                                                           \
        const char *word_ = json_read_text((o), (name), (need), 1, 64);                            \
        if (word_ != NULL && !parse(word_, (out)))                                                 \
            json_read_wrong((o), (name), "is not known");                                          \
    } while (0)

static void read_kind(struct json_reader *o, struct arena *arena, struct law *law)
{
    double percent = 0;
    READ_WORD(o, "kind", JSON_REQUIRED, law_kind_parse, &law->kind);
    READ_WORD(o, "what", JSON_OPTIONAL, law_what_parse, &law->what);
    READ_WORD(o, "of", JSON_OPTIONAL, law_of_parse, &law->of);
    READ_WORD(o, "event", JSON_OPTIONAL, rights_event_parse, &law->event);
    law->language = arena_strdup(arena, json_read_text(o, "language", JSON_OPTIONAL, 1, 35));
    if (json_read_number(o, "percent", JSON_OPTIONAL, 0, 100, &percent))
        law->share_permille = (int)(percent * 10 + 0.5);
    law->threshold = read_int(o, "threshold", 0, 1000000);
    law->years_from = read_int(o, "years_from", 0, 100);
    law->years_until = read_int(o, "years_until", 0, 100);
    law->months = read_int(o, "months", 0, 1000);
    law->age = read_int(o, "age", 0, 99);
    read_licences(o, law);
    read_hours(o, law);
}

static void read_law(struct json_reader *o, struct arena *arena, struct law *law)
{
    const char *territory = json_read_text(o, "territory", JSON_REQUIRED, 2, 2);
    law->id = arena_strdup(arena, json_read_text(o, "id", JSON_REQUIRED, 1, LAW_ID_MAX));
    (void)text_copy(law->territory, sizeof law->territory, territory != NULL ? territory : "");
    law->source = arena_strdup(arena, json_read_text(o, "source", JSON_REQUIRED, 1, LAW_TEXT_MAX));
    law->text = arena_strdup(arena, json_read_text(o, "text", JSON_REQUIRED, 1, LAW_TEXT_MAX));
    (void)read_day(o, "from", JSON_REQUIRED, &law->from);
    law->is_open_ended = !read_day(o, "until", JSON_OPTIONAL, &law->until);
    (void)json_read_bool(o, "enforced", JSON_OPTIONAL, &law->is_enforced);
    read_kind(o, arena, law);
    json_read_end(o);
}

/* An id that stands twice in the file; NULL: none. */
static const char *said_twice(const struct law *laws, size_t n)
{
    for (size_t i = 1; i < n; i++) {
        for (size_t k = 0; k < i; k++) {
            if (strcmp(laws[i].id, laws[k].id) == 0)
                return laws[i].id;
        }
    }
    return NULL;
}

static enum err read_list(struct json_reader *o, struct arena *arena, struct law **out,
                          size_t *n_out, struct launch_laws_problem *why)
{
    struct json_list list = { 0 };
    (void)json_read_text(o, "name", JSON_OPTIONAL, 1, 200);
    (void)json_read_list(o, "laws", JSON_REQUIRED, LAUNCH_LAWS_MAX, &list);
    struct law *laws = ARENA_ARRAY(arena, struct law, list.n + 1);
    for (size_t i = 0; i < list.n && !json_read_failed(o); i++) {
        struct law_problem problem;
        struct json_reader one = json_read_list_object(&list, i);
        read_law(&one, arena, &laws[i]);
        if (json_read_failed(&one))
            break;
        if (law_validate(&laws[i], &problem) != OK) {
            say(why, arena_printf(arena, "laws[%zu].%s", i, problem.field),
                arena_printf(arena, "%s: %s", laws[i].id, problem.text));
            return ERR_ARGUMENT;
        }
    }
    json_read_end(o);
    if (json_read_failed(o)) {
        say(why, o->fault->field, o->fault->text);
        return ERR_MALFORMED;
    }
    const char *twice = said_twice(laws, list.n);
    if (twice != NULL) {
        say(why, "laws", arena_printf(arena, "the id %s stands twice", twice));
        return ERR_ARGUMENT;
    }
    *out = laws;
    *n_out = list.n;
    return OK;
}

enum err launch_laws_read(struct arena *arena, const void *bytes, size_t n, struct law **out,
                          size_t *n_out, struct launch_laws_problem *why)
{
    struct json_document *document = NULL;
    struct json_fault fault = { 0 };
    memset(why, 0, sizeof *why);
    if (n > LAUNCH_LAWS_FILE_MAX) {
        say(why, "", "the file is longer than 4 MiB");
        return ERR_FULL;
    }
    enum err err = json_document_read(bytes, n, &document, &fault);
    if (err != OK) {
        say(why, fault.field, fault.text);
        return err;
    }
    struct json_reader o = json_reader_of(document, &fault);
    err = read_list(&o, arena, out, n_out, why);
    json_document_destroy(&document);
    return err;
}

static enum err read_shipped(struct arena *arena, struct law **out, size_t *n)
{
    struct launch_laws_problem why;
    struct law *all = ARENA_ARRAY(arena, struct law, LAUNCH_LAWS_MAX);
    *n = 0;
    for (size_t i = 0; i < launch_n_shipped; i++) {
        struct law *laws;
        size_t n_laws;
        enum err err = launch_laws_read(arena, launch_shipped[i].bytes, launch_shipped[i].size,
                                        &laws, &n_laws, &why);
        if (err != OK || *n + n_laws > LAUNCH_LAWS_MAX)
            return ERR_INTERNAL; /* what we ship ourselves is sound: a test reads it */
        memcpy(all + *n, laws, n_laws * sizeof *all);
        *n += n_laws;
    }
    *out = all;
    return OK;
}

enum err launch_laws_sync(struct store *store, utc_time now)
{
    char have[64];
    struct law *laws;
    size_t n;
    enum err err = store_laws_version(store, have);
    if (err != OK || strcmp(have, launch_shipped_version) == 0)
        return err;
    struct arena *arena = arena_create();
    err = read_shipped(arena, &laws, &n);
    if (err == OK)
        err = store_laws_replace(store, shipped_origin, laws, n, now);
    if (err == OK)
        err = store_laws_version_put(store, launch_shipped_version);
    arena_destroy(&arena);
    return err;
}
