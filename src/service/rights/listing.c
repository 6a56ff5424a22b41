/* Studios and avails as they are stored. */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "service/rights/rights.h"

enum err rights_studios_json(struct store *store, struct arena *arena, struct json_writer *w)
{
    struct store_studio *studios;
    size_t n;
    enum err err = store_studios_list(store, arena, &studios, &n);
    if (err != OK)
        return err;
    json_object(w, NULL);
    json_array(w, "items");
    for (size_t i = 0; i < n; i++) {
        json_object(w, NULL);
        json_text(w, "id", studios[i].id.s);
        json_text(w, "name", studios[i].name);
        json_text(w, "contact", studios[i].contact);
        json_instant(w, "created", studios[i].created);
        json_end(w);
    }
    json_end(w);
    json_end(w);
    return OK;
}

static void put_place(struct json_writer *w, const char *key, int number)
{
    if (number < 0)
        json_null(w, key);
    else
        json_number(w, key, number);
}

static void put_edge(struct json_writer *w, const char *key, const struct rights_edge *edge)
{
    char text[RIGHTS_EDGE_TEXT];
    rights_edge_format(edge, text);
    json_text(w, key, edge->kind == RIGHTS_EDGE_NONE ? NULL : text);
}

static void put_duration(struct json_writer *w, const char *key, const struct duration *d)
{
    char text[DURATION_TEXT];
    duration_format(d, text);
    json_text(w, key, duration_is_zero(d) ? NULL : text);
}

static void put_languages(struct json_writer *w, const char *key,
                          const struct rights_language *list, size_t n)
{
    static const char *const assets[] = { NULL, "sub", "dub" };
    json_array(w, key);
    for (size_t i = 0; i < n; i++) {
        json_object(w, NULL);
        json_text(w, "language", list[i].tag);
        json_text(w, "as", assets[list[i].asset]);
        json_end(w);
    }
    json_end(w);
}

static void put_right(const struct store_right *from, struct json_writer *w)
{
    const struct rights_right *r = &from->right;
    char price[MONEY_TEXT];
    json_object(w, NULL);
    json_text(w, "id", r->id);
    json_text(w, "transaction", from->transaction);
    json_text(w, "licence", rights_licence_name(r->licence));
    json_text(w, "territories", from->territories);
    put_edge(w, "start", &r->start);
    put_edge(w, "end", &r->end);
    put_duration(w, "window", &r->window);
    put_edge(w, "announce", &r->announce);
    put_edge(w, "suppression_lift", &r->suppression_lift);
    json_text(w, "format", rights_format_name(r->format));
    json_bool(w, "hdr", r->is_hdr);
    json_bool(w, "exclusive", r->is_exclusive);
    json_text(w, "status",
              r->status == RIGHTS_STATUS_UNSAID ? NULL : rights_status_name(r->status));
    put_languages(w, "allowed", r->allowed, r->n_allowed);
    put_languages(w, "held_back", r->holdback, r->n_holdback);
    put_duration(w, "rental", &r->rental);
    put_duration(w, "watch", &r->watch);
    money_format(&r->price, price);
    json_text(w, "price", r->price.currency[0] != 0 ? price : NULL);
    json_text(w, "contract", from->contract);
    json_text(w, "reporting", from->reporting);
    json_text(w, "from_file", from->from_file);
    json_end(w);
}

void rights_avail_json(const struct store_avail *avail, bool with_rights, struct json_writer *w)
{
    json_object(w, NULL);
    json_text(w, "id", avail->id.s);
    json_text(w, "alid", avail->alid);
    json_text(w, "studio", avail->studio);
    json_text(w, "type", avail->type);
    json_text(w, "work_type", avail->work_type);
    json_text(w, "name", avail->title_name);
    put_place(w, "season", avail->season);
    put_place(w, "episode", avail->episode);
    if (avail->title.s[0] == 0) {
        json_null(w, "link");
    } else {
        json_object(w, "link");
        json_text(w, "title", avail->title.s);
        put_place(w, "season", avail->title_season);
        put_place(w, "episode", avail->title_episode);
        json_end(w);
    }
    json_instant(w, "changed", avail->changed);
    if (with_rights) {
        json_array(w, "rights");
        for (size_t i = 0; i < avail->n_rights; i++)
            put_right(&avail->rights[i], w);
        json_end(w);
    }
    json_end(w);
}

