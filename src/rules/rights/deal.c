#include "rules/rights/deal.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"

enum { NAME_MAX_CHARACTERS = 200, HOLDBACKS_MAX = 50, TITLES_MAX = 5000, STREAMS_MAX = 1000000 };

static const char *const directions[] = { "to-us", "by-us" };

const char *deal_direction_name(enum deal_direction direction)
{
    assert((unsigned)direction < sizeof directions / sizeof directions[0]);
    return directions[direction];
}

bool deal_direction_parse(const char *name, enum deal_direction *out)
{
    for (unsigned i = 0; i < sizeof directions / sizeof directions[0]; i++) {
        if (strcasecmp(directions[i], name) == 0) {
            *out = (enum deal_direction)i;
            return true;
        }
    }
    return false;
}

/* By bit, from DEAL_SVOD up. */
static const struct {
    const char *name;
    uint32_t licences;
} media_words[] = {
    { "svod", 1U << RIGHTS_SVOD },
    { "vod", 1U << RIGHTS_VOD },
    { "est", 1U << RIGHTS_EST | 1U << RIGHTS_POEST | 1U << RIGHTS_PRE_RELEASE },
    { "avod", 1U << RIGHTS_AVOD },
    { "free-tv", 0 },
    { "pay-tv", 0 },
    { "cinema", 0 },
    { "disc", 0 },
};
enum {
    MEDIA = sizeof media_words / sizeof media_words[0],
    ALL_MEDIA = (1 << MEDIA) - 1,
};
_Static_assert(1 << (MEDIA - 1) == DEAL_DISC, "a word for each medium");

static uint32_t media_of_word(const char *word, size_t n)
{
    if (n == 3 && strncasecmp(word, "all", n) == 0)
        return ALL_MEDIA;
    for (unsigned i = 0; i < MEDIA; i++) {
        if (strlen(media_words[i].name) == n && strncasecmp(word, media_words[i].name, n) == 0)
            return 1U << i;
    }
    return 0;
}

enum err deal_media_parse(const char *text, uint32_t *out)
{
    uint32_t media = 0;
    for (const char *at = text + strspn(text, ", "); *at != 0;) {
        size_t n = strcspn(at, ", ");
        uint32_t one = media_of_word(at, n);
        if (one == 0)
            return ERR_ARGUMENT;
        media |= one;
        at += n;
        at += strspn(at, ", ");
    }
    *out = media;
    return OK;
}

void deal_media_text(uint32_t media, char *out, size_t room)
{
    size_t used = 0;
    if (room > 0)
        out[0] = 0;
    if ((media & ALL_MEDIA) == ALL_MEDIA) {
        text_copy(out, room, "all");
        return;
    }
    for (unsigned i = 0; i < MEDIA && used < room; i++) {
        if ((media >> i & 1) != 0)
            used += (size_t)snprintf(out + used, room - used, "%s%s", used > 0 ? "," : "",
                                     media_words[i].name);
    }
}

uint32_t deal_media_licences(uint32_t media)
{
    uint32_t licences = 0;
    for (unsigned i = 0; i < MEDIA; i++) {
        if ((media >> i & 1) != 0)
            licences |= media_words[i].licences;
    }
    return licences;
}

/* ---- validation ---- */

