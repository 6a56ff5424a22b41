/* A row of an avails sheet: a transaction, and what it is about. */
#include <string.h>

#include "format/avails/workbook.h"

static const struct said *at(struct sheet_columns *s, enum column c)
{
    size_t place = s->place[c];
    s->r->column = place == 0 ? NULL : s->names[place - 1];
    s->r->section = place == 0 ? NULL : s->sections[place - 1];
    return &s->said[c];
}

static void at_row(struct sheet_columns *s)
{
    s->r->column = NULL;
}

/* ---- the transaction --------------------------------------------------------------------------
 */

static void take_window(struct sheet_columns *s)
{
    struct reading *r = s->r;
    struct transaction_draft *d = &r->draft;
    d->said_start = s->said[C_START].text != NULL;
    d->said_end = s->said[C_END].text != NULL;
    (void)take_edge(r, at(s, C_START), false, &d->t.start);
    (void)take_edge(r, at(s, C_END), true, &d->t.end);
    (void)take_duration(r, at(s, C_WINDOW), &d->t.window);
    d->start_lag = s->said[C_START_LAG];
    d->end_lag = s->said[C_END_LAG];
}

static void take_lists(struct sheet_columns *s)
{
    struct reading *r = s->r;
    struct transaction_draft *d = &r->draft;
    static const struct {
        enum column column;
        enum language_list list;
    } rows[] = {
        { C_ALLOWED, LANGUAGES_ALLOWED },
        { C_HOLDBACK_EXCLUSION, LANGUAGES_ALLOWED }, /* all are held back but these */
        { C_HOLDBACK, LANGUAGES_HOLDBACK },
        { C_ASSET_LANGUAGE, LANGUAGES_ASSET },
        { C_REQUIRED_LANGUAGES, LANGUAGES_REQUIRED },
    };
    d->said_territory = s->said[C_TERRITORY].text != NULL;
    take_territories(r, at(s, C_TERRITORY), &d->territories);
    take_territories(r, at(s, C_EXCLUDED), &d->excluded);
    take_identifiers(r, at(s, C_REFERENCE), &d->references);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        take_languages(r, at(s, rows[i].column), NULL, &d->languages[rows[i].list]);
}

static void take_price(struct sheet_columns *s)
{
    struct reading *r = s->r;
    const struct said *type = &s->said[C_PRICE_TYPE], *value = &s->said[C_PRICE_VALUE];
    const struct said *currency = &s->said[C_PRICE_CURRENCY];
    if (type->text == NULL && value->text != NULL) {
        (void)at(s, C_PRICE_VALUE);
        fault_omit(r, "price", "\"%s\" is the price of nothing: PriceType is empty",
                   quoted(r, value->text));
    }
    const char *name = take_word(r, at(s, C_PRICE_TYPE), VOCABULARY_TERM);
    if (name != NULL)
        draft_term(r, name, at(s, C_PRICE_VALUE), currency);
    draft_term(r, "SRP", at(s, C_SRP), currency);
}

static void take_terms(struct sheet_columns *s)
{
    static const struct {
        enum column column;
        const char *name;
    } rows[] = {
        { C_RENTAL, "RentalDuration" },
        { C_WATCH, "WatchDuration" },
        { C_FIXED_END, "FixedEndDate" },
        { C_PREORDER, "PreorderFulfillDate" },
        { C_SUPPRESSION, "SuppressionLiftDate" },
        { C_ANNOUNCE, "AnnounceDate" },
        { C_EXCLUSIVE, "Exclusive" },
        { C_EXCLUSIVE_ATTRIBUTES, "ExclusiveAttributes" },
        { C_BRANDING, "BrandingRights" },
        { C_BRANDING_ATTRIBUTES, "BrandingRightsAttributes" },
        { C_DOWNLOAD, "Download" },
        { C_TITLE_STATUS, "TitleStatus" },
        { C_OTHER_TERMS, "OtherTerms" },
        { C_TPR_TYPE, "TPRType" },
        { C_CAMPAIGN, "CampaignID" },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (s->said[rows[i].column].text != NULL)
            draft_term(s->r, rows[i].name, at(s, rows[i].column), &(struct said){ 0 });
    }
}

