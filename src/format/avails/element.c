/* An Avails document, element by element. */
#include <string.h>

#include "format/avails/grammar.h"
#include "format/avails/internal.h"
#include "format/avails/xml.h"

enum { KEPT_ATTRIBUTES = 6 };

struct attribute {
    const char *name, *value; /* kept strings */
};

struct frame {
    enum element element;
    const char *name;
    uint32_t seen, line; /* seen: a bit for each rank of its children */
    uint8_t last_rank;
    bool is_refused;
    enum work_level level;
};

struct document {
    struct reading *r;
    struct xml *xml;
    struct buf text;
    size_t skipped; /* depth inside what is left alone */
    size_t depth;
    struct frame frames[XML_DEPTH_MAX + 1];
    const char *path[XML_DEPTH_MAX + 1];
    size_t path_depth;
    struct attribute attributes[KEPT_ATTRIBUTES]; /* of the innermost element */
    size_t n_attributes;
    /* gathered until an element ends */
    struct avails_rating rating;
    struct avails_release release;
    struct said release_date;
    const char *job, *person, *term;
    bool has_asset, in_second_asset;
    size_t refused; /* transactions of the avail in hand */
};

static struct frame *top(struct document *d)
{
    return &d->frames[d->depth - 1];
}

static enum element parent_of(const struct document *d)
{
    return d->depth < 2 ? E_NONE : d->frames[d->depth - 2].element;
}

static void here(struct document *d)
{
    d->r->line = xml_line(d->xml);
    d->r->path = d->path;
    d->r->depth = d->path_depth;
}

static struct said attribute(const struct document *d, const char *name)
{
    for (size_t i = 0; i < d->n_attributes; i++) {
        if (strcmp(d->attributes[i].name, name) == 0)
            return (struct said){ .text = d->attributes[i].value };
    }
    return (struct said){ 0 };
}

static void keep_attributes(struct document *d, const struct xml_attribute *a, size_t n)
{
    static const char *const wanted[] = { "contentID", "TransactionID", "lag",          "asset",
                                          "HDR",       "WCG",           "HFR",          "NGAudio",
                                          "termName",  "currency",      "assetProvided" };
    d->n_attributes = 0;
    for (size_t i = 0; i < n && d->n_attributes < KEPT_ATTRIBUTES; i++) {
        for (size_t k = 0; k < sizeof wanted / sizeof wanted[0]; k++) {
            if (strcmp(a[i].name, wanted[k]) == 0)
                d->attributes[d->n_attributes++] =
                    (struct attribute){ wanted[k], text_kept(d->r, a[i].value, a[i].n) };
        }
    }
}

/* ---- what begins ------------------------------------------------------------------------------
 */

static void begin_avail(struct document *d)
{
    avail_begin(d->r, d->r->line);
    draft_begin(d->r, d->r->line);
    d->r->pending.n = 0;
    d->has_asset = false;
    d->refused = 0;
}

static void begin_transaction(struct document *d)
{
    struct reading *r = d->r;
    r->avail.is_refused = r->avail.is_refused || r->draft.is_refused;
    draft_begin(r, r->line);
    r->draft.entry = r->avail.a.entry;
    r->draft.t.id = attribute(d, "TransactionID").text;
}

static void begin_asset(struct document *d)
{
    struct said content = attribute(d, "contentID");
    d->in_second_asset = d->has_asset;
    if (d->has_asset) {
        fault_warn(d->r, "structure", "a second Asset: the first counts");
        return;
    }
    d->has_asset = true;
    if (content.text == NULL)
        fault_warn(d->r, "required", "the attribute contentID is missing");
    work_content_id(d->r, &d->r->avail.a.work, &content);
}

static void begin_level(struct document *d)
{
    struct frame *f = top(d);
    if (parent_of(d) == E_ASSET)
        f->level = LEVEL_OWN;
    else
        f->level = f->element == E_SEASON ? LEVEL_SEASON : LEVEL_SERIES;
    (void)work_at(d->r, f->level);
}

