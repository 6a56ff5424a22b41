#include "service/api/card.h"

#include <string.h>

#include "rules/territory/rating.h"
#include "service/api/shown.h"

enum {
    SEEN_MAX = 500,  /* entries: more than anybody goes on with */
    NEXT_TRIES = 50, /* episodes not open that are stepped over */
};

enum err seen_load(struct api_call *call, struct seen *out)
{
    *out = (struct seen){ 0 };
    if (call->member == NULL)
        return OK;
    return store_progress_list(call->store, call->arena, call->profile.id, false, SEEN_MAX,
                               &out->entries, &out->n);
}

const struct store_progress *seen_of_title(const struct seen *seen, title_id title)
{
    for (size_t i = 0; i < seen->n; i++)
        if (strcmp(seen->entries[i].title.s, title.s) == 0)
            return &seen->entries[i];
    return NULL;
}

const struct store_progress *seen_of_playable(const struct seen *seen, playable_id playable)
{
    for (size_t i = 0; i < seen->n; i++)
        if (strcmp(seen->entries[i].playable.s, playable.s) == 0)
            return &seen->entries[i];
    return NULL;
}

double seen_part(const struct store_progress *progress)
{
    if (progress->is_finished)
        return 1;
    if (progress->duration_ms <= 0 || progress->position_ms <= 0)
        return 0;
    double part = (double)progress->position_ms / (double)progress->duration_ms;
    return part > 1 ? 1 : part;
}

double seen_resume_seconds(const struct store_progress *progress)
{
    if (progress == NULL || progress->is_finished)
        return 0;
    return (double)progress->position_ms / 1000;
}

enum err episode_next_open(struct api_call *call, playable_id after, struct title_episode *out)
{
    for (int i = 0; i < NEXT_TRIES; i++) {
        struct shown shown;
        enum err err = store_episode_next(call->store, call->arena, after, out);
        if (err == OK)
            err = shown_playable(call, out->id, &shown);
        if (err != OK || shown_is_open(&shown))
            return err;
        after = out->id;
    }
    return ERR_NOT_FOUND;
}

static enum err resume_after(struct api_call *call, playable_id seen, struct resume *out)
{
    struct title_episode next;
    enum err err = episode_next_open(call, seen, &next);
    if (err == OK)
        *out = (struct resume){ .playable = next.id, .season = next.season, .number = next.number };
    return err;
}

enum err resume_find(struct api_call *call, const struct store_progress *newest, struct resume *out)
{
    struct title title;
    struct title_episode episode;
    struct shown shown;
    if (newest == NULL)
        return ERR_NOT_FOUND;
    if (newest->is_finished)
        return resume_after(call, newest->playable, out);
    enum err err = shown_playable(call, newest->playable, &shown);
    if (err == OK && !shown_is_open(&shown))
        err = ERR_NOT_FOUND;
    if (err == OK)
        err = store_playable_find(call->store, call->arena, newest->playable, &title, &episode);
    if (err != OK)
        return err;
    *out = (struct resume){ .playable = newest->playable, .part = seen_part(newest) };
    if (episode.id.s[0] != 0) {
        out->season = episode.season;
        out->number = episode.number;
    }
    return OK;
}

void card_image(struct api_call *call, const char *key, const char *name)
{
    json_text(&call->w, key, name == NULL ? NULL : arena_printf(call->arena, "/%s", name));
}

/* One rating has room on a card: that of the territory, else the one that the house put first. */
static void write_rating(struct api_call *call, const struct title *title)
{
    const struct title_rating *rating = NULL;
    struct json_writer *w = &call->w;
    if (rating_of_title(title, call->viewer.ratings, &rating) < 0 || rating == NULL)
        rating = title->n_ratings > 0 ? &title->ratings[0] : NULL;
    if (rating == NULL) {
        json_null(w, "rating");
        return;
    }
    json_object(w, "rating");
    json_text(w, "system", rating->system);
    json_text(w, "value", rating->value);
    json_end(w);
}

static void write_resume(struct json_writer *w, const struct resume *resume)
{
    json_real(w, "progress", resume->part);
    json_object(w, "resume");
    json_text(w, "playable", resume->playable.s);
    if (resume->number > 0 || resume->season > 0) {
        json_number(w, "season", resume->season);
        json_number(w, "episode", resume->number);
    } else {
        json_null(w, "season");
        json_null(w, "episode");
    }
    json_end(w);
}

/* For how long, and since when or from when on: what is coming, and what is going soon. */
static enum err write_time(struct api_call *call, const struct title *title,
                           const struct showing *showing)
{
    struct json_writer *w = &call->w;
    utc_time at = RIGHTS_FOR_EVER;
    json_bool(w, "exclusive", title->is_exclusive);
    if (showing->state == RIGHTS_ANNOUNCED) {
        enum err err = shown_title_opens(call, title->id, showing, &at);
        json_instant(w, "coming_at", at.us < RIGHTS_FOR_EVER.us ? at : (utc_time){ 0 });
        return err;
    }
    if (showing->state != RIGHTS_OPEN)
        return OK;
    enum err err = shown_title_end(call, title->id, showing, &at);
    if (at.us < RIGHTS_FOR_EVER.us)
        json_instant(w, "available_until", at);
    return err;
}

enum err card_write_members(struct api_call *call, const struct title *title,
                            const struct showing *showing, const struct resume *resume)
{
    struct json_writer *w = &call->w;
    const struct title_text *text = title_text_for(title->texts, title->n_texts, call->language);
    json_text(w, "id", title->id.s);
    json_text(w, "kind", title_kind_name(title->kind));
    json_text(w, "title",
              text != NULL && text->title != NULL ? text->title : title->original_title);
    json_text(w, "original_title", title->original_title);
    json_number_or_null(w, "year", title->year);
    json_number_or_null(w, "runtime_minutes", title->runtime_minutes);
    json_array(w, "genres");
    for (size_t i = 0; i < title->n_genres; i++)
        json_text(w, NULL, title->genres[i]);
    json_end(w);
    card_image(call, "poster", title->poster);
    card_image(call, "backdrop", title->backdrop);
    write_rating(call, title);
    if (resume != NULL)
        write_resume(w, resume);
    return write_time(call, title, showing);
}

static enum err write_card(struct api_call *call, const struct title *title,
                           const struct showing *showing, const struct seen *seen)
{
    struct resume resume;
    enum err err = resume_find(call, seen_of_title(seen, title->id), &resume);
    if (err != OK && err != ERR_NOT_FOUND)
        return err;
    json_object(&call->w, NULL);
    err = card_write_members(call, title, showing, err == OK ? &resume : NULL);
    json_end(&call->w);
    return err;
}

enum err card_write_page(struct api_call *call, const struct title_page *page,
                         const struct seen *seen)
{
    enum err err = OK;
    for (size_t i = 0; i < page->n && err == OK; i++)
        err = write_card(call, &page->titles[i], &page->showings[i], seen);
    return err;
}