static void take_transaction(struct sheet_columns *s)
{
    struct reading *r = s->r;
    struct transaction_draft *d = &r->draft;
    struct avails_transaction *t = &d->t;
    const struct {
        enum column column;
        const char **out;
    } texts[] = { { C_AVAIL_ID, &t->id },
                  { C_LICENSEE, &t->licensee },
                  { C_DESCRIPTION, &t->description },
                  { C_CONTRACT, &t->contract },
                  { C_REPORTING, &t->reporting },
                  { C_INSTRUCTIONS, &t->instructions } },
      flags[] = {
          { C_HDR, &t->hdr }, { C_WCG, &t->wcg }, { C_HFR, &t->hfr }, { C_NG_AUDIO, &t->ng_audio }
      };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        *texts[i].out = s->said[texts[i].column].text;
    for (size_t i = 0; i < sizeof flags / sizeof flags[0]; i++)
        draft_flag(r, at(s, flags[i].column), flags[i].out);
    d->said_licence = s->said[C_LICENCE].text != NULL;
    d->said_format = s->said[C_FORMAT].text != NULL;
    t->licence = take_word(r, at(s, C_LICENCE), VOCABULARY_LICENCE);
    t->rights = take_word(r, at(s, C_RIGHTS), VOCABULARY_RIGHTS);
    t->format = take_word(r, at(s, C_FORMAT), VOCABULARY_FORMAT);
    take_window(s);
    take_lists(s);
    take_price(s);
    take_terms(s);
    at_row(s);
}

/* ---- the work ---------------------------------------------------------------------------------
 */

/* Whose column it is: of the row's own work whatever it is, or of one kind of work. */
enum family { OF_OWN, OF_UNIT, OF_EPISODE, OF_SEASON, OF_SERIES, OF_VOLUME, OF_CREDITED };

enum operation {
    SET_CONTENT_ID,
    SET_ALT_ID,
    SET_TITLE_EIDR,
    SET_EDIT_EIDR,
    SET_TITLE,
    SET_INTERNAL,
    SET_NUMBER,
    SET_COUNT,
    SET_FIRST,
    SET_YEAR,
    SET_RUN_LENGTH,
    SET_DIRECTOR,
    SET_CREDIT,
    SET_GROUP,
    SET_LOCALIZATION,
    SET_CAPTIONS,
    SET_EXEMPTION,
    SET_RELEASE,
    SET_DISC,
};

static const struct work_rule {
    enum column column;
    enum family family;
    enum operation operation;
} work_rules[] = {
    { C_EPISODE_CONTENT_ID, OF_EPISODE, SET_CONTENT_ID },
    { C_EPISODE_ALT_ID, OF_EPISODE, SET_ALT_ID },
    { C_EPISODE_TITLE_ID, OF_EPISODE, SET_TITLE_EIDR },
    { C_EPISODE_ID, OF_EPISODE, SET_EDIT_EIDR },
    { C_EPISODE_TITLE, OF_EPISODE, SET_TITLE },
    { C_EPISODE_INTERNAL, OF_EPISODE, SET_INTERNAL },
    { C_EPISODE_NUMBER, OF_EPISODE, SET_NUMBER },
    { C_VOLUME_CONTENT_ID, OF_VOLUME, SET_CONTENT_ID },
    { C_VOLUME_ALT_ID, OF_VOLUME, SET_ALT_ID },
    { C_VOLUME_ID, OF_VOLUME, SET_TITLE_EIDR },
    { C_VOLUME_TITLE, OF_VOLUME, SET_TITLE },
    { C_VOLUME_INTERNAL, OF_VOLUME, SET_INTERNAL },
    { C_VOLUME_NUMBER, OF_VOLUME, SET_NUMBER },
    { C_VOLUME_FIRST, OF_VOLUME, SET_FIRST },
    { C_VOLUME_COUNT, OF_VOLUME, SET_COUNT },
    { C_SEASON_CONTENT_ID, OF_SEASON, SET_CONTENT_ID },
    { C_SEASON_ALT_ID, OF_SEASON, SET_ALT_ID },
    { C_SEASON_ID, OF_SEASON, SET_TITLE_EIDR },
    { C_SEASON_TITLE, OF_SEASON, SET_TITLE },
    { C_SEASON_INTERNAL, OF_SEASON, SET_INTERNAL },
    { C_SEASON_NUMBER, OF_SEASON, SET_NUMBER },
    { C_EPISODE_COUNT, OF_SEASON, SET_COUNT },
    { C_SERIES_CONTENT_ID, OF_SERIES, SET_CONTENT_ID },
    { C_SERIES_ALT_ID, OF_SERIES, SET_ALT_ID },
    { C_SERIES_ID, OF_SERIES, SET_TITLE_EIDR },
    { C_SERIES_TITLE, OF_SERIES, SET_TITLE },
    { C_SERIES_INTERNAL, OF_SERIES, SET_INTERNAL },
    { C_SEASON_COUNT, OF_SERIES, SET_COUNT },
    { C_CONTENT_ID, OF_UNIT, SET_CONTENT_ID },
    { C_ALT_ID, OF_UNIT, SET_ALT_ID },
    { C_TITLE_ID, OF_UNIT, SET_TITLE_EIDR },
    { C_EDIT_ID, OF_UNIT, SET_EDIT_EIDR },
    { C_TITLE, OF_UNIT, SET_TITLE },
    { C_INTERNAL_TITLE, OF_UNIT, SET_INTERNAL },
    { C_YEAR, OF_OWN, SET_YEAR },
    { C_RUN_TIME, OF_OWN, SET_RUN_LENGTH },
    { C_DIRECTOR, OF_OWN, SET_DIRECTOR },
    { C_GROUP, OF_OWN, SET_GROUP },
    { C_LOCALIZATION, OF_OWN, SET_LOCALIZATION },
    { C_CAPTION_INCLUDED, OF_OWN, SET_CAPTIONS },
    { C_CAPTION_EXEMPTION, OF_OWN, SET_EXEMPTION },
    { C_RELEASE_ORIGINAL, OF_OWN, SET_RELEASE },
    { C_RELEASE_DISC, OF_OWN, SET_DISC },
    { C_CREDIT, OF_CREDITED, SET_CREDIT },
};