static void begin_format(struct document *d)
{
    struct avails_transaction *t = &d->r->draft.t;
    const struct {
        const char *name;
        const char **out;
    } rows[] = {
        { "HDR", &t->hdr }, { "WCG", &t->wcg }, { "HFR", &t->hfr }, { "NGAudio", &t->ng_audio }
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct said s = attribute(d, rows[i].name);
        draft_flag(d->r, &s, rows[i].out);
    }
}

static void begin_term(struct document *d)
{
    struct said name = attribute(d, "termName");
    d->term = NULL;
    if (name.text == NULL) {
        fault_error(d->r, "required", "the attribute termName is missing");
        return;
    }
    d->term = vocabulary_find(VOCABULARY_TERM, name.text);
    if (d->term == NULL) {
        fault_warn(d->r, "vocabulary", "\"%s\" is no term of the vocabulary; it is kept as said",
                   quoted(d->r, name.text));
        d->term = name.text;
    }
}

static void begin_element(struct document *d)
{
    switch (top(d)->element) {
    case E_AVAIL: begin_avail(d); break;
    case E_ASSET: begin_asset(d); break;
    case E_TRANSACTION: begin_transaction(d); break;
    case E_UNIT:
    case E_EPISODE:
    case E_SEASON:
    case E_SERIES:
    case E_VOLUME: begin_level(d); break;
    case E_RATING: d->rating = (struct avails_rating){ 0 }; break;
    case E_RELEASE:
        d->release = (struct avails_release){ 0 };
        d->release_date = (struct said){ 0 };
        break;
    case E_PEOPLE: d->person = d->job = NULL; break;
    case E_FORMAT: begin_format(d); break;
    case E_TERM: begin_term(d); break;
    default: break;
    }
}

/* ---- what ends: the avail and its work --------------------------------------------------------
 */

static void require(struct reading *r, const char *value, const char *name)
{
    if (value == NULL && !r->avail.is_refused && !r->draft.is_refused)
        fault_error(r, "required", "%s is missing", name);
}

static void end_avail(struct document *d)
{
    struct reading *r = d->r;
    struct avails_avail *a = &r->avail.a;
    require(r, a->alid, "the text of ALID");
    require(r, a->entry, "the text of EntryType");
    require(r, a->licensor, "the DisplayName of Licensor");
    if (r->avail.is_refused || r->draft.is_refused) {
        r->out->n_refused += r->pending.n;
        r->pending.n = 0;
        return;
    }
    size_t known = avail_number(r, a->alid, a->entry);
    if (known != SIZE_MAX) {
        fault_warn(r, "duplicate", "%s stands in the file before: its transactions are joined",
                   quoted(r, a->alid));
        avail_add_pending(r, known);
        avail_refuse(r, known, d->refused);
        return;
    }
    avail_add(r);
    avail_refuse(r, r->current, d->refused);
    avail_close(r);
}

static void end_transaction(struct document *d)
{
    if (draft_check(d->r))
        draft_keep(d->r);
    else
        d->refused++;
    draft_begin(d->r, d->r->line);
}

static void end_organization(struct document *d, const struct said *s)
{
    switch (parent_of(d)) {
    case E_LICENSOR: d->r->avail.a.licensor = s->text; break;
    case E_PROVIDER: d->r->avail.a.provider = s->text; break;
    case E_LICENSEE: d->r->draft.t.licensee = s->text; break;
    default: break;
    }
}

static void end_avail_text(struct document *d, enum element e, const struct said *s)
{
    struct avails_avail *a = &d->r->avail.a;
    switch (e) {
    case E_ALID:
        a->alid = s->text;
        check_identifier(d->r, s);
        (void)take_eidr(d->r, s);
        break;
    case E_ENTRY_TYPE: a->entry = take_word(d->r, s, VOCABULARY_ENTRY); break;
    case E_AVAIL_TYPE: a->type = take_word(d->r, s, VOCABULARY_AVAIL_TYPE); break;
    case E_EXCEPTION: a->is_exception = s->text == NULL || boolean_of(s) != 0; break;
    case E_WORK_TYPE:
        a->work_type = s->text == NULL ? NULL : vocabulary_find(VOCABULARY_WORK_TYPE, s->text);
        if (a->work_type == NULL && s->text != NULL)
            fault_warn(d->r, "vocabulary", "\"%s\" is no work type known here; it is kept as said",
                       quoted(d->r, s->text));
        a->work_type = a->work_type == NULL ? s->text : a->work_type;
        break;
    case E_BUNDLED_ALID: take_identifiers(d->r, s, &d->r->avail.bundled); break;
    default: break;
    }
}

