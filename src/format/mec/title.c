#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "format/avails/avails.h"
#include "format/mec/reading.h"

enum { RUN_MAX = 7 * 86400 }; /* seconds; the longest that is sold are whole seasons */

const char **mec_territories(struct mec_reading *r, const xmlNode *parent, const char *name,
                             size_t *n)
{
    const char **out = ARENA_ARRAY(r->arena, const char *, mec_count(parent, name));
    *n = 0;
    for (const xmlNode *t = mec_child(parent, name); t != NULL; t = mec_next(t, name)) {
        const char *code = mec_child_text(r, t, "country");
        if (code == NULL) {
            const char *region = mec_child_text(r, t, "countryRegion"); /* "CA-QC" */
            code = region == NULL ? NULL : arena_strndup(r->arena, region, strcspn(region, "-"));
        }
        if (code == NULL)
            mec_fault(r, t, true, "it names no country");
        else if (!text_is_territory(code, strlen(code)))
            mec_fault(r, t, false, "%.40s is no country of ISO 3166-1", code);
        else
            out[(*n)++] = code;
    }
    return out;
}

/* ---- dates and numbers ------------------------------------------------------------------------
 */

static bool read_year(const char *text, size_t n, int *out)
{
    int64_t year = 0;
    if (n != 4 || text_to_i64(text, n, 1, 9999, &year) != OK)
        return false;
    *out = (int)year;
    return true;
}

/* What may follow a day: a time of day, a zone, both. */
static bool is_day_suffix(struct mec_reading *r, const char *text)
{
    utc_time t;
    const char *whole[] = { text, arena_printf(r->arena, "%sZ", text),
                            arena_printf(r->arena, "%.10sT00:00:00%s", text, text + 10) };
    for (size_t i = 0; i < sizeof whole / sizeof whole[0]; i++)
        if (utc_parse(whole[i], strlen(whole[i]), &t) == OK)
            return true;
    return false;
}

/* md:YearDateOrTime-type: a year, a year and month, a day, an instant. The first day of what is
 * said. */
static bool read_day(struct mec_reading *r, const char *text, civil_day *out)
{
    size_t n = strlen(text);
    int year;
    int64_t month = 0;
    if (read_year(text, n, &year)) {
        *out = civil_day_of(year, 1, 1);
        return true;
    }
    if (n == 7 && text[4] == '-' && read_year(text, 4, &year) &&
        text_to_i64(text + 5, 2, 1, 12, &month) == OK) {
        *out = civil_day_of(year, (int)month, 1);
        return true;
    }
    return n >= 10 && civil_day_parse(text, 10, out) == OK && (n == 10 || is_day_suffix(r, text));
}

static void add_releases(struct mec_reading *r, const xmlNode *h, struct mec_title *out)
{
    struct mec_release release = { .type = mec_child_text(r, h, "ReleaseType") };
    const char *date = mec_child_text(r, h, "Date");
    size_t n;
    const char **territories = mec_territories(r, h, "DistrTerritory", &n);
    if (release.type == NULL || date == NULL) {
        mec_fault(r, h, false, "a release must have a ReleaseType and a Date");
        return;
    }
    if (!read_day(r, date, &release.day)) {
        mec_fault(r, h, false, "%.40s is no date", date);
        return;
    }
    release.is_precise = strlen(date) >= 10;
    if (mec_child(h, "DistrTerritory") == NULL)
        out->releases[out->n_releases++] = release;
    for (size_t i = 0; i < n; i++) {
        release.territory = territories[i];
        out->releases[out->n_releases++] = release;
    }
}

static void read_releases(struct mec_reading *r, const xmlNode *basic, struct mec_title *out)
{
    static const char name[] = "ReleaseHistory";
    const xmlNode *h;
    size_t room = 0;
    for (h = mec_child(basic, name); h != NULL; h = mec_next(h, name))
        room += 1 + mec_count(h, "DistrTerritory");
    out->releases = ARENA_ARRAY(r->arena, struct mec_release, room);
    for (h = mec_child(basic, name); h != NULL; h = mec_next(h, name))
        add_releases(r, h, out);
}

static void read_year_of(struct mec_reading *r, const xmlNode *basic, struct mec_title *out)
{
    const xmlNode *year = mec_child(basic, "ReleaseYear"), *date = mec_child(basic, "ReleaseDate");
    const char *text = mec_text_of(r, year), *day = mec_text_of(r, date);
    if (text != NULL && !read_year(text, strlen(text), &out->year))
        mec_fault(r, year, false, "%.40s is no year", text);
    civil_day when = { 0 };
    if (day == NULL)
        return;
    if (!read_day(r, day, &when)) {
        mec_fault(r, date, false, "%.40s is no date", day);
    } else if (text == NULL) {
        int month, of_month;
        civil_day_split(when, &out->year, &month, &of_month);
    }
}