static enum family family_of(const char *work_type)
{
    static const struct {
        const char *work_type;
        enum family family;
    } rows[] = { { "Episode", OF_EPISODE },
                 { "Season", OF_SEASON },
                 { "Series", OF_SERIES },
                 { "Miniseries", OF_SERIES },
                 { "Volume", OF_VOLUME } };
    for (size_t i = 0; work_type != NULL && i < sizeof rows / sizeof rows[0]; i++) {
        if (strcmp(rows[i].work_type, work_type) == 0)
            return rows[i].family;
    }
    return OF_UNIT;
}

/* The level of a family's work in a row whose own work is of another; false: it has none. What the
 * columns for films say of an episode is the episode's, as sheets of 1.8 write it. */
static bool level_of(enum family family, enum family own, enum work_level *out)
{
    bool is_own = family == own || family == OF_OWN || family == OF_UNIT;
    if (family == OF_CREDITED) /* XML credits a film and a series, nothing between */
        *out = own == OF_UNIT || own == OF_SERIES ? LEVEL_OWN : LEVEL_SERIES;
    else
        *out = is_own ? LEVEL_OWN : family == OF_SEASON ? LEVEL_SEASON : LEVEL_SERIES;
    return is_own || family == OF_CREDITED ||
           (own != OF_UNIT && own != OF_SERIES &&
            (family == OF_SERIES || (family == OF_SEASON && own != OF_SEASON)));
}

static void set_localization(struct reading *r, struct avails_work *w, const struct said *s)
{
    w->localization = vocabulary_find(VOCABULARY_LOCALIZATION, s->text);
    if (w->localization == NULL)
        fault_omit(r, "vocabulary", "\"%s\" is no %s", quoted(r, s->text),
                   vocabulary_name(VOCABULARY_LOCALIZATION));
}

static void set_identity(struct reading *r, enum work_level level, enum operation o,
                         const struct said *v)
{
    struct avails_work *w = work_at(r, level);
    switch (o) {
    case SET_CONTENT_ID:
        if (w->content_id == NULL)
            work_content_id(r, w, v);
        break;
    case SET_ALT_ID: work_alt_id(r, w, v); break;
    case SET_TITLE_EIDR: work_title_eidr(r, level, v); break;
    case SET_EDIT_EIDR:
        if (w->edit_eidr == NULL)
            work_edit_eidr(r, level, v);
        break;
    case SET_TITLE: w->title = w->title == NULL ? v->text : w->title; break;
    case SET_INTERNAL:
        w->internal_title = w->internal_title == NULL ? v->text : w->internal_title;
        break;
    default: break;
    }
}

