#include "box/model/model.h"

#include <string.h>

static double part_of(const struct tree *t, const char *name)
{
    double v = tree_number(t, name, 0);
    return v < 0 ? 0 : v > 1 ? 1 : v;
}

/* A picture is a path of the service; an address elsewhere is none of our business. */
static const char *picture_of(const struct tree *t, const char *name, struct arena *mem)
{
    const char *path = tree_peek(t, name);
    return path[0] == '/' ? arena_strdup(mem, path) : NULL;
}

static bool read_card(const struct tree *t, struct arena *mem, struct card *c)
{
    const struct tree *genres = tree_at(t, "genres"), *resume = tree_at(t, "resume");
    c->id = tree_text(t, "id", mem);
    c->title = tree_text(t, "title", mem);
    c->original_title = tree_text(t, "original_title", mem);
    c->poster = picture_of(t, "poster", mem);
    c->backdrop = picture_of(t, "backdrop", mem);
    c->rating = tree_text(tree_at(t, "rating"), "value", mem);
    c->n_genres = tree_count_most(genres, GENRES_MAX);
    for (unsigned i = 0; i < c->n_genres; i++)
        c->genres[i] = arena_strdup(mem, tree_peek_item(genres, i));
    c->year = tree_whole(t, "year");
    c->runtime_minutes = tree_whole(t, "runtime_minutes");
    c->is_series = strcmp(tree_peek(t, "kind"), "series") == 0;
    c->is_exclusive = tree_bool(t, "exclusive");
    c->is_coming = tree_at(t, "coming_at") != NULL;
    c->coming_at = tree_instant(t, "coming_at");
    c->available_until = tree_instant(t, "available_until");
    c->progress = part_of(t, "progress");
    c->resume_playable = tree_text(resume, "playable", mem);
    c->resume_season = tree_whole(resume, "season");
    c->resume_episode = tree_whole(resume, "episode");
    return c->id != NULL && c->title != NULL;
}

static struct card *read_cards(const struct tree *items, struct arena *mem, unsigned *n)
{
    unsigned all = tree_count_most(items, ROW_ITEMS_MAX);
    struct card *cards = ARENA_ARRAY(mem, struct card, all + 1);
    *n = 0;
    for (unsigned i = 0; i < all; i++) {
        if (read_card(tree_item(items, i), mem, &cards[*n]))
            *n += 1;
        else
            cards[*n] = (struct card){ 0 };
    }
    return cards;
}

enum err read_home(const struct tree *t, struct arena *mem, void **out)
{
    const struct tree *rows = tree_at(t, "rows");
    struct home *home = ARENA_NEW(mem, struct home);
    if (rows == NULL)
        return ERR_MALFORMED;
    unsigned all = tree_count_most(rows, ROWS_MAX);
    home->rows = ARENA_ARRAY(mem, struct card_row, all + 1);
    for (unsigned i = 0; i < all; i++) {
        const struct tree *row = tree_item(rows, i);
        struct card_row *r = &home->rows[home->n];
        r->id = tree_text(row, "id", mem);
        r->title = tree_text(row, "title", mem);
        r->items = read_cards(tree_at(row, "items"), mem, &r->n);
        home->n += r->n > 0 && r->id != NULL && r->title != NULL;
    }
    *out = home;
    return OK;
}

enum err read_page(const struct tree *t, struct arena *mem, void **out)
{
    struct page *page = ARENA_NEW(mem, struct page);
    if (tree_at(t, "items") == NULL)
        return ERR_MALFORMED;
    page->items = read_cards(tree_at(t, "items"), mem, &page->n);
    page->next = tree_text(t, "next", mem);
    *out = page;
    return OK;
}

static struct rental_offer read_offer(const struct tree *t, struct arena *mem)
{
    struct rental_offer o = { 0 };
    const struct tree *price = tree_at(t, "price"), *rented = tree_at(t, "rented");
    o.price.amount = tree_text(price, "amount", mem);
    o.price.currency = tree_text(price, "currency", mem);
    o.format = tree_text(t, "format", mem);
    o.is_there = o.price.amount != NULL && o.price.currency != NULL && o.format != NULL;
    o.start_days = tree_whole(t, "start_days");
    o.watch_hours = tree_whole(t, "watch_hours");
    const char *state = tree_peek(rented, "state");
    o.rented = strcmp(state, "running") == 0   ? RENTED_RUNNING
               : strcmp(state, "waiting") == 0 ? RENTED_WAITING
                                               : RENTED_NOT;
    o.start_by = tree_instant(rented, "start_by");
    o.ends = tree_instant(rented, "ends");
    return o;
}

static bool read_episode(const struct tree *t, struct arena *mem, struct episode *e)
{
    e->id = tree_text(t, "id", mem);
    e->title = tree_text(t, "title", mem);
    e->synopsis = tree_text(t, "synopsis", mem);
    e->still = picture_of(t, "still", mem);
    e->number = tree_whole(t, "number");
    e->runtime_minutes = tree_whole(t, "runtime_minutes");
    e->is_ready = tree_bool(t, "ready");
    e->is_finished = tree_bool(t, "finished");
    e->is_coming = tree_at(t, "coming_at") != NULL;
    e->coming_at = tree_instant(t, "coming_at");
    e->progress = part_of(t, "progress");
    e->resume_seconds = tree_number(t, "resume_seconds", 0);
    e->rental = read_offer(tree_at(t, "rental"), mem);
    return e->id != NULL;
}

