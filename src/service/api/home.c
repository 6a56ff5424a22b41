/* The home page: rows of cards. */
#include <string.h>

#include "driver/store/media.h"
#include "rules/catalog/genre.h"
#include "service/api/card.h"
#include "service/api/handlers.h"
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

/* What a member goes on with, the last seen first. */
static enum err write_continue(struct api_call *call, const struct seen *seen)
{
    size_t written = 0;
    enum err err = OK;
    for (size_t i = 0; i < seen->n && written < ROW; i++) {
        struct title title;
        struct title_episode episode;
        struct resume resume;
        if (seen_before(seen, i))
            continue;
        err = resume_find(call, &seen->entries[i], &resume);
        if (err == OK)
            err = store_playable_find(call->store, call->arena, resume.playable, &title, &episode);
        if (err == ERR_NOT_FOUND)
            continue;
        if (err != OK)
            return err;
        struct store_edition edition;
        err = store_edition_get(call->store, call->arena, resume.playable, &edition);
        if (err != OK && err != ERR_NOT_FOUND)
            return err;
        if (!call_decide(call, title.state, title.published, err == OK).is_shown)
            continue;
        if (written++ == 0)
            row_open(call, "continue", "continue");
        json_object(&call->w, NULL);
        card_write_members(call, &title, &resume);
        json_end(&call->w);
    }
    if (written > 0)
        row_close(call);
    return OK;
}

/* A row of what the filter finds, when that is at least `least`. */
static enum err write_row(struct api_call *call, const struct seen *seen, const char *id,
                          const char *word, const struct title_filter *filter, size_t least)
{
    struct title_page page;
    enum err err = store_titles_list(call->store, call->arena, filter, &page);
    if (err == OK)
        card_keep_shown(call, &page);
    if (err != OK || page.n < least)
        return err;
    row_open(call, id, word);
    err = card_write_page(call, &page, seen);
    row_close(call);
    return err;
}

static enum err write_genres(struct api_call *call, const struct seen *seen)
{
    size_t n;
    const char *const *genres = genre_list(&n);
    enum err err = OK;
    for (size_t i = 0; i < n && err == OK; i++)
        err =
            write_row(call, seen, arena_printf(call->arena, "genre:%s", genres[i]), genres[i],
                      &(struct title_filter){ .genre = genres[i], .limit = ROW }, GENRE_ROW_LEAST);
    return err;
}

void handle_home(struct api_call *call)
{
    struct seen seen;
    enum err err = seen_load(call, &seen);
    json_object(&call->w, NULL);
    json_array(&call->w, "rows");
    if (err == OK)
        err = write_continue(call, &seen);
    if (err == OK)
        err = write_row(call, &seen, "new", "new", &(struct title_filter){ .limit = ROW }, 1);
    if (err == OK)
        err = write_row(call, &seen, "films", "films",
                        &(struct title_filter){ .kind = "film", .limit = ROW }, 1);
    if (err == OK)
        err = write_row(call, &seen, "series", "series",
                        &(struct title_filter){ .kind = "series", .limit = ROW }, 1);
    if (err == OK)
        err = write_genres(call, &seen);
    json_end(&call->w);
    json_end(&call->w);
    if (err != OK)
        call_fail(call, err, "make the home page");
    else
        call_answer(call, 200);
}
