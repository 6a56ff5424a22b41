/* A title's own page. */
#include <string.h>

#include "driver/store/media.h"
#include "service/api/card.h"
#include "service/api/handlers.h"
#include "service/api/offer.h"
#include "service/api/shown.h"
#include "service/api/track.h"

/* What the page knows of a title. */
struct page {
    struct title title;
    struct shown shown;
    struct series_listing series; /* empty for a film */
    struct shown *episodes;       /* of the series, in its order */
    struct offers offers;         /* of the film, or of each episode */
    playable_id sample;           /* the film, or the first episode that is open */
    bool is_open;                 /* the sample is */
    struct seen seen;
};

static enum err load_series(struct api_call *call, struct page *page)
{
    struct series_listing *s = &page->series;
    struct showing *showings = NULL;
    size_t n = 0;
    enum err err = store_series_get(call->store, call->arena, page->title.id, s);
    if (err == OK)
        err = store_series_showings(call->store, call->arena, page->title.id,
                                    call->viewer.territory, call->now, &showings, &n);
    if (err != OK)
        return err;
    page->episodes = ARENA_ARRAY(call->arena, struct shown, n + 1);
    if (s->n_episodes > n) /* one was added between the two reads */
        s->n_episodes = n;
    for (size_t i = 0; i < s->n_episodes; i++) {
        page->episodes[i].showing = showings[i];
        err = shown_rental_of(call, s->episodes[i].id, &page->episodes[i].rental);
        if (err != OK)
            return err;
        page->episodes[i].verdict = shown_verdict(call, &showings[i], &page->episodes[i].rental);
        if (page->is_open || !shown_is_open(&page->episodes[i]))
            continue;
        page->is_open = true;
        page->sample = s->episodes[i].id;
    }
    return OK;
}

/* What it costs to rent, of a film or of each episode. */
static enum err load_offers(struct api_call *call, struct page *page)
{
    const struct series_listing *s = &page->series;
    playable_id *playables = ARENA_ARRAY(call->arena, playable_id, s->n_episodes + 1);
    if (page->title.kind == TITLE_FILM)
        return offers_load(call, page->title.id, &page->sample, &page->shown, 1, &page->offers);
    for (size_t i = 0; i < s->n_episodes; i++)
        playables[i] = s->episodes[i].id;
    return offers_load(call, page->title.id, playables, page->episodes, s->n_episodes,
                       &page->offers);
}

/* ERR_NOT_FOUND: there is no such title, or whoever asks may not know of it. */
static enum err load(struct api_call *call, struct page *page)
{
    title_id id;
    memcpy(id.s, call->id, sizeof id.s);
    *page = (struct page){ 0 };
    enum err err = store_title_get(call->store, call->arena, id, &page->title);
    if (err == OK)
        err = shown_title(call, id, &page->shown);
    if (err == OK && !page->shown.verdict.is_shown)
        err = ERR_NOT_FOUND;
    if (err == OK && page->title.kind == TITLE_SERIES)
        err = load_series(call, page);
    if (err == OK)
        err = seen_load(call, &page->seen);
    if (page->title.kind == TITLE_FILM) {
        memcpy(page->sample.s, id.s, sizeof page->sample.s);
        page->is_open = shown_is_open(&page->shown);
    }
    return err == OK ? load_offers(call, page) : err;
}

static void write_credits(struct json_writer *w, const struct title *title)
{
    json_array(w, "credits");
    for (size_t i = 0; i < title->n_credits; i++) {
        json_object(w, NULL);
        json_text(w, "role", title->credits[i].role);
        json_text(w, "name", title->credits[i].name);
        json_text(w, "character", title->credits[i].character);
        json_end(w);
    }
    json_end(w);
}

static void write_facts(struct api_call *call, const struct title *title)
{
    struct json_writer *w = &call->w;
    const struct title_text *text = title_text_for(title->texts, title->n_texts, call->language);
    json_text(w, "synopsis", text != NULL ? text->synopsis : NULL);
    write_credits(w, title);
    json_array(w, "countries");
    for (size_t i = 0; i < title->n_countries; i++)
        json_text(w, NULL, title->countries[i]);
    json_end(w);
    json_text(w, "language", title->language);
    json_array(w, "ratings");
    for (size_t i = 0; i < title->n_ratings; i++) {
        json_object(w, NULL);
        json_text(w, "system", title->ratings[i].system);
        json_text(w, "value", title->ratings[i].value);
        json_end(w);
    }
    json_end(w);
    json_text(w, "credit_line", title->credit_line);
}

static bool named_before(const char *const *languages, size_t n, const char *language)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(languages[i], language) == 0)
            return true;
    return false;
}

/* The languages of the sound, each once, in the master's order. */
static void write_audio(struct api_call *call, const struct store_edition *edition,
                        const char *allowed)
{
    const char **languages = ARENA_ARRAY(call->arena, const char *, edition->n_renditions + 1);
    size_t n = 0;
    json_array(&call->w, "audio");
    for (size_t i = 0; i < edition->n_renditions; i++) {
        const char *language = track_language(call->arena, &edition->renditions[i]);
        if (language[0] == 0 || named_before(languages, n, language) ||
            !showing_language_allowed(allowed, language, RIGHTS_DUB))
            continue;
        languages[n++] = language;
        json_text(&call->w, NULL, language);
    }
    json_end(&call->w);
}

/* The tracks of the sample as far as they are offered here. Of what is announced there are none
 * yet. */
