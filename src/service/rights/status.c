/* OfferStatus: what became of a studio's offers. */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "driver/json/reader.h"
#include "driver/store/showings.h"
#include "driver/store/territories.h"
#include "service/rights/judge.h"

struct status {
    struct store *store;
    struct arena *arena; /* of all that is written */
    const struct rights_status_params *params;
    struct masters masters;
    struct territory *house;
    size_t n_house;
    struct offer_status *offers;
    size_t n, room;
};

/* One avail with what we have of it. */
struct offer {
    struct arena *arena;
    const struct store_avail *avail;
    struct title title;
    size_t n_playables, n_events;
    struct masters_playable *playables;
    struct masters_state masters;
    struct rights_event_date *events;
    bool promises_captions; /* CaptionIncluded */
    bool is_exempt;         /* an exemption of the FCC's is named */
};

/* ---- what we have of it ------------------------------------------------------------------------
 */

static bool covers(const struct store_avail *avail, const struct title_episode *episode)
{
    if (avail->title_season >= 0 && episode->season != avail->title_season)
        return false;
    if (avail->title_episode >= 0)
        return episode->number == avail->title_episode;
    if (avail->volume_first > 0 && avail->volume_count > 0)
        return episode->number >= avail->volume_first &&
               episode->number < avail->volume_first + avail->volume_count;
    return true;
}

static enum err load_playables(struct status *s, struct offer *o)
{
    struct series_listing series = { 0 };
    if (o->title.kind == TITLE_FILM) {
        o->playables = ARENA_NEW(o->arena, struct masters_playable);
        memcpy(o->playables->id.s, o->title.id.s, ID_TEXT);
        o->n_playables = 1;
        return OK;
    }
    enum err err = store_series_get(s->store, o->arena, o->title.id, &series);
    o->playables = ARENA_ARRAY(o->arena, struct masters_playable, series.n_episodes + 1);
    for (size_t i = 0; i < series.n_episodes; i++) {
        const struct title_episode *e = &series.episodes[i];
        if (covers(o->avail, e))
            o->playables[o->n_playables++] =
                (struct masters_playable){ e->id, e->season, e->number };
    }
    return err;
}

static enum err load_title(struct status *s, struct offer *o)
{
    if (o->avail->title.s[0] == 0)
        return OK;
    enum err err = store_title_get(s->store, o->arena, o->avail->title, &o->title);
    if (err == OK)
        err = load_playables(s, o);
    if (err == OK)
        err = masters_look(&s->masters, o->arena, o->playables, o->n_playables, &o->masters);
    if (err == OK)
        err = store_title_events(s->store, o->arena, o->title.id, &o->events, &o->n_events);
    return err;
}

/* The captions are said of the work itself. */
static void read_captions(struct offer *o)
{
    struct json_document *document = NULL;
    struct json_fault fault = { .text = "" };
    int64_t exemption = 0;
    if (o->avail->said == NULL ||
        json_document_read(o->avail->said, strlen(o->avail->said), &document, &fault) != OK)
        return;
    struct json_reader avail = json_reader_of(document, &fault);
    struct json_reader work = json_read_object(&avail, "work", JSON_OPTIONAL);
    bool has = false;
    (void)!json_read_bool(&work, "has_captions", JSON_OPTIONAL, &has);
    (void)!json_read_whole(&work, "caption_exemption", JSON_OPTIONAL, 0, 99, &exemption);
    o->promises_captions = has;
    o->is_exempt = exemption > 0;
    json_document_destroy(&document);
}