static const char *first_said(const char *have, const struct said *s)
{
    return have == NULL ? s->text : have;
}

static void end_localization(struct document *d, struct avails_work *w, const struct said *s)
{
    w->localization = s->text == NULL ? NULL : vocabulary_find(VOCABULARY_LOCALIZATION, s->text);
    if (s->text != NULL && w->localization == NULL)
        fault_omit(d->r, "vocabulary", "\"%s\" is no %s", quoted(d->r, s->text),
                   vocabulary_name(VOCABULARY_LOCALIZATION));
}

static void end_work_text(struct document *d, enum element e, const struct said *s)
{
    enum { NUMBER_MAX = 1000000 };
    struct reading *r = d->r;
    struct avails_work *w = work_at(r, top(d)->level);
    switch (e) {
    case E_CONTENT_ID: work_content_id(r, w, s); break;
    case E_TITLE_EIDR: work_title_eidr(r, top(d)->level, s); break;
    case E_EDIT_EIDR: work_edit_eidr(r, top(d)->level, s); break;
    case E_TITLE: w->title = first_said(w->title, s); break;
    case E_INTERNAL_TITLE: w->internal_title = first_said(w->internal_title, s); break;
    case E_NUMBER: w->number = take_count(r, s, NUMBER_MAX); break;
    case E_COUNT: w->count = take_count(r, s, NUMBER_MAX); break;
    case E_VOLUME_FIRST: w->volume_first = take_count(r, s, NUMBER_MAX); break;
    case E_YEAR: work_year(r, w, s); break;
    case E_RUN_LENGTH: (void)take_run_length(r, s, &w->run_length); break;
    case E_LOCALIZATION: end_localization(d, w, s); break;
    case E_CAPTION_EXEMPTION: work_captions(r, w, &(struct said){ 0 }, s); break;
    case E_IDENTIFIER: work_alt_id(r, w, s); break;
    case E_CREDIT_NAME: w->credit = first_said(w->credit, s); break;
    case E_GROUP: w->group = first_said(w->group, s); break;
    default: break;
    }
}

/* "A, B" of several that an element says; not without end. */
static const char *joined(struct document *d, const char *have, const char *more,
                          const char *between)
{
    enum { JOINED_MAX = 1000 };
    if (have == NULL || more == NULL)
        return have == NULL ? more : have;
    if (strlen(have) + strlen(more) > JOINED_MAX)
        return have;
    return string_kept(d->r, arena_printf(d->r->arena, "%s%s%s", have, between, more));
}

static void end_people(struct document *d)
{
    struct avails_work *w = work_at(d->r, top(d)->level);
    if (d->job != NULL && d->person != NULL && strcmp(d->job, "Director") == 0)
        w->director = joined(d, w->director, d->person, ", ");
}

static void end_gathered(struct document *d, enum element e, const struct said *s)
{
    switch (e) {
    case E_JOB_FUNCTION: d->job = first_said(d->job, s); break;
    case E_PERSON_NAME: d->person = first_said(d->person, s); break;
    case E_PEOPLE: end_people(d); break;
    case E_RELEASE_TYPE: d->release.type = s->text; break;
    case E_RELEASE_DATE: d->release_date = *s; break;
    case E_RELEASE:
        work_release(d->r, top(d)->level, d->release.type, d->release.territory, &d->release_date);
        break;
    case E_RATING_SYSTEM: d->rating.system = s->text; break;
    case E_RATING_VALUE: d->rating.value = s->text; break;
    case E_RATING_REASON: d->rating.reason = joined(d, d->rating.reason, s->text, ","); break;
    case E_RATING: work_rating(d->r, top(d)->level, &d->rating); break;
    default: break;
    }
}

/* ---- what ends: transactions ------------------------------------------------------------------
 */

