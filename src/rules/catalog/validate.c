#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "rules/catalog/genre.h"
#include "rules/catalog/title.h"

enum {
    TITLE_MAX = 300, /* characters of a title, a name, a character, a credit line */
    SYNOPSIS_MAX = 4000,
    CREDITS_MAX = 200,
    GENRES_MAX = 10,
    COUNTRIES_MAX = 20,
    RATINGS_MAX = 20,
    LANGUAGES_MAX = 40,
    ROLE_MAX = 40,
    RATING_MAX = 40,
    YEAR_MIN = 1878, /* Sallie Gardner at a Gallop */
    YEAR_MAX = 2200,
    RUNTIME_MAX = 6000, /* minutes; the longest film there is has 51,420, in no cinema */
    SEASON_MAX = 1000,
    EPISODE_MAX = 20000, /* daily series run for decades */
};

__attribute__((format(printf, 3, 4))) static enum err refuse(struct title_problem *why,
                                                             const char *field, const char *format,
                                                             ...)
{
    va_list args;
    va_start(args, format);
    vsnprintf(why->text, sizeof why->text, format, args);
    va_end(args);
    text_copy(why->field, sizeof why->field, field);
    return ERR_ARGUMENT;
}

/* One line of 1..max characters; optional: NULL is fine. */
static enum err check_line(struct title_problem *why, const char *field, const char *text,
                           size_t max, bool optional)
{
    if (text == NULL)
        return optional ? OK : refuse(why, field, "must be given");
    size_t n = strlen(text);
    if (n == 0 || strspn(text, " ") == n)
        return refuse(why, field, "must not be empty");
    if (!text_is_utf8(text, n))
        return refuse(why, field, "must be UTF-8 text");
    if (!text_is_line(text, n))
        return refuse(why, field, "must be one line without control characters");
    if (text_length(text, n) > max)
        return refuse(why, field, "must have at most %zu characters", max);
    return OK;
}

/* Control characters other than tabs and line ends. */
static bool has_controls(const char *text)
{
    for (size_t i = 0; text[i] != 0; i++) {
        unsigned char c = (unsigned char)text[i];
        if ((c < 0x20 && c != '\n' && c != '\r' && c != '\t') || c == 0x7f)
            return true;
    }
    return false;
}

static enum err check_synopsis(struct title_problem *why, const char *text)
{
    size_t n = text == NULL ? 0 : strlen(text);
    if (text == NULL)
        return OK;
    if (n == 0)
        return refuse(why, "synopsis", "must not be empty");
    if (!text_is_utf8(text, n) || has_controls(text))
        return refuse(why, "synopsis", "must be UTF-8 text without control characters");
    if (text_length(text, n) > SYNOPSIS_MAX)
        return refuse(why, "synopsis", "must have at most %d characters", SYNOPSIS_MAX);
    return OK;
}

static enum err check_language(struct title_problem *why, const char *field, const char *language)
{
    if (language == NULL || !text_is_language(language, strlen(language)))
        return refuse(why, field, "must be a language such as fr or pt-BR");
    return OK;
}

static enum err check_count(struct title_problem *why, const char *field, size_t n, size_t max)
{
    if (n > max)
        return refuse(why, field, "must be at most %zu", max);
    return OK;
}

static enum err check_range(struct title_problem *why, const char *field, int v, int min, int max)
{
    if (v < min || v > max)
        return refuse(why, field, "must be from %d to %d", min, max);
    return OK;
}

static enum err check_text(struct title_problem *why, const struct title_text *texts, size_t i)
{
    const struct title_text *t = &texts[i];
    enum err err = check_language(why, "texts", t->language);
    for (size_t k = 0; err == OK && k < i; k++) {
        if (strcmp(texts[k].language, t->language) == 0)
            err = refuse(why, "texts", "has the language %s twice", t->language);
    }
    if (err == OK && t->title == NULL && t->synopsis == NULL)
        err = refuse(why, "texts", "must have a title or a synopsis in %s", t->language);
    if (err == OK)
        err = check_line(why, "title", t->title, TITLE_MAX, true);
    if (err == OK)
        err = check_synopsis(why, t->synopsis);
    return err;
}

static enum err check_texts(struct title_problem *why, const struct title_text *texts, size_t n)
{
    enum err err = check_count(why, "texts", n, LANGUAGES_MAX);
    for (size_t i = 0; err == OK && i < n; i++)
        err = check_text(why, texts, i);
    return err;
}

