/* The home page: rows of cards. */
#include <string.h>

#include "rules/catalog/genre.h"
#include "service/api/card.h"
#include "service/api/handlers.h"
#include "service/api/shown.h"
#include "service/api/words.h"

enum {
    ROW = 20,           /* cards in a row */
    GENRE_ROW_LEAST = 2 /* a genre with a single title is no row */
};

static void row_open(struct api_call *call, const char *id, const char *word)
{
    const char *title = words_for(word, call->language);
    json_object(&call->w, NULL);
    json_text(&call->w, "id", id);
    json_text(&call->w, "title", title != NULL ? title : word);
    json_array(&call->w, "items");
}

static void row_close(struct api_call *call)
{
    json_end(&call->w);
    json_end(&call->w);
}

/* Whether the title of entry i of the list stands before it with another playable. */
static bool seen_before(const struct seen *seen, size_t i)
{
    return seen_of_title(seen, seen->entries[i].title) != &seen->entries[i];
}

/* One card of the row; nothing for what is seen to the end or cannot be watched here and now. */
static enum err write_gone_on_with(struct api_call *call, const struct store_progress *newest,
                                   size_t *written)
{
    struct title title;
    struct title_episode episode;
    struct resume resume;
    struct shown shown;
    enum err err = resume_find(call, newest, &resume);
    if (err == OK)
        err = store_playable_find(call->store, call->arena, resume.playable, &title, &episode);
    if (err == OK)
        err = shown_title(call, title.id, &shown);
    if (err == ERR_NOT_FOUND || (err == OK && !shown_is_open(&shown)))
        return OK;
    if (err != OK)
        return err;
    if ((*written)++ == 0)
        row_open(call, "continue", "continue");
    json_object(&call->w, NULL);
    err = card_write_members(call, &title, &shown.showing, &resume);
    json_end(&call->w);
    return err;
}

/* What the profile goes on with, the last seen first. */
static enum err write_continue(struct api_call *call, const struct seen *seen)
{
    size_t written = 0;
    enum err err = OK;
    for (size_t i = 0; i < seen->n && written < ROW && err == OK; i++)
        if (!seen_before(seen, i))
            err = write_gone_on_with(call, &seen->entries[i], &written);
    if (written > 0)
        row_close(call);
    return err;
}

/* One card of the row; nothing for what is there already or cannot be watched now. */
static enum err write_one_rented(struct api_call *call, const struct seen *seen,
                                 const struct rental *rental, title_id *written, size_t *n)
{
    struct title title;
    struct shown playable, shown;
    struct resume resume;
    for (size_t k = 0; k < *n; k++)
        if (strcmp(written[k].s, rental->title.s) == 0)
            return OK;
    enum err err = shown_playable(call, rental->playable, &playable);
    if (err == OK && !playable.verdict.may_play)
        return OK;
    if (err == OK)
        err = store_title_get(call->store, call->arena, rental->title, &title);
    if (err == OK)
        err = shown_title(call, rental->title, &shown);
    if (err != OK)
        return err == ERR_NOT_FOUND ? OK : err;
    enum err found = resume_find(call, seen_of_title(seen, title.id), &resume);
    if (found != OK && found != ERR_NOT_FOUND)
        return found;
    if (*n == 0)
        row_open(call, "rented", "rented");
    written[(*n)++] = title.id;
    json_object(&call->w, NULL);
    err = card_write_members(call, &title, &shown.showing, found == OK ? &resume : NULL);
    json_end(&call->w);
    return err;
}

/* What the member has rented and can watch now, the last rented first. */
static enum err write_rented(struct api_call *call, const struct seen *seen)
{
    const struct call_rentals *rentals;
    title_id written[ROW];
    size_t n = 0;
    enum err err = shown_rentals(call, &rentals);
    for (size_t i = 0; err == OK && i < rentals->n && n < ROW; i++)
        err = write_one_rented(call, seen, &rentals->all[i], written, &n);
    if (n > 0)
        row_close(call);
    return err;
}

/* Which titles a row is of. */
struct row {
    const char *id, *word;
    const char *kind, *genre; /* NULL: any */
    size_t least;             /* fewer are no row */
};

static enum err write_row(struct api_call *call, const struct seen *seen, const struct row *row)
{
    struct title_page page;
    struct title_filter filter = shown_filter(call);
    filter.kind = row->kind;
    filter.genre = row->genre;
    filter.limit = ROW;
    enum err err = shown_list(call, &filter, &page);
    if (err != OK || page.n < row->least)
        return err;
    row_open(call, row->id, row->word);
    err = card_write_page(call, &page, seen);
    row_close(call);
    return err;
}

static bool is_among(const char *word, const char *const *list, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(list[i], word) == 0)
            return true;
    return false;
}

/* A genre that no title bears is not looked for among all of them. */
static enum err write_genres(struct api_call *call, const struct seen *seen)
{
    size_t n, n_used = 0;
    const char **used = NULL;
    const char *const *genres = genre_list(&n);
    enum err err = store_genres_used(call->store, call->arena, &used, &n_used);
    for (size_t i = 0; i < n && err == OK; i++) {
        if (is_among(genres[i], used, n_used))
            err = write_row(call, seen,
                            &(struct row){ .id = arena_printf(call->arena, "genre:%s", genres[i]),
                                           .word = genres[i],
                                           .genre = genres[i],
                                           .least = GENRE_ROW_LEAST });
    }
    return err;
}

static enum err write_rows(struct api_call *call)
{
    static const struct row rows[] = {
        { "new", "new", NULL, NULL, 1 },
        { "films", "films", "film", NULL, 1 },
        { "series", "series", "series", NULL, 1 },
    };
    struct seen seen;
    enum err err = seen_load(call, &seen);
    if (err == OK)
        err = write_continue(call, &seen);
    if (err == OK)
        err = write_rented(call, &seen);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0] && err == OK; i++)
        err = write_row(call, &seen, &rows[i]);
    return err == OK ? write_genres(call, &seen) : err;
}

void handle_home(struct api_call *call)
{
    enum err err = OK;
    json_object(&call->w, NULL);
    json_array(&call->w, "rows");
    if (call->viewer.state == TERRITORY_OPEN)
        err = write_rows(call);
    json_end(&call->w);
    json_end(&call->w);
    if (err != OK)
        call_fail(call, err, "make the home page");
    else
        call_answer(call, 200);
}