static void end_country(struct document *d, const struct said *s)
{
    struct transaction_draft *t = &d->r->draft;
    switch (parent_of(d)) {
    case E_TERRITORY:
        t->said_territory = true;
        if (s->text == NULL)
            fault_error(d->r, "required", "the territory is empty");
        take_territories(d->r, s, &t->territories);
        break;
    case E_EXCLUDED: take_territories(d->r, s, &t->excluded); break;
    case E_RATING_REGION: d->rating.territory = s->text; break;
    case E_RELEASE_TERRITORY: d->release.territory = s->text; break;
    default: break;
    }
}

static void end_edge(struct document *d, enum element e, const struct said *s)
{
    struct transaction_draft *t = &d->r->draft;
    bool is_end = e == E_END || e == E_END_CONDITION;
    bool is_condition = e == E_START_CONDITION || e == E_END_CONDITION;
    struct avails_edge edge = { 0 };
    *(is_end ? &t->said_end : &t->said_start) = s->text != NULL;
    *(is_end ? &t->end_lag : &t->start_lag) = attribute(d, "lag");
    if (is_condition) {
        edge.condition = take_word(d->r, s, VOCABULARY_CONDITION);
        edge.kind = edge.condition == NULL ? AVAILS_EDGE_NONE : AVAILS_EDGE_CONDITION;
    } else {
        (void)take_edge(d->r, s, is_end, &edge);
    }
    *(is_end ? &t->t.end : &t->t.start) = edge;
}

static void end_language(struct document *d, enum element e, const struct said *s)
{
    enum language_list list = e == E_ALLOWED    ? LANGUAGES_ALLOWED
                              : e == E_HOLDBACK ? LANGUAGES_HOLDBACK
                                                : LANGUAGES_ASSET;
    struct said provided = attribute(d, "assetProvided");
    if (e == E_ASSET_LANGUAGE && boolean_of(&provided) == 1)
        list = LANGUAGES_REQUIRED;
    take_languages(d->r, s, attribute(d, "asset").text, &d->r->draft.languages[list]);
}

static void end_transaction_text(struct document *d, enum element e, const struct said *s)
{
    struct transaction_draft *draft = &d->r->draft;
    struct avails_transaction *t = &draft->t;
    switch (e) {
    case E_LICENCE:
        draft->said_licence = s->text != NULL;
        t->licence = take_word(d->r, s, VOCABULARY_LICENCE);
        break;
    case E_FORMAT:
        draft->said_format = s->text != NULL;
        t->format = take_word(d->r, s, VOCABULARY_FORMAT);
        break;
    case E_DESCRIPTION: t->description = s->text; break;
    case E_WINDOW: (void)take_duration(d->r, s, &t->window); break;
    case E_RIGHTS: t->rights = take_word(d->r, s, VOCABULARY_RIGHTS); break;
    case E_CONTRACT: t->contract = s->text; break;
    case E_REPORTING: t->reporting = s->text; break;
    case E_REFERENCE: take_identifiers(d->r, s, &draft->references); break;
    case E_INSTRUCTIONS: t->instructions = s->text; break;
    case E_TERM_MONEY:
    case E_TERM_VALUE: {
        struct said currency = attribute(d, "currency");
        if (d->term != NULL)
            draft_term(d->r, d->term, s, &currency);
        break;
    }
    default: break;
    }
}

/* ---- dispatch ---------------------------------------------------------------------------------
 */

static void end_element(struct document *d)
{
    enum element e = top(d)->element;
    here(d);
    struct said s = { .text = text_kept(d->r, (const char *)d->text.data, d->text.size) };
    if (element_children(e) != NULL)
        s.text = NULL;
    if (d->in_second_asset && e != E_ASSET && e < E_TRANSACTION)
        return;
    if (e == E_AVAIL)
        end_avail(d);
    else if (e == E_TRANSACTION)
        end_transaction(d);
    else if (e == E_ASSET)
        d->in_second_asset = false;
    else if (e == E_ORG_NAME)
        end_organization(d, &s);
    else if (e == E_COUNTRY)
        end_country(d, &s);
    else if (e >= E_START && e <= E_END_CONDITION)
        end_edge(d, e, &s);
    else if (e >= E_ALLOWED && e <= E_HOLDBACK)
        end_language(d, e, &s);
    else if (e >= E_PEOPLE && e <= E_RATING_REASON)
        end_gathered(d, e, &s);
    else if (e >= E_CONTENT_ID && e <= E_GROUP)
        end_work_text(d, e, &s);
    else if (e > E_TRANSACTION)
        end_transaction_text(d, e, &s);
    else
        end_avail_text(d, e, &s);
}