static bool is_word(const char *text)
{
    size_t n = strlen(text);
    return n > 0 && strspn(text, "abcdefghijklmnopqrstuvwxyz-") == n && text[0] != '-';
}

static enum err check_credits(struct title_problem *why, const struct title *t)
{
    enum err err = check_count(why, "credits", t->n_credits, CREDITS_MAX);
    for (size_t i = 0; err == OK && i < t->n_credits; i++) {
        const struct title_credit *c = &t->credits[i];
        if (c->role == NULL || !is_word(c->role) || strlen(c->role) > ROLE_MAX)
            err = refuse(why, "credits", "must each have a role in lower case such as director");
        if (err == OK)
            err = check_line(why, "credits", c->name, TITLE_MAX, false);
        if (err == OK)
            err = check_line(why, "credits", c->character, TITLE_MAX, true);
    }
    return err;
}

static bool is_twice(const char *const *words, size_t i)
{
    for (size_t k = 0; k < i; k++) {
        if (strcmp(words[k], words[i]) == 0)
            return true;
    }
    return false;
}

static enum err check_genres(struct title_problem *why, const struct title *t)
{
    enum err err = check_count(why, "genres", t->n_genres, GENRES_MAX);
    for (size_t i = 0; err == OK && i < t->n_genres; i++) {
        if (!genre_is_known(t->genres[i]))
            err = refuse(why, "genres", "has no genre \"%.40s\"", t->genres[i]);
        else if (is_twice(t->genres, i))
            err = refuse(why, "genres", "has %s twice", t->genres[i]);
    }
    return err;
}

static enum err check_countries(struct title_problem *why, const struct title *t)
{
    enum err err = check_count(why, "countries", t->n_countries, COUNTRIES_MAX);
    for (size_t i = 0; err == OK && i < t->n_countries; i++) {
        if (!text_is_territory(t->countries[i], strlen(t->countries[i])))
            err = refuse(why, "countries", "must be ISO 3166-1 codes such as FR");
        else if (is_twice(t->countries, i))
            err = refuse(why, "countries", "has %s twice", t->countries[i]);
    }
    return err;
}

static enum err check_ratings(struct title_problem *why, const struct title *t)
{
    enum err err = check_count(why, "ratings", t->n_ratings, RATINGS_MAX);
    for (size_t i = 0; err == OK && i < t->n_ratings; i++) {
        const struct title_rating *r = &t->ratings[i];
        err = check_line(why, "ratings", r->system, RATING_MAX, false);
        if (err == OK)
            err = check_line(why, "ratings", r->value, RATING_MAX, false);
        for (size_t k = 0; err == OK && k < i; k++) {
            if (strcmp(t->ratings[k].system, r->system) == 0)
                err = refuse(why, "ratings", "has the system %s twice", r->system);
        }
    }
    return err;
}

enum err title_validate(const struct title *t, struct title_problem *why)
{
    enum err err = check_line(why, "original_title", t->original_title, TITLE_MAX, false);
    if (err == OK && t->language != NULL)
        err = check_language(why, "language", t->language);
    if (err == OK)
        err = check_line(why, "credit_line", t->credit_line, TITLE_MAX, true);
    if (err == OK && t->year != 0)
        err = check_range(why, "year", t->year, YEAR_MIN, YEAR_MAX);
    if (err == OK)
        err = check_range(why, "runtime_minutes", t->runtime_minutes, 0, RUNTIME_MAX);
    if (err == OK)
        err = check_texts(why, t->texts, t->n_texts);
    if (err == OK)
        err = check_credits(why, t);
    if (err == OK)
        err = check_genres(why, t);
    if (err == OK)
        err = check_countries(why, t);
    if (err == OK)
        err = check_ratings(why, t);
    return err;
}

enum err title_season_validate(const struct title_season *s, struct title_problem *why)
{
    enum err err = check_range(why, "season", s->number, 0, SEASON_MAX);
    return err == OK ? check_texts(why, s->texts, s->n_texts) : err;
}

enum err title_episode_validate(const struct title_episode *e, struct title_problem *why)
{
    enum err err = check_range(why, "season", e->season, 0, SEASON_MAX);
    if (err == OK)
        err = check_range(why, "number", e->number, 1, EPISODE_MAX);
    if (err == OK)
        err = check_range(why, "runtime_minutes", e->runtime_minutes, 0, RUNTIME_MAX);
    return err == OK ? check_texts(why, e->texts, e->n_texts) : err;
}