static size_t read_required(struct arena *arena, const char *said, struct judge_language **out)
{
    enum { LANGUAGES_MAX = 200, TAG_MAX = 40 };
    struct json_document *document = NULL;
    struct json_fault fault = { .text = "" };
    struct json_list list;
    size_t n = 0;
    *out = NULL;
    if (said == NULL || json_document_read(said, strlen(said), &document, &fault) != OK)
        return 0;
    struct json_reader o = json_reader_of(document, &fault);
    if (json_read_list(&o, "required", JSON_OPTIONAL, LANGUAGES_MAX, &list)) {
        *out = ARENA_ARRAY(arena, struct judge_language, list.n + 1);
        for (size_t i = 0; i < list.n; i++) {
            struct json_reader l = json_read_list_object(&list, i);
            const char *tag = json_read_text(&l, "tag", JSON_OPTIONAL, 1, TAG_MAX);
            const char *asset = json_read_text(&l, "asset", JSON_OPTIONAL, 0, TAG_MAX);
            enum rights_asset as = RIGHTS_ANY;
            if (asset != NULL && strcasecmp(asset, "audio") == 0)
                as = RIGHTS_DUB;
            else if (asset != NULL && strcasecmp(asset, "subtitle") == 0)
                as = RIGHTS_SUB;
            if (tag != NULL)
                (*out)[n++] = (struct judge_language){ arena_strdup(arena, tag), as };
        }
    }
    json_document_destroy(&document);
    return n;
}

/* ---- when and where ----------------------------------------------------------------------------
 */

static const struct territory *house_territory(const struct status *s, const char *code)
{
    for (size_t i = 0; i < s->n_house; i++) {
        if (strcmp(s->house[i].code, code) == 0)
            return &s->house[i];
    }
    return NULL;
}

static bool window_in(const struct status *s, const struct offer *o,
                      const struct rights_right *right, const char *code, utc_time *from,
                      utc_time *until)
{
    struct territory bare = { .tax_permille = -1, .price_minor = -1 };
    const struct territory *t = house_territory(s, code);
    text_copy(bare.code, sizeof bare.code, code);
    struct rights_question q = { .territory = code,
                                 .zone = territory_zone(t != NULL ? t : &bare),
                                 .n_rights = 1,
                                 .rights = right,
                                 .n_events = o->n_events,
                                 .events = o->events };
    return rights_window(right, &q, from, until);
}

/* The territory whose days are told to the studio: the house's own when the right has it, then one
 * that the house has set, then the first that is named. */
static void place_of(const struct status *s, const struct store_right *right, char out[3])
{
    const struct territory_set *where = &right->right.where;
    if (territory_set_has(where, s->params->home)) {
        text_copy(out, 3, s->params->home);
        return;
    }
    for (size_t i = 0; i < s->n_house; i++) {
        if (territory_set_has(where, s->house[i].code)) {
            text_copy(out, 3, s->house[i].code);
            return;
        }
    }
    size_t n;
    const struct territory_facts *facts = territory_facts_all(&n);
    const char *said = right->territories != NULL ? right->territories : "";
    snprintf(out, 3, "%.2s", said);
    for (size_t i = 0; i < n && !territory_set_has(where, out); i++)
        text_copy(out, 3, facts[i].code);
}

/* "FR BE -CH": what is offered and what is not; "ZZ" is the world, which is not named. */
static void put_territories(struct status *s, const char *said, struct offer_transaction *t)
{
    size_t room = 1;
    for (const char *at = said; *at != 0; at++)
        room += *at == ' ' ? 1 : 0;
    const char **in = ARENA_ARRAY(s->arena, const char *, room);
    const char **out = ARENA_ARRAY(s->arena, const char *, room);
    for (const char *at = said; *at != 0;) {
        size_t n = strcspn(at, " ");
        bool is_excluded = at[0] == '-';
        const char *code = arena_strndup(s->arena, at + is_excluded, n - is_excluded);
        if (is_excluded)
            out[t->n_excluded++] = code;
        else if (n > 0 && strcmp(code, "ZZ") != 0)
            in[t->n_territories++] = code;
        at += n + (at[n] == ' ' ? 1 : 0);
    }
    t->territories = in;
    t->excluded = out;
}