static void read_length(struct mec_reading *r, const xmlNode *basic, struct mec_title *out)
{
    const xmlNode *node = mec_child(basic, "RunLength");
    const char *text = mec_text_of(r, node);
    struct duration d = { 0 };
    if (text == NULL)
        return;
    if (duration_parse(text, strlen(text), &d) != OK || d.months != 0 || d.seconds < 0 ||
        d.seconds > RUN_MAX)
        mec_fault(r, node, false, "%.40s is no running time", text);
    else
        out->run_seconds = (int)d.seconds;
}

/* ---- identity ---------------------------------------------------------------------------------
 */

/* The EIDR in its first form; NULL: none. Who meant one and wrote it wrong is told. */
static const char *eidr_of(struct mec_reading *r, const xmlNode *node, const char *text)
{
    char eidr[EIDR_TEXT];
    enum err err = eidr_parse(text, strlen(text), eidr);
    if (err == OK)
        return arena_strdup(r->arena, eidr);
    if (err == ERR_DENIED)
        mec_fault(r, node, true, "%.80s: the check character of the EIDR is wrong", text);
    return NULL;
}

static void read_alternate(struct mec_reading *r, const xmlNode *node, struct mec_title *out)
{
    const char *space = mec_child_text(r, node, "Namespace");
    const char *id = mec_child_text(r, node, "Identifier");
    const char *scope = mec_child_text(r, node, "Scope");
    if (space == NULL || id == NULL) {
        mec_fault(r, node, true, "an AltIdentifier must have a Namespace and an Identifier");
        return;
    }
    out->alt_values[out->n_alt_ids] = id;
    out->alt_ids[out->n_alt_ids++] = arena_printf(r->arena, "%s:%s", space, id);
    if (strncasecmp(space, "eidr", 4) != 0)
        return;
    const char **place = &out->eidr;
    if (scope != NULL && (strcasecmp(scope, "Edit") == 0 || strcasecmp(scope, "Level2") == 0))
        place = &out->edit_eidr;
    const char *eidr = eidr_of(r, node, id);
    if (eidr != NULL && *place == NULL)
        *place = eidr;
}

static void read_identity(struct mec_reading *r, const xmlNode *basic, struct mec_title *out)
{
    static const char name[] = "AltIdentifier";
    out->content_id = mec_attribute(r, basic, "ContentID");
    if (out->content_id == NULL)
        mec_fault(r, basic, false, "it has no ContentID");
    else
        out->eidr = eidr_of(r, basic, out->content_id);
    out->alt_ids = ARENA_ARRAY(r->arena, const char *, mec_count(basic, name));
    out->alt_values = ARENA_ARRAY(r->arena, const char *, mec_count(basic, name));
    for (const xmlNode *a = mec_child(basic, name); a != NULL; a = mec_next(a, name))
        read_alternate(r, a, out);
}

static const char *lower(struct mec_reading *r, const char *text)
{
    char *out = arena_strdup(r->arena, text);
    for (char *c = out; c != NULL && *c != 0; c++)
        if (*c >= 'A' && *c <= 'Z')
            *c = (char)(*c - 'A' + 'a');
    return out;
}

/* ---- where it stands among others
 * --------------------------------------------------------------*/

/* Number is the place in the season; DistributionNumber the one it is sold under ("502", "5b"). */
static int sequence_of(struct mec_reading *r, const xmlNode *parent)
{
    const xmlNode *info = mec_child(parent, "SequenceInfo");
    static const char *const names[] = { "Number", "DistributionNumber" };
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        const char *text = mec_child_text(r, info, names[i]);
        int64_t number = 0;
        if (text == NULL)
            continue;
        if (text_to_i64(text, strlen(text), 0, 100000, &number) == OK)
            return (int)number;
        mec_fault(r, info, i > 0, "%.40s is no place in a sequence", text);
    }
    return -1;
}