static enum err problem(struct deal_problem *why, const char *field, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
static enum err problem(struct deal_problem *why, const char *field, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    text_copy(why->field, sizeof why->field, field);
    vsnprintf(why->text, sizeof why->text, format, args);
    va_end(args);
    return ERR_ARGUMENT;
}

static bool is_name(const char *text)
{
    size_t n = text != NULL ? strlen(text) : 0;
    return n > 0 && text_is_line(text, n) && text_length(text, n) <= NAME_MAX_CHARACTERS &&
           text[0] != ' ';
}

static bool is_edge_fixed(const struct rights_edge *edge)
{
    return edge->kind == RIGHTS_EDGE_DAY || edge->kind == RIGHTS_EDGE_INSTANT;
}

/* Only what is written in the same way can be compared without a place. */
static bool ends_before_it_begins(const struct deal_holdback *h)
{
    if (!is_edge_fixed(&h->from) || h->from.kind != h->until.kind)
        return false;
    return h->from.kind == RIGHTS_EDGE_DAY ? h->until.day.days < h->from.day.days
                                           : h->until.instant.us <= h->from.instant.us;
}

static enum err validate_holdback(const struct deal_holdback *h, size_t i, struct deal_problem *why)
{
    char field[64];
    snprintf(field, sizeof field, "holdbacks[%zu]", i);
    if (!is_name(h->name))
        return problem(why, field, "A holdback has a name of 1 to %d characters.",
                       NAME_MAX_CHARACTERS);
    if (deal_media_licences(h->media) == 0)
        return problem(why, field, "A holdback says which of svod, vod, est, avod it holds back.");
    if (territory_set_is_empty(&h->where))
        return problem(why, field, "A holdback says in which territories it holds.");
    if (h->until.kind == RIGHTS_EDGE_NONE || h->until.kind == RIGHTS_EDGE_OPEN)
        return problem(why, field, "A holdback ends: with a day, an instant or an event.");
    if (ends_before_it_begins(h))
        return problem(why, field, "It ends before it begins.");
    return OK;
}

static enum err validate_scope(const struct deal *deal, struct deal_problem *why)
{
    if (territory_set_is_empty(&deal->where))
        return problem(why, "where", "A deal says for which territories it is.");
    if (deal->media == 0 || (deal->media & ~(uint32_t)ALL_MEDIA) != 0)
        return problem(why, "media",
                       "A deal says what it grants: svod, vod, est, avod, free-tv, "
                       "pay-tv, cinema, disc.");
    if ((deal->exclusive_media & ~(uint32_t)ALL_MEDIA) != 0)
        return problem(why, "exclusive_media", "There is no such medium.");
    if (deal->direction == DEAL_BY_US && deal->n_holdbacks > 0)
        return problem(why, "holdbacks",
                       "What we grant holds nobody else's rights back; say what "
                       "is granted for them alone.");
    if (deal->direction == DEAL_BY_US && (deal->exclusive_media & ~deal->media) != 0)
        return problem(why, "exclusive_media", "What is granted for them alone is granted.");
    return OK;
}

static enum err validate_numbers(const struct deal *deal, struct deal_problem *why)
{
    static const char *const periods[] = { "term", "year", "month", "title" };
    bool is_period = false;
    if (deal->n_titles > TITLES_MAX)
        return problem(why, "titles", "A deal names at most %d titles.", TITLES_MAX);
    if (deal->n_holdbacks > HOLDBACKS_MAX)
        return problem(why, "holdbacks", "A deal has at most %d holdbacks.", HOLDBACKS_MAX);
    if (deal->streams_max < 0 || deal->streams_max > STREAMS_MAX)
        return problem(why, "streams_max", "From 0 (no cap) to %d.", STREAMS_MAX);
    if (deal->fee.currency[0] == 0)
        return OK;
    if (currency_digits(deal->fee.currency) < 0 || deal->fee.minor < 0)
        return problem(why, "fee", "A fee is an amount of a currency of ISO 4217.");
    for (size_t i = 0; deal->fee_per != NULL && i < sizeof periods / sizeof periods[0]; i++)
        is_period = is_period || strcmp(periods[i], deal->fee_per) == 0;
    return is_period ? OK
                     : problem(why, "fee_per",
                               "A fee is for the term, a year, a month or a "
                               "title.");
}

enum err deal_validate(const struct deal *deal, struct deal_problem *why)
{
    if (!is_name(deal->name))
        return problem(why, "name", "A deal has a name of 1 to %d characters.",
                       NAME_MAX_CHARACTERS);
    if (!is_name(deal->party))
        return problem(why, "party", "A deal is with somebody, named in 1 to %d characters.",
                       NAME_MAX_CHARACTERS);
    if (!deal->is_open_ended && deal->until.days < deal->from.days)
        return problem(why, "until", "The term ends before it begins.");
    enum err err = validate_scope(deal, why);
    if (err == OK)
        err = validate_numbers(deal, why);
    for (size_t i = 0; err == OK && i < deal->n_holdbacks; i++)
        err = validate_holdback(&deal->holdbacks[i], i, why);
    return err;
}