enum err rights_avails_json(struct store *store, struct arena *arena,
                            const struct avail_filter *filter, struct json_writer *w)
{
    struct store_avail *avails;
    size_t n;
    const char *next;
    enum err err = store_avails_list(store, arena, filter, &avails, &n, &next);
    if (err != OK)
        return err;
    json_object(w, NULL);
    json_array(w, "items");
    for (size_t i = 0; i < n; i++)
        rights_avail_json(&avails[i], filter->with_rights, w);
    json_end(w);
    json_text(w, "next", next);
    json_end(w);
    return OK;
}

static int by_text(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The order of rows in a file says nothing: transactions come in the order of what they say. */
static enum err export_avail(void *context, const struct store_avail *avail)
{
    struct json_writer *w = context;
    json_object(w, NULL);
    json_text(w, "studio", avail->studio);
    json_raw(w, "avail", avail->said);
    json_array(w, "transactions");
    struct arena *arena = arena_create();
    const char **said = ARENA_ARRAY(arena, const char *, avail->n_rights + 1);
    for (size_t i = 0; i < avail->n_rights; i++)
        said[i] = avail->rights[i].said;
    qsort(said, avail->n_rights, sizeof *said, by_text);
    for (size_t i = 0; i < avail->n_rights; i++)
        json_raw(w, NULL, said[i]);
    arena_destroy(&arena);
    json_end(w);
    json_end(w);
    return w->out->err;
}

enum err rights_export_json(struct store *store, const char *studio, struct json_writer *w)
{
    json_object(w, NULL);
    json_array(w, "avails");
    enum err err = store_avails_each(store, studio, export_avail, w);
    json_end(w);
    json_end(w);
    return err;
}

static void right_text(const struct store_right *from, struct buf *out)
{
    const struct rights_right *r = &from->right;
    char start[RIGHTS_EDGE_TEXT], end[RIGHTS_EDGE_TEXT], price[MONEY_TEXT];
    rights_edge_format(&r->start, start);
    rights_edge_format(&r->end, end);
    buf_printf(out, "  %s %s%s in %s, %s to %s%s", rights_licence_name(r->licence),
               rights_format_name(r->format), r->is_hdr ? " HDR" : "", from->territories, start,
               end, r->is_exclusive ? ", exclusive" : "");
    if (r->price.currency[0] != 0) {
        money_format(&r->price, price);
        buf_printf(out, ", %s", price);
    }
    if (r->status != RIGHTS_STATUS_UNSAID)
        buf_printf(out, ", %s", rights_status_name(r->status));
    buf_printf(out, "  (%s)\n", from->transaction != NULL ? from->transaction : "no id");
}

void rights_avail_text(const struct store_avail *avail, struct buf *out)
{
    buf_printf(out, "%s\n%s, %s", avail->alid, avail->studio,
               avail->type != NULL ? avail->type : "");
    if (avail->title_name != NULL) {
        buf_text(out, ": ");
        text_put_line(out, avail->title_name, strlen(avail->title_name));
    }
    if (avail->season >= 0)
        buf_printf(out, ", season %d", avail->season);
    if (avail->episode >= 0)
        buf_printf(out, ", episode %d", avail->episode);
    buf_text(out, avail->title.s[0] == 0 ? "\nlinked to nothing" : "\nlinked to ");
    buf_text(out, avail->title.s);
    if (avail->title_season >= 0 && avail->title.s[0] != 0)
        buf_printf(out, " season %d", avail->title_season);
    if (avail->title_episode >= 0 && avail->title.s[0] != 0)
        buf_printf(out, " episode %d", avail->title_episode);
    buf_text(out, "\n");
    for (size_t i = 0; i < avail->n_rights; i++)
        right_text(&avail->rights[i], out);
}
