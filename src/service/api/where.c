#include "service/api/where.h"

#include <string.h>

#include "driver/store/territories.h"

static char upper(char c)
{
    return (char)(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
}

/* What a proxy says: a code that is assigned; "XX" and "T1" are words for "not known". */
static bool read_code(const char *text, char out[3])
{
    if (text == NULL || strlen(text) != 2)
        return false;
    char code[3] = { upper(text[0]), upper(text[1]), 0 };
    if (territory_facts(code) == NULL)
        return false;
    memcpy(out, code, sizeof code);
    return true;
}

void where_client(const struct api_params *p, const struct http_request *rq,
                  const struct client *client, char out[3])
{
    bool has_header = p->place_header != NULL && p->place_header[0] != 0;
    out[0] = 0;
    if (has_header && client->is_proxied && read_code(http_header(rq, p->place_header), out))
        return;
    if (p->places != NULL && client->address[0] != 0) {
        char found[3] = "";
        place_map_find(p->places, client->address, found);
        (void)read_code(found, out);
    }
}

void where_place(const struct api_call *call, char out[3])
{
    where_client(call->params, call->rq, &call->client, out);
}

static void copy_code(char out[3], const char *code)
{
    memset(out, 0, 3);
    memcpy(out, code, strnlen(code, 2));
}

/* Where the catalogue is taken from, and what is set for that. */
static enum err find_territory(struct api_call *call, const char *home, struct territory *out)
{
    struct territory rules = { 0 };
    enum err err = OK;
    if (home[0] != 0)
        err = store_territory_get(call->store, call->arena, home, &rules);
    if (err != OK)
        return err;
    const char *code =
        territory_of_viewer(&rules, home, call->viewer.place, call->params->territory);
    copy_code(call->viewer.territory, code);
    *out = rules;
    if (home[0] != 0 && strcmp(code, home) == 0)
        return OK;
    return store_territory_get(call->store, call->arena, call->viewer.territory, out);
}

/* Changes that lie ahead happen by the clock alone. */
static void find_state(struct api_call *call, const struct territory *t)
{
    struct call_viewer *v = &call->viewer;
    v->state = territory_state_at(t->changes, t->n_changes, call->now);
    for (size_t i = 0; i < t->n_changes; i++) {
        if (t->changes[i].at.us <= call->now.us)
            v->state_from = t->changes[i].at;
        else if (v->state_until.us == 0)
            v->state_until = t->changes[i].at;
    }
}

enum err where_find(struct api_call *call)
{
    struct territory territory = { 0 };
    where_place(call, call->viewer.place);
    const char *home = call->member != NULL ? call->member->territory : "";
    enum err err = find_territory(call, home != NULL ? home : "", &territory);
    if (err != OK)
        return err;
    call->viewer.ratings = territory_ratings(&territory);
    find_state(call, &territory);
    return OK;
}