/* Said once for each rank: alternatives are named together. */
static void check_complete(struct document *d)
{
    const struct frame *f = top(d);
    const struct element_rule *rules = element_children(f->element);
    for (const struct element_rule *rule = rules; rule != NULL && rule->name != NULL; rule++) {
        if ((rule->flags & RULE_REQUIRED) == 0 || (f->seen >> rule->rank & 1) != 0 ||
            (rule > rules && rule[-1].rank == rule->rank))
            continue;
        here(d);
        d->r->line = f->line;
        if (f->element == E_AVAIL_LIST)
            fault_warn(d->r, "required", "there is no Avail in it");
        else if (f->element < E_UNIT)
            fault_error(d->r, "required", "%s is missing", rule->name);
        else
            fault_warn(d->r, "required", "%s is missing", rule->name);
    }
}

static enum element_namespace space_of(const char *uri)
{
    static const char avails[] = "http://www.movielabs.com/schema/avails/";
    static const char md[] = "http://www.movielabs.com/schema/md/";
    static const char mdmec[] = "http://www.movielabs.com/schema/mdmec/";
    if (uri == NULL)
        return NS_OTHER;
    if (strncmp(uri, avails, sizeof avails - 1) == 0)
        return NS_AVAILS;
    return strncmp(uri, md, sizeof md - 1) == 0 || strncmp(uri, mdmec, sizeof mdmec - 1) == 0
               ? NS_MD
               : NS_OTHER;
}

static bool in_transaction(const struct document *d)
{
    for (size_t i = 0; i < d->depth; i++) {
        if (d->frames[i].element == E_TRANSACTION)
            return true;
    }
    return false;
}

static const struct element_rule *rule_for(struct document *d, const char *name, const char *uri)
{
    const struct element_rule *rule = element_children(top(d)->element);
    enum element_namespace space = space_of(uri);
    for (; rule != NULL && rule->name != NULL; rule++) {
        if (rule->space == space && strcmp(rule->name, name) == 0)
            return rule;
    }
    if (space == NS_OTHER)
        return NULL;
    here(d);
    /* inside a right, what is not understood may narrow it */
    if (in_transaction(d))
        fault_error(d->r, "structure", "%s may not stand in %s", quoted(d->r, name), top(d)->name);
    else
        fault_warn(d->r, "structure", "%s may not stand in %s; it is left alone",
                   quoted(d->r, name), top(d)->name);
    return NULL;
}

static void check_order(struct document *d, const struct element_rule *rule)
{
    struct frame *f = top(d);
    bool is_again = (f->seen >> rule->rank & 1) != 0;
    here(d);
    if (is_again && (rule->flags & RULE_MANY) == 0)
        fault_error(d->r, "structure", "%s stands twice in %s", rule->name, f->name);
    else if (rule->rank < f->last_rank)
        fault_warn(d->r, "structure", "%s stands too late in %s", rule->name, f->name);
    f->seen |= UINT32_C(1) << rule->rank;
    f->last_rank = rule->rank > f->last_rank ? rule->rank : f->last_rank;
}

static void push(struct document *d, enum element e, const char *name)
{
    struct frame *f = &d->frames[d->depth++];
    *f = (struct frame){ .element = e, .name = name, .line = xml_line(d->xml) };
    f->level = d->depth > 1 ? d->frames[d->depth - 2].level : LEVEL_OWN;
    if (e != E_AVAIL_LIST)
        d->path[d->path_depth++] = name;
}

static void unsupported(struct document *d, const char *what)
{
    here(d);
    (void)reading_stop(d->r, ERR_UNSUPPORTED, "structure", "%s", what);
    xml_stop(d->xml);
}