static void read_season(const struct tree *t, struct arena *mem, struct season *s)
{
    const struct tree *episodes = tree_at(t, "episodes");
    unsigned all = tree_count_most(episodes, ROW_ITEMS_MAX);
    s->title = tree_text(t, "title", mem);
    s->number = tree_whole(t, "number");
    s->episodes = ARENA_ARRAY(mem, struct episode, all + 1);
    for (unsigned i = 0; i < all; i++)
        s->n += read_episode(tree_item(episodes, i), mem, &s->episodes[s->n]);
}

/* "A, B, C" of one role, at most so many. */
static const char *read_people(const struct tree *credits, const char *role, unsigned most,
                               struct arena *mem)
{
    char *all = NULL;
    for (size_t i = 0; i < tree_count(credits) && most > 0; i++) {
        const struct tree *one = tree_item(credits, i);
        const char *name = tree_peek(one, "name");
        if (strcmp(tree_peek(one, "role"), role) != 0 || name[0] == '\0')
            continue;
        all = all != NULL ? arena_printf(mem, "%s, %s", all, name) : arena_strdup(mem, name);
        most -= 1;
    }
    return all;
}

static enum may read_may(const char *word)
{
    static const char *const words[] = { [MAY_PLAY] = "play",
                                         [MAY_JOIN] = "join",
                                         [MAY_SUBSCRIBE] = "subscribe",
                                         [MAY_RENT] = "rent",
                                         [MAY_ANNOUNCED] = "announced" };
    for (unsigned i = 0; i < sizeof words / sizeof *words; i++) {
        if (strcmp(words[i], word) == 0)
            return (enum may)i;
    }
    return MAY_ANNOUNCED;
}

enum err read_title(const struct tree *t, struct arena *mem, void **out)
{
    struct title *title = ARENA_NEW(mem, struct title);
    const struct tree *seasons = tree_at(t, "seasons"), *credits = tree_at(t, "credits");
    if (!read_card(t, mem, &title->card))
        return ERR_MALFORMED;
    title->synopsis = tree_text(t, "synopsis", mem);
    title->credit_line = tree_text(t, "credit_line", mem);
    title->playable = tree_text(t, "playable", mem);
    title->creators = read_people(credits, "creator", 3, mem);
    title->directors = read_people(credits, "director", 3, mem);
    title->actors = read_people(credits, "actor", 4, mem);
    title->may = read_may(tree_peek(t, "may"));
    title->resume_seconds = tree_number(t, "resume_seconds", 0);
    title->rental = read_offer(tree_at(t, "rental"), mem);
    title->n_seasons = tree_count_most(seasons, ROWS_MAX);
    title->seasons = ARENA_ARRAY(mem, struct season, title->n_seasons + 1);
    for (unsigned i = 0; i < title->n_seasons; i++)
        read_season(tree_item(seasons, i), mem, &title->seasons[i]);
    *out = title;
    return OK;
}

const struct episode *title_episode(const struct title *t, const char *playable, unsigned *season)
{
    for (unsigned s = 0; playable != NULL && s < t->n_seasons; s++) {
        for (unsigned i = 0; i < t->seasons[s].n; i++) {
            if (strcmp(t->seasons[s].episodes[i].id, playable) != 0)
                continue;
            if (season != NULL)
                *season = s;
            return &t->seasons[s].episodes[i];
        }
    }
    return NULL;
}

/* The first that is ready (and not finished): specials, season 0, are not where a series begins. */
static const struct episode *first_episode(const struct title *t, bool unseen, bool specials,
                                           unsigned *season)
{
    for (unsigned s = 0; s < t->n_seasons; s++) {
        if (!specials && t->seasons[s].number == 0)
            continue;
        for (unsigned i = 0; i < t->seasons[s].n; i++) {
            const struct episode *e = &t->seasons[s].episodes[i];
            if (!e->is_ready || (unseen && e->is_finished))
                continue;
            *season = s;
            return e;
        }
    }
    return NULL;
}

struct pick title_pick(const struct title *t)
{
    struct pick p = { 0 };
    unsigned season = 0;
    if (!t->card.is_series) {
        p.playable = t->playable;
        p.resume_seconds = t->resume_seconds;
        p.progress = t->card.progress;
        p.is_again = t->card.progress >= 1;
        return p;
    }
    const struct episode *e = title_episode(t, t->card.resume_playable, &season);
    if (e == NULL)
        e = first_episode(t, true, false, &season);
    if (e == NULL) {
        e = first_episode(t, false, false, &season);
        p.is_again = e != NULL;
    }
    if (e == NULL)
        e = first_episode(t, false, true, &season);
    if (e == NULL)
        return p;
    p.playable = e->id;
    p.episode = e;
    p.season = t->seasons[season].number;
    p.resume_seconds = e->resume_seconds;
    p.progress = e->progress;
    return p;
}