static void read_parents(struct mec_reading *r, const xmlNode *basic, struct mec_title *out)
{
    out->parents = ARENA_ARRAY(r->arena, struct mec_parent, mec_count(basic, "Parent"));
    for (const xmlNode *p = mec_child(basic, "Parent"); p != NULL; p = mec_next(p, "Parent")) {
        const xmlNode *whole = mec_child(p, "Parent");
        struct mec_parent parent = { .relationship =
                                         lower(r, mec_attribute(r, p, "relationshipType")),
                                     .content_id = mec_child_text(r, p, "ParentContentID"),
                                     .sequence = sequence_of(r, p) };
        if (parent.content_id == NULL && whole != NULL)
            parent.content_id = mec_attribute(r, whole, "ContentID");
        if (parent.content_id == NULL)
            mec_fault(r, p, false, "a Parent must have a ParentContentID");
        else
            out->parents[out->n_parents++] = parent;
    }
}

/* ---- the rest ---------------------------------------------------------------------------------
 */

static void read_ratings(struct mec_reading *r, const xmlNode *basic, struct mec_title *out)
{
    const xmlNode *set = mec_child(basic, "RatingSet");
    out->ratings = ARENA_ARRAY(r->arena, struct mec_rating, mec_count(set, "Rating"));
    for (const xmlNode *c = mec_child(set, "Rating"); c != NULL; c = mec_next(c, "Rating")) {
        size_t n;
        const char **territories = mec_territories(r, c, "Region", &n);
        struct mec_rating rating = { .territory = n > 0 ? territories[0] : NULL,
                                     .system = mec_child_text(r, c, "System"),
                                     .value = mec_child_text(r, c, "Value"),
                                     .reason = mec_child_text(r, c, "Reason") };
        if (rating.system == NULL || rating.value == NULL)
            mec_fault(r, c, false, "a rating must have a System and a Value");
        else
            out->ratings[out->n_ratings++] = rating;
    }
}

static void add_languages(struct mec_reading *r, const xmlNode *basic, const char *name,
                          struct mec_title *out)
{
    for (const xmlNode *l = mec_child(basic, name); l != NULL; l = mec_next(l, name)) {
        const char *text = mec_text_of(r, l);
        const char *tag = text == NULL ? NULL : mec_language(r, l, text);
        bool is_known = tag == NULL;
        for (size_t i = 0; i < out->n_languages && !is_known; i++)
            is_known = strcmp(out->languages[i], tag) == 0;
        if (!is_known)
            out->languages[out->n_languages++] = tag;
    }
}

static void read_languages(struct mec_reading *r, const xmlNode *basic, struct mec_title *out)
{
    static const char original[] = "OriginalLanguage", spoken[] = "PrimarySpokenLanguage";
    size_t n = mec_count(basic, original) + mec_count(basic, spoken);
    out->languages = ARENA_ARRAY(r->arena, const char *, n);
    add_languages(r, basic, original, out);
    add_languages(r, basic, spoken, out);
}

/* What comes in such numbers says nothing of a title, and would be compared with itself for hours.
 */
static bool is_too_much(struct mec_reading *r, const xmlNode *basic)
{
    size_t n = 0;
    for (const xmlNode *c = basic->children; c != NULL; c = c->next)
        n += c->type == XML_ELEMENT_NODE;
    if (n > MEC_SAID_MAX)
        mec_fault(r, basic, false, "more than %d elements", MEC_SAID_MAX);
    bool is_too_much = n > MEC_SAID_MAX;
    for (const xmlNode *c = basic->children; c != NULL && !is_too_much; c = c->next) {
        if (c->type != XML_ELEMENT_NODE || xmlChildElementCount((xmlNode *)c) <= MEC_WITHIN_MAX)
            continue;
        mec_fault(r, c, false, "more than %d elements", MEC_WITHIN_MAX);
        is_too_much = true;
    }
    return is_too_much;
}

void mec_title_read(struct mec_reading *r, const xmlNode *basic, struct mec_title *out)
{
    *out = (struct mec_title){ .line = (size_t)xmlGetLineNo(basic),
                               .sequence = sequence_of(r, basic),
                               .work_type = lower(r, mec_child_text(r, basic, "WorkType")) };
    read_identity(r, basic, out);
    if (out->work_type == NULL)
        mec_fault(r, basic, false, "it has no WorkType");
    if (is_too_much(r, basic))
        return;
    mec_texts_read(r, basic, out);
    mec_people_read(r, basic, out);
    read_length(r, basic, out);
    read_year_of(r, basic, out);
    read_releases(r, basic, out);
    read_ratings(r, basic, out);
    out->countries = mec_territories(r, basic, "CountryOfOrigin", &out->n_countries);
    read_languages(r, basic, out);
    read_parents(r, basic, out);
}