static const char *condition_of(const struct rights_edge *edge)
{
    static const char *const events[RIGHTS_EVENTS] = {
        [RIGHTS_EVENT_THEATRICAL] = "Theatrical", [RIGHTS_EVENT_BROADCAST] = "Broadcast",
        [RIGHTS_EVENT_EST] = "ESTStart",          [RIGHTS_EVENT_COMPLETED] = "Completed",
        [RIGHTS_EVENT_PAY_TV] = "Broadcast",      [RIGHTS_EVENT_DISC] = "TBD",
    };
    if (edge->kind == RIGHTS_EDGE_OPEN)
        return "Immediate";
    return edge->kind == RIGHTS_EDGE_EVENT ? events[edge->event] : "TBD";
}

static void put_window(const struct store_right *right, bool is_known, utc_time from,
                       utc_time until, struct offer_transaction *t)
{
    t->start = is_known ? from : RIGHTS_SINCE_EVER;
    if (t->start.us == INT64_MIN)
        t->start_condition = condition_of(&right->right.start);
    t->has_end = is_known && until.us != INT64_MAX;
    t->end = until;
}

/* ---- whether it is shown ------------------------------------------------------------------------
 */

static bool shows_by(const struct showing *showing, enum rights_licence licence)
{
    if (showing->state != RIGHTS_OPEN)
        return false;
    return licence == RIGHTS_VOD ? showing->for_rent : showing->in_subscription;
}

static const char *held_text(struct arena *arena, const struct showing *showing)
{
    if (showing->reason == VIEWING_HELD_BACK)
        return arena_printf(arena, "Held back: %s",
                            showing->because != NULL ? showing->because : "by another contract");
    return NULL;
}

/* In one of our territories: open there, in this right's own window, and shown. */
static enum err look_in(struct status *s, const struct offer *o, const struct store_right *right,
                        const struct territory *t, struct judge_question *q)
{
    utc_time now = s->params->now, from, until;
    enum territory_state state = territory_state_at(t->changes, t->n_changes, now);
    if (state != TERRITORY_OPEN || !territory_set_has(&right->right.where, t->code))
        return OK;
    q->is_open_somewhere = true;
    bool in_window = window_in(s, o, &right->right, t->code, &from, &until) && from.us <= now.us &&
                     now.us < until.us;
    enum err err = OK;
    for (size_t i = 0; i < o->n_playables && in_window && err == OK && !q->is_live; i++) {
        struct showing showing;
        err = store_showing_find(s->store, o->arena, o->playables[i].id, t->code, now, &showing,
                                 &state);
        q->is_live = err == OK && shows_by(&showing, right->right.licence);
        if (err == OK && !q->is_live && q->held == NULL)
            q->held = held_text(s->arena, &showing);
    }
    return err;
}

/* ---- one right, one avail -----------------------------------------------------------------------
 */

static enum err judge_right(struct status *s, const struct offer *o,
                            const struct store_right *right, bool is_due,
                            struct offer_transaction *t)
{
    struct judge_language *required = NULL;
    bool is_linked = o->avail->title.s[0] != 0;
    struct judge_question q = {
        .right = &right->right,
        .is_linked = is_linked,
        .is_published = is_linked && o->title.state == TITLE_PUBLISHED &&
                        o->title.published.us <= s->params->now.us,
        .masters = &o->masters,
        .is_due = is_due,
        .n_required = read_required(o->arena, right->said, &required),
        .wants_captions =
            o->promises_captions || (territory_set_has(&right->right.where, "US") &&
                                     !o->is_exempt && house_territory(s, "US") != NULL),
    };
    q.required = required;
    enum err err = OK;
    for (size_t i = 0; i < s->n_house && is_linked && err == OK; i++)
        err = look_in(s, o, right, &s->house[i], &q);
    struct judge_answer answer = judge_offer(s->arena, &q);
    t->progress = answer.progress;
    t->comments = arena_strdup(s->arena, answer.comments); /* some live with the offer */
    bool has_url = answer.progress == OFFER_LIVE && s->params->public_url[0] != 0;
    if (has_url)
        t->url = arena_printf(s->arena, "%s/title/%s", s->params->public_url, o->title.id.s);
    return err;
}

