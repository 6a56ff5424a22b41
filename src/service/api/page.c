/* A title's own page. */
#include <string.h>

#include "base/text.h"
#include "driver/store/media.h"
#include "service/api/card.h"
#include "service/api/handlers.h"

/* What the page knows of a title. */
struct page {
    struct title title;
    struct series_listing series; /* empty for a film */
    playable_id sample;           /* the film, or the first episode that is ready */
    bool is_ready;
    struct seen seen;
};

static enum err load_film(struct api_call *call, struct page *page)
{
    struct store_edition edition;
    memcpy(page->sample.s, page->title.id.s, sizeof page->sample.s);
    enum err err = store_edition_get(call->store, call->arena, page->sample, &edition);
    page->is_ready = err == OK;
    return err == ERR_NOT_FOUND ? OK : err;
}

static enum err load_series(struct api_call *call, struct page *page)
{
    struct series_listing *s = &page->series;
    enum err err = store_series_get(call->store, call->arena, page->title.id, s);
    for (size_t i = 0; err == OK && i < s->n_episodes && !page->is_ready; i++) {
        if (!s->ready[i])
            continue;
        page->is_ready = true;
        page->sample = s->episodes[i].id;
    }
    return err;
}

static enum err load(struct api_call *call, struct page *page)
{
    title_id id;
    memcpy(id.s, call->id, sizeof id.s);
    *page = (struct page){ 0 };
    enum err err = store_title_get(call->store, call->arena, id, &page->title);
    if (err == OK && page->title.kind == TITLE_FILM)
        err = load_film(call, page);
    else if (err == OK)
        err = load_series(call, page);
    if (err == OK)
        err = seen_load(call, &page->seen);
    return err;
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

/* The language in an audio rendition's name, "a-LANGUAGE-CHANNELS" or, of a description,
 * "a-LANGUAGE-ad-CHANNELS". "" when there is none. */
static const char *audio_language(struct arena *arena, const struct store_rendition *r)
{
    static const char description[] = "-ad";
    if (strncmp(r->name, "a-", 2) != 0)
        return "";
    const char *from = r->name + 2, *end = strrchr(from, '-');
    size_t n = end == NULL ? 0 : (size_t)(end - from), extra = sizeof description - 1;
    if (r->is_description && n > extra && memcmp(from + n - extra, description, extra) == 0)
        n -= extra;
    const char *text = arena_strndup(arena, from, n);
    return text_is_language(text, n) ? text : "";
}

static bool named_before(const char *const *languages, size_t n, const char *language)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(languages[i], language) == 0)
            return true;
    return false;
}

/* The languages of the sound, each once, in the master's order. */
static void write_audio(struct api_call *call, const struct store_edition *edition)
{
    const char **languages = ARENA_ARRAY(call->arena, const char *, edition->n_renditions + 1);
    size_t n = 0;
    json_array(&call->w, "audio");
    for (size_t i = 0; i < edition->n_renditions; i++) {
        const char *language = audio_language(call->arena, &edition->renditions[i]);
        if (language[0] == 0 || named_before(languages, n, language))
            continue;
        languages[n++] = language;
        json_text(&call->w, NULL, language);
    }
    json_end(&call->w);
}

static enum err write_tracks(struct api_call *call, const struct page *page)
{
    struct json_writer *w = &call->w;
    struct store_edition edition = { 0 };
    struct store_caption *captions = NULL;
    size_t n = 0;
    enum err err = store_edition_get(call->store, call->arena, page->sample, &edition);
    if (err == OK)
        err = store_captions_list(call->store, call->arena, page->sample, &captions, &n);
    if (err != OK)
        return err;
    write_audio(call, &edition);
    json_array(w, "captions");
    for (size_t i = 0; i < n; i++) {
        json_object(w, NULL);
        json_text(w, "language", captions[i].language);
        json_text(w, "kind", captions[i].kind);
        json_end(w);
    }
    json_end(w);
    return OK;
}

static void write_episode(struct api_call *call, const struct page *page, size_t i)
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
    json_bool(w, "ready", page->series.ready[i]);
    json_real(w, "progress", progress != NULL ? seen_part(progress) : 0);
    json_real(w, "resume_seconds", seen_resume_seconds(progress));
    json_bool(w, "finished", progress != NULL && progress->is_finished);
    json_end(w);
}

static void write_seasons(struct api_call *call, const struct page *page)
{
    struct json_writer *w = &call->w;
    json_array(w, "seasons");
    for (size_t i = 0; i < page->series.n_seasons; i++) {
        const struct title_season *s = &page->series.seasons[i];
        const struct title_text *text = title_text_for(s->texts, s->n_texts, call->language);
        json_object(w, NULL);
        json_number(w, "number", s->number);
        json_text(w, "title", text != NULL ? text->title : NULL);
        json_array(w, "episodes");
        for (size_t e = 0; e < page->series.n_episodes; e++)
            if (page->series.episodes[e].season == s->number)
                write_episode(call, page, e);
        json_end(w);
        json_end(w);
    }
    json_end(w);
}

static enum err write_page(struct api_call *call, const struct page *page,
                           const struct viewing_verdict *verdict)
{
    struct json_writer *w = &call->w;
    struct resume resume;
    const struct store_progress *newest = seen_of_title(&page->seen, page->title.id);
    enum err err = resume_find(call, newest, &resume);
    if (err != OK && err != ERR_NOT_FOUND)
        return err;
    json_object(w, NULL);
    card_write_members(call, &page->title, err == OK ? &resume : NULL);
    write_facts(call, &page->title);
    json_text(w, "may", viewing_reason_name(verdict->reason));
    bool is_film = page->title.kind == TITLE_FILM;
    json_text(w, "playable", is_film ? page->sample.s : NULL);
    json_real(w, "resume_seconds", is_film ? seen_resume_seconds(newest) : 0);
    err = write_tracks(call, page);
    if (!is_film)
        write_seasons(call, page);
    json_end(w);
    return err;
}

void handle_title(struct api_call *call)
{
    struct page page;
    enum err err = load(call, &page);
    if (err != OK) {
        call_fail(call, err, "read a title");
        return;
    }
    struct viewing_verdict verdict =
        call_decide(call, page.title.state, page.title.published, page.is_ready);
    if (!verdict.is_shown) {
        call_problem(call, PROBLEM_NOT_FOUND, NULL, NULL);
        return;
    }
    err = write_page(call, &page, &verdict);
    if (err != OK)
        call_fail(call, err, "make a title's page");
    else
        call_answer(call, 200);
}