/* "http://www.movielabs.com/schema/avails/v2.5.2/avails" is of 2.5.2. */
static void take_version(struct document *d, const char *uri)
{
    const char *v = strstr(uri, "/v");
    size_t n = v == NULL ? 0 : strcspn(v + 2, "/");
    const char *version = n == 0 ? NULL : text_kept(d->r, v + 2, n);
    d->r->out->version = version;
    if (version == NULL || strncmp(version, "2.", 2) != 0 || version[2] < '1' || version[2] > '7' ||
        (version[3] != 0 && version[3] != '.'))
        unsupported(d, "this version of Avails is not read (2.1 to 2.7 are)");
}

static void start_root(struct document *d, const char *name, const char *uri)
{
    bool is_avails = space_of(uri) == NS_AVAILS;
    if (is_avails && (strcmp(name, "AvailList") == 0 || strcmp(name, "AvailListSigned") == 0)) {
        push(d, E_AVAIL_LIST, strcmp(name, "AvailList") == 0 ? "AvailList" : "AvailListSigned");
    } else if (is_avails && strcmp(name, "Avail") == 0) {
        push(d, E_AVAIL, "Avail");
    } else if (is_avails && strncmp(name, "OfferStatus", 11) == 0) {
        unsupported(d, "an OfferStatus, not Avails");
        return;
    } else {
        unsupported(d, "no Avails document (its first element is not AvailList)");
        return;
    }
    take_version(d, uri);
    here(d);
    if (d->r->err == OK)
        begin_element(d);
}

static void on_start(void *context, const char *name, const char *uri,
                     const struct xml_attribute *attributes, size_t n)
{
    struct document *d = context;
    buf_clear(&d->text);
    if (d->skipped > 0) {
        d->skipped++;
        return;
    }
    keep_attributes(d, attributes, n);
    if (d->depth == 0) {
        start_root(d, name, uri);
        return;
    }
    bool is_list = top(d)->element == E_AVAIL_LIST && space_of(uri) == NS_AVAILS &&
                   strcmp(name, "AvailList") == 0;
    const struct element_rule *rule = is_list ? NULL : rule_for(d, name, uri);
    if (is_list) {
        top(d)->seen = UINT32_MAX;
        push(d, E_AVAIL_LIST, "AvailList");
        return;
    }
    if (rule != NULL)
        check_order(d, rule);
    if (rule == NULL || rule->element == E_SKIPPED) {
        d->skipped = 1;
        return;
    }
    push(d, rule->element, rule->name);
    here(d);
    begin_element(d);
}

static void on_end(void *context, const char *name)
{
    struct document *d = context;
    (void)name;
    if (d->skipped > 0) {
        d->skipped--;
        return;
    }
    here(d);
    check_complete(d);
    end_element(d);
    if (top(d)->element != E_AVAIL_LIST)
        d->path_depth--;
    d->depth--;
    buf_clear(&d->text);
    if (d->r->err != OK)
        xml_stop(d->xml);
}

static void on_text(void *context, const char *text, size_t n)
{
    struct document *d = context;
    if (d->skipped > 0 || d->depth == 0 || element_children(top(d)->element) != NULL)
        return;
    buf_put(&d->text, text, n);
    if (d->text.err != OK) {
        here(d);
        fault_error(d->r, "full", "a value of more than %d KiB", TEXT_MAX / 1024);
        buf_clear(&d->text);
    }
}

enum err document_read(struct reading *r, const void *bytes, size_t n)
{
    struct document d = { .r = r };
    buf_init(&d.text, TEXT_MAX);
    d.xml = xml_create(
        &(struct xml_sink){ .context = &d, .start = on_start, .end = on_end, .text = on_text });
    enum err err = xml_feed(d.xml, bytes, n);
    if (err == OK)
        err = xml_end(d.xml);
    if (err != OK && r->err == OK) {
        r->line = xml_line(d.xml);
        r->depth = 0;
        (void)reading_stop(r, err, "xml", "%s", xml_why(d.xml));
    }
    xml_destroy(&d.xml);
    buf_finish(&d.text);
    return r->err;
}