static void set_fact(struct reading *r, enum work_level level, enum operation o,
                     const struct said *v)
{
    enum { NUMBER_MAX = 1000000 };
    struct avails_work *w = work_at(r, level);
    const struct said none = { 0 };
    switch (o) {
    case SET_NUMBER: w->number = take_count(r, v, NUMBER_MAX); break;
    case SET_COUNT: w->count = take_count(r, v, NUMBER_MAX); break;
    case SET_FIRST: w->volume_first = take_count(r, v, NUMBER_MAX); break;
    case SET_YEAR: work_year(r, w, v); break;
    case SET_RUN_LENGTH: (void)take_run_length(r, v, &w->run_length); break;
    case SET_DIRECTOR: w->director = v->text; break;
    case SET_CREDIT: w->credit = v->text; break;
    case SET_GROUP: w->group = v->text; break;
    case SET_LOCALIZATION: set_localization(r, w, v); break;
    case SET_CAPTIONS: work_captions(r, w, v, &none); break;
    case SET_EXEMPTION: work_captions(r, w, &none, v); break;
    case SET_RELEASE: work_release(r, level, "original", NULL, v); break;
    case SET_DISC: work_release(r, level, "DVD", NULL, v); break;
    default: break;
    }
}

/* The first row of an avail says what it is about; later ones may add, and what they say
 * differently is told once. */
static void take_work(struct sheet_columns *s)
{
    struct reading *r = s->r;
    enum family own = family_of(r->avail.a.work_type);
    for (size_t i = 0; i < sizeof work_rules / sizeof work_rules[0]; i++) {
        const struct work_rule *rule = &work_rules[i];
        enum work_level level;
        const struct said *v = &s->said[rule->column];
        const char **first = &s->first[rule->column];
        if (v->text == NULL || v->text == *first || !level_of(rule->family, own, &level))
            continue;
        (void)at(s, rule->column);
        if (*first == NULL) {
            *first = v->text;
            if (rule->operation <= SET_INTERNAL)
                set_identity(r, level, rule->operation, v);
            else
                set_fact(r, level, rule->operation, v);
        } else if (!s->said_differs[rule->column]) {
            s->said_differs[rule->column] = true;
            fault_warn(r, "differs",
                       "\"%s\" differs from row %u of the same ALID, which counts: "
                       "\"%s\"",
                       quoted(r, v->text), (unsigned)s->first_row, quoted(r, *first));
        }
    }
    at_row(s);
}

/* A system is its country's: FSK in a row for the United States rates for Germany. */
static const char *rated_territory(struct reading *r, const char *system,
                                   const struct list *territories)
{
    const struct rating_system *known = rating_system_find(system);
    const char *const *codes = territories->items;
    bool is_one = territories->n == 1 && strcmp(codes[0], "ZZ") != 0;
    if (known == NULL)
        return is_one ? codes[0] : NULL;
    if (is_one && rating_list_has(known->territories, codes[0]))
        return codes[0];
    return text_kept(r, known->territories, strcspn(known->territories, ","));
}

static void take_rating(struct sheet_columns *s)
{
    struct reading *r = s->r;
    const char *said[3] = { s->said[C_RATING_SYSTEM].text, s->said[C_RATING_VALUE].text,
                            s->said[C_RATING_REASON].text };
    void *territories = list_kept(r, &r->draft.territories);
    if (memcmp(said, s->rating, sizeof said) == 0 && territories == s->rating_territories)
        return;
    memcpy(s->rating, said, sizeof said);
    s->rating_territories = territories;
    if (said[0] == NULL && said[1] == NULL)
        return;
    struct avails_rating rating = { .system = said[0], .value = said[1], .reason = said[2] };
    if (rating.system != NULL)
        rating.territory = rated_territory(r, rating.system, &r->draft.territories);
    (void)at(s, rating.value == NULL ? C_RATING_SYSTEM : C_RATING_VALUE);
    work_rating(r, LEVEL_OWN, &rating);
    at_row(s);
}

/* ---- the avail --------------------------------------------------------------------------------
 */

static const char *work_type_of(struct sheet_columns *s)
{
    const struct said *v = at(s, C_WORK_TYPE);
    const char *known = v->text == NULL ? NULL : vocabulary_find(VOCABULARY_WORK_TYPE, v->text);
    if (v->text == NULL)
        fault_warn(s->r, "required", "WorkType is missing");
    else if (known == NULL)
        fault_warn(s->r, "vocabulary", "\"%s\" is no work type known here; it is kept as said",
                   quoted(s->r, v->text));
    at_row(s);
    return known == NULL ? v->text : known;
}

