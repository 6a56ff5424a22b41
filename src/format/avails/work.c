/* What an avail is about: identifiers, ratings, releases, captions. */
#include <string.h>

#include "base/text.h"
#include "format/avails/internal.h"

void work_init(struct avails_work *w)
{
    *w = (struct avails_work){ .number = -1, .count = -1, .volume_first = -1, .has_captions = -1 };
}

struct avails_work *work_at(struct reading *r, enum work_level level)
{
    struct avail_draft *d = &r->avail;
    if (level == LEVEL_OWN)
        return &d->a.work;
    bool *has = level == LEVEL_SEASON ? &d->has_season : &d->has_series;
    struct avails_work *w = level == LEVEL_SEASON ? &d->season : &d->series;
    if (!*has)
        work_init(w);
    *has = true;
    return w;
}

void work_alt_id(struct reading *r, struct avails_work *w, const struct said *s)
{
    /* Converters write the column's name before what stood in it: "SeasonAltID:rs_s1". */
    static const char *const columns[] = { "AltID:", "EpisodeAltID:", "SeasonAltID:",
                                           "SeriesAltID:", "VolumeAltID:" };
    const char *text = s->text;
    for (size_t i = 0; text != NULL && i < sizeof columns / sizeof columns[0]; i++) {
        size_t n = strlen(columns[i]);
        if (strncmp(text, columns[i], n) == 0)
            text = text_kept(r, text + n, strlen(text) - n);
    }
    if (w->alt_id == NULL)
        w->alt_id = text;
}

void work_title_eidr(struct reading *r, enum work_level level, const struct said *s)
{
    const char *eidr = take_eidr(r, s);
    if (eidr != NULL)
        work_at(r, level)->eidr = eidr;
    else if (r->avail.lists[level].stray == NULL)
        r->avail.lists[level].stray = s->text;
}

void work_edit_eidr(struct reading *r, enum work_level level, const struct said *s)
{
    const char *eidr = take_eidr(r, s);
    if (eidr != NULL)
        work_at(r, level)->edit_eidr = eidr;
    else if (r->avail.lists[level].stray == NULL)
        r->avail.lists[level].stray = s->text;
}

/* An identifier that is an EIDR in MDDF's dress names the title as well, when nothing else does. */
void work_content_id(struct reading *r, struct avails_work *w, const struct said *s)
{
    if (s->text == NULL || w->content_id == s->text)
        return;
    w->content_id = s->text;
    check_identifier(r, s);
    const char *eidr = take_eidr(r, s);
    if (w->eidr == NULL)
        w->eidr = eidr;
}

void work_year(struct reading *r, struct avails_work *w, const struct said *s)
{
    civil_day day;
    int month, day_of_month;
    if (s->text == NULL)
        return;
    /* a year is a number as well, which is not a day of Excel's */
    struct said text = { s->text, strlen(s->text) == 4 ? SAID_TEXT : s->kind };
    if (take_day(r, &text, &day))
        civil_day_split(day, &w->year, &month, &day_of_month);
}

void work_captions(struct reading *r, struct avails_work *w, const struct said *included,
                   const struct said *exemption)
{
    enum { EXEMPTION_MAX = 6 };
    if (exemption->text != NULL) {
        int reason = take_count(r, exemption, EXEMPTION_MAX);
        w->caption_exemption = reason > 0 ? reason : 0;
        /* it says why there are none */
        if (w->caption_exemption > 0 && w->has_captions < 0)
            w->has_captions = 0;
    }
    if (included->text == NULL)
        return;
    int flag = boolean_of(included);
    if (flag >= 0)
        w->has_captions = flag;
    else
        fault_warn(r, "boolean", "\"%s\" is neither yes nor no", quoted(r, included->text));
}

static bool is_used_in(const struct rating_system *system, const char *territory)
{
    return territory == NULL || rating_list_has(system->territories, territory);
}

/* "L,S,V" or "L|S|V": each of them one that the system has. */
static bool check_reasons(struct reading *r, const struct rating_system *system, const char *reason)
{
    bool good = true;
    for (const char *at = reason; at != NULL && *at != 0 && system->reasons != NULL;) {
        size_t n = strcspn(at, ",|; ");
        const char *word = text_kept(r, at, n);
        if (word != NULL && !rating_list_has(system->reasons, word)) {
            fault_omit(r, "rating", "\"%s\" is no reason that %s gives (it has %s)",
                       quoted(r, word), system->name, system->reasons);
            good = false;
        }
        at += n + strspn(at + n, ",|; ");
    }
    return good;
}

static bool has_rating(const struct list *l, const struct avails_rating *x)
{
    const struct avails_rating *items = l->items;
    for (size_t i = 0; i < l->n; i++) {
        if (items[i].territory == x->territory && items[i].system == x->system &&
            items[i].value == x->value && items[i].reason == x->reason)
            return true;
    }
    return false;
}

static void add_rating(struct reading *r, struct list *list, const struct avails_rating *rating)
{
    if (has_rating(list, rating))
        return;
    if (list->n >= WORK_ITEMS_MAX)
        fault_omit(r, "full", "more than %d ratings of one work", WORK_ITEMS_MAX);
    else
        *(struct avails_rating *)avails_list_add(list) = *rating;
}

void work_rating(struct reading *r, enum work_level level, const struct avails_rating *rating)
{
    struct list *list = &r->avail.lists[level].ratings;
    struct avails_rating kept = *rating;
    if (kept.system == NULL || kept.value == NULL) {
        if (kept.system != NULL || kept.value != NULL)
            fault_omit(r, "rating", "a rating needs both a system and a value");
        return;
    }
    const struct rating_system *system = rating_system_find(kept.system);
    if (system == NULL) {
        fault_warn(r, "rating", "the rating system \"%s\" is not known here and was not checked",
                   quoted(r, kept.system));
    } else {
        kept.system = string_kept(r, system->name);
        if (!rating_list_has(system->values, kept.value)) {
            fault_omit(r, "rating", "\"%s\" is no rating of %s (it has %s)", quoted(r, kept.value),
                       system->name, system->values);
            return;
        }
        if (!is_used_in(system, kept.territory))
            fault_warn(r, "rating", "%s does not rate for %s", system->name,
                       quoted(r, kept.territory));
        if (!check_reasons(r, system, kept.reason))
            kept.reason = NULL;
    }
    add_rating(r, list, &kept);
}

void work_release(struct reading *r, enum work_level level, const char *type, const char *territory,
                  const struct said *date)
{
    struct list *list = &r->avail.lists[level].releases;
    civil_day day;
    if (date->text == NULL || !take_day(r, date, &day))
        return;
    const struct avails_release *items = list->items;
    for (size_t i = 0; i < list->n; i++) {
        if (items[i].type == type && items[i].territory == territory &&
            items[i].day.days == day.days)
            return;
    }
    if (list->n >= WORK_ITEMS_MAX) {
        fault_omit(r, "full", "more than %d releases of one work", WORK_ITEMS_MAX);
        return;
    }
    struct avails_release *release = avails_list_add(list);
    release->type = type;
    release->territory = territory;
    release->day = day;
}