/* False: its window is over, and with it the offer. */
static enum err add_right(struct status *s, const struct offer *o, const struct store_right *right,
                          struct offer_transaction *t, bool *is_told)
{
    char code[3];
    utc_time from = RIGHTS_SINCE_EVER, until = RIGHTS_FOR_EVER, now = s->params->now;
    place_of(s, right, code);
    bool is_known = window_in(s, o, &right->right, code, &from, &until);
    *is_told = !is_known || now.us < until.us;
    if (!*is_told)
        return OK;
    *t = (struct offer_transaction){
        .transaction_id = arena_strdup(s->arena, right->transaction),
        .contract = arena_strdup(s->arena, right->contract),
        .reporting = arena_strdup(s->arena, right->reporting),
        .format = rights_format_name(right->right.format),
    };
    put_territories(s, right->territories != NULL ? right->territories : "", t);
    put_window(right, is_known, from, until, t);
    return judge_right(s, o, right, is_known && from.us <= now.us, t);
}

static struct offer_status *next_offer(struct status *s)
{
    if (s->n == s->room) {
        s->room = s->room == 0 ? 64 : s->room * 2;
        struct offer_status *more = ARENA_ARRAY(s->arena, struct offer_status, s->room);
        if (s->n > 0)
            memcpy(more, s->offers, s->n * sizeof *more);
        s->offers = more;
    }
    return &s->offers[s->n++];
}

/* An OfferStatus has one licence type for all of its transactions. */
static enum err add_licence(struct status *s, const struct offer *o, enum rights_licence licence)
{
    size_t n = 0;
    enum err err = OK;
    const struct store_avail *avail = o->avail;
    for (size_t i = 0; i < avail->n_rights; i++)
        n += avail->rights[i].right.licence == licence ? 1 : 0;
    if (n == 0)
        return OK;
    struct offer_transaction *list = ARENA_ARRAY(s->arena, struct offer_transaction, n);
    n = 0;
    for (size_t i = 0; i < avail->n_rights && err == OK; i++) {
        bool is_told = false;
        if (avail->rights[i].right.licence == licence)
            err = add_right(s, o, &avail->rights[i], &list[n], &is_told);
        n += is_told ? 1 : 0;
    }
    if (err == OK && n > 0)
        *next_offer(s) = (struct offer_status){ .alid = arena_strdup(s->arena, avail->alid),
                                                .licensor = arena_strdup(s->arena, avail->studio),
                                                .licence = rights_licence_name(licence),
                                                .n = n,
                                                .transactions = list };
    return err;
}

static enum err add_avail(void *context, const struct store_avail *avail)
{
    struct status *s = context;
    struct offer o = { .arena = arena_create(), .avail = avail };
    enum err err = load_title(s, &o);
    read_captions(&o);
    for (int licence = 0; licence < RIGHTS_LICENCES && err == OK; licence++)
        err = add_licence(s, &o, (enum rights_licence)licence);
    arena_destroy(&o.arena);
    return err;
}

static enum err fail(struct rights_problem *why, enum err err, const char *who)
{
    text_copy(why->field, sizeof why->field, "studio");
    snprintf(why->text, sizeof why->text, "%s: %s", who, err_text(err));
    return err;
}

enum err rights_status_write(struct store *store, struct arena *arena,
                             const struct rights_status_params *params, struct buf *out,
                             struct rights_problem *why)
{
    struct status s = { .store = store, .arena = arena, .params = params };
    struct store_studio studio;
    *why = (struct rights_problem){ 0 };
    enum err err = store_studio_find(store, arena, params->studio, &studio);
    if (err != OK)
        return fail(why, err, params->studio);
    err = store_territories_list(store, arena, &s.house, &s.n_house);
    if (err == OK)
        err = masters_begin(&s.masters, store, arena);
    if (err == OK)
        err = store_avails_each(store, studio.name, add_avail, &s);
    masters_end(&s.masters);
    if (err == OK)
        err = offer_status_write(out, s.offers, s.n, params->now);
    return err == OK ? OK : fail(why, err, studio.name);
}