static void begin_new(struct sheet_columns *s, const char *alid, const char *entry, uint32_t number)
{
    struct reading *r = s->r;
    avail_begin(r, number);
    struct avails_avail *a = &r->avail.a;
    a->alid = alid;
    a->entry = entry;
    a->licensor = s->said[C_LICENSOR].text;
    a->provider = s->said[C_PROVIDER].text;
    a->work_type = work_type_of(s);
    a->type = avail_type_of(a->work_type == NULL ? "" : a->work_type);
    a->is_exception = boolean_of(&s->said[C_EXCEPTION]) == 1;
    check_identifier(r, at(s, C_ALID));
    if (s->place[C_ALID] != 0)
        (void)take_eidr(r, at(s, C_ALID));
    take_identifiers(r, at(s, C_BUNDLED), &r->avail.bundled);
    at_row(s);
    avail_add(r);
}

/* The avail of the row is in hand: the one before, one from further up, or a new one. */
static void open_avail(struct sheet_columns *s, const char *alid, const char *entry,
                       uint32_t number)
{
    struct reading *r = s->r;
    size_t known = avail_number(r, alid, entry);
    bool is_same = known != SIZE_MAX && known == r->current;
    if (!is_same) {
        avail_close(r);
        if (known == SIZE_MAX)
            begin_new(s, alid, entry, number);
        else
            avail_open(r, known);
        memset(s->first, 0, sizeof s->first);
        memset(s->said_differs, 0, sizeof s->said_differs);
        memset(s->rating, 0, sizeof s->rating);
        s->rating_territories = NULL;
        s->first_row = number;
        /* what is known of it was checked when it was new */
        for (size_t c = 0; known != SIZE_MAX && c < C_END_OF_COLUMNS; c++)
            s->first[c] = s->said[c].text;
    }
    if (s->said[C_EXCEPTION].text != NULL && boolean_of(&s->said[C_EXCEPTION]) == 1)
        r->avail.a.is_exception = true;
    take_work(s);
    take_rating(s);
}

static const char *entry_of(struct sheet_columns *s)
{
    const struct said *v = at(s, C_ENTRY);
    if (v->text != NULL)
        return take_word(s->r, v, VOCABULARY_ENTRY);
    fault_warn(s->r, "required", "EntryType is empty: read as Full Extract");
    return vocabulary_find(VOCABULARY_ENTRY, "Full Extract");
}

/* Version 1.6 has no ALID: what the content is called there names the offer. */
static const char *alid_of(struct sheet_columns *s)
{
    static const enum column instead[] = { C_EPISODE_CONTENT_ID, C_VOLUME_CONTENT_ID, C_CONTENT_ID,
                                           C_SEASON_CONTENT_ID, C_SERIES_CONTENT_ID };
    const char *alid = at(s, C_ALID)->text;
    for (size_t i = 0;
         s->place[C_ALID] == 0 && alid == NULL && i < sizeof instead / sizeof instead[0]; i++)
        alid = s->said[instead[i]].text;
    if (alid == NULL)
        fault_error(s->r, "required", "ALID is missing");
    return alid;
}

static bool says_transaction(const struct sheet_columns *s)
{
    return s->said[C_TERRITORY].text != NULL || s->said[C_LICENCE].text != NULL ||
           s->said[C_START].text != NULL;
}

void row_take(struct sheet_columns *s, uint32_t number)
{
    struct reading *r = s->r;
    draft_begin(r, number);
    const char *alid = alid_of(s), *entry = entry_of(s);
    r->draft.entry = entry;
    if (at(s, C_LICENSOR)->text == NULL)
        fault_error(r, "required", "DisplayName (who licenses) is missing");
    at_row(s);
    bool is_bare = entry_is_delete(entry) && !says_transaction(s);
    if (!is_bare)
        take_transaction(s);
    if (is_bare)
        r->out->n_refused += r->draft.is_refused ? 1 : 0;
    if (is_bare ? r->draft.is_refused : !draft_check(r)) {
        size_t known = alid == NULL || entry == NULL ? SIZE_MAX : avail_number(r, alid, entry);
        if (known != SIZE_MAX)
            avail_refuse(r, known, 1);
        return;
    }
    open_avail(s, alid, entry, number);
    if (!is_bare)
        draft_keep(r);
}