static enum err write_tracks(struct api_call *call, const struct page *page, const char *allowed)
{
    struct json_writer *w = &call->w;
    struct store_edition edition = { 0 };
    struct store_caption *captions = NULL;
    size_t n = 0;
    enum err err = OK;
    if (page->is_open)
        err = store_edition_get(call->store, call->arena, page->sample, &edition);
    if (err == OK && page->is_open)
        err = store_captions_list(call->store, call->arena, page->sample, &captions, &n);
    if (err != OK && err != ERR_NOT_FOUND)
        return err;
    write_audio(call, &edition, allowed);
    json_array(w, "captions");
    for (size_t i = 0; i < n; i++) {
        if (!showing_language_allowed(allowed, captions[i].language, RIGHTS_SUB))
            continue;
        json_object(w, NULL);
        json_text(w, "language", captions[i].language);
        json_text(w, "kind", captions[i].kind);
        json_end(w);
    }
    json_end(w);
    return OK;
}

/* An episode stands on the page when it is shown itself, or is only not ready. */
static bool is_listed(const struct api_call *call, const struct page *page, size_t i)
{
    return page->episodes[i].verdict.is_shown ||
           shown_as_not_ready(call, &page->title, &page->episodes[i]);
}

/* When an announced episode opens. */
static enum err write_coming(struct api_call *call, const struct title_episode *e,
                             const struct showing *showing)
{
    utc_time at;
    if (showing->state != RIGHTS_ANNOUNCED)
        return OK;
    enum err err = shown_playable_opens(call, e->id, showing, &at);
    json_instant(&call->w, "coming_at", at.us < RIGHTS_FOR_EVER.us ? at : (utc_time){ 0 });
    return err;
}

static enum err write_episode(struct api_call *call, const struct page *page, size_t i)
{
    struct json_writer *w = &call->w;
    const struct title_episode *e = &page->series.episodes[i];
    const struct title_text *text = title_text_for(e->texts, e->n_texts, call->language);
    const struct store_progress *progress = seen_of_playable(&page->seen, e->id);
    json_object(w, NULL);
    json_text(w, "id", e->id.s);
    json_number(w, "number", e->number);
    json_text(w, "title", text != NULL ? text->title : NULL);
    json_text(w, "synopsis", text != NULL ? text->synopsis : NULL);
    if (e->runtime_minutes > 0)
        json_number(w, "runtime_minutes", e->runtime_minutes);
    else
        json_null(w, "runtime_minutes");
    card_image(call, "still", e->still);
    bool open = shown_is_open(&page->episodes[i]);
    json_bool(w, "ready", open && page->series.ready[i]);
    json_real(w, "progress", progress != NULL ? seen_part(progress) : 0);
    json_real(w, "resume_seconds", seen_resume_seconds(progress));
    json_bool(w, "finished", progress != NULL && progress->is_finished);
    offer_write(call, &page->offers.all[i], &page->episodes[i]);
    enum err err = write_coming(call, e, &page->episodes[i].showing);
    json_end(w);
    return err;
}

static bool any_listed(const struct api_call *call, const struct page *page, int season)
{
    for (size_t i = 0; i < page->series.n_episodes; i++)
        if (page->series.episodes[i].season == season && is_listed(call, page, i))
            return true;
    return false;
}

static enum err write_seasons(struct api_call *call, const struct page *page)
{
    struct json_writer *w = &call->w;
    enum err err = OK;
    json_array(w, "seasons");
    for (size_t i = 0; i < page->series.n_seasons && err == OK; i++) {
        const struct title_season *s = &page->series.seasons[i];
        const struct title_text *text = title_text_for(s->texts, s->n_texts, call->language);
        if (!any_listed(call, page, s->number))
            continue;
        json_object(w, NULL);
        json_number(w, "number", s->number);
        json_text(w, "title", text != NULL ? text->title : NULL);
        json_array(w, "episodes");
        for (size_t e = 0; e < page->series.n_episodes && err == OK; e++)
            if (page->series.episodes[e].season == s->number && is_listed(call, page, e))
                err = write_episode(call, page, e);
        json_end(w);
        json_end(w);
    }
    json_end(w);
    return err;
}

static enum err write_page(struct api_call *call, const struct page *page)
{
    struct json_writer *w = &call->w;
    struct resume resume;
    const struct store_progress *newest = seen_of_title(&page->seen, page->title.id);
    enum err err = resume_find(call, newest, &resume);
    if (err != OK && err != ERR_NOT_FOUND)
        return err;
    json_object(w, NULL);
    err = card_write_members(call, &page->title, &page->shown.showing, err == OK ? &resume : NULL);
    if (err != OK)
        return err;
    write_facts(call, &page->title);
    json_text(w, "may", viewing_reason_name(page->shown.verdict.reason));
    bool is_film = page->title.kind == TITLE_FILM;
    json_text(w, "playable", is_film ? page->sample.s : NULL);
    json_real(w, "resume_seconds", is_film ? seen_resume_seconds(newest) : 0);
    if (is_film)
        offer_write(call, &page->offers.all[0], &page->shown);
    else
        json_null(w, "rental");
    err = write_tracks(call, page, page->shown.verdict.languages);
    if (!is_film && err == OK)
        err = write_seasons(call, page);
    json_end(w);
    return err;
}

void handle_title(struct api_call *call)
{
    struct page page;
    enum err err = load(call, &page);
    if (err == OK)
        err = write_page(call, &page);
    if (err != OK)
        call_fail(call, err, "make a title's page");
    else
        call_answer(call, 200);
}
