#include "box/play/manifest.h"

#include <string.h>

#include <libxml/parser.h>
#include <libxml/tree.h>
#include <libxml/uri.h>

#include "base/text.h"

enum { KID_TEXT = 36 };

static const char switching[] = "urn:mpeg:dash:adaptation-set-switching:2016";
static const char purposes[] = "urn:tva:metadata:cs:AudioPurposeCS:2007";
static const char roles[] = "urn:mpeg:dash:role:2011";

/* ---- walking ---- */

static bool is_named(const xmlNode *node, const char *name)
{
    return node->type == XML_ELEMENT_NODE && strcmp((const char *)node->name, name) == 0;
}

static xmlNode *first_of(xmlNode *node, const char *name)
{
    while (node != NULL && !is_named(node, name))
        node = node->next;
    return node;
}

static xmlNode *child_of(const xmlNode *node, const char *name)
{
    return first_of(node->children, name);
}

static xmlNode *next_of(xmlNode *node)
{
    return first_of(node->next, (const char *)node->name);
}

/* Lends the value of an attribute, "" when there is none. */
static const char *value_of(const xmlNode *node, const char *name)
{
    for (const xmlAttr *a = node->properties; a != NULL; a = a->next) {
        if (strcmp((const char *)a->name, name) == 0 && a->children != NULL &&
            a->children->content != NULL)
            return (const char *)a->children->content;
    }
    return "";
}

static int64_t number_of(const xmlNode *node, const char *name, int64_t max)
{
    const char *value = value_of(node, name);
    int64_t number = 0;
    if (text_to_i64(value, strlen(value), 0, max, &number) != OK)
        return 0;
    return number;
}

/* Lends the text of an element, "" when it is empty. */
static const char *text_of(const xmlNode *node)
{
    bool is_text = node != NULL && node->children != NULL && node->children->content != NULL;
    return is_text ? (const char *)node->children->content : "";
}

static void drop(xmlNode *node)
{
    xmlUnlinkNode(node);
    xmlFreeNode(node);
}

static void drop_all(xmlNode *parent, const char *name)
{
    for (xmlNode *node = child_of(parent, name), *next; node != NULL; node = next) {
        next = next_of(node);
        drop(node);
    }
}

static bool has_descriptor(const xmlNode *set, const char *element, const char *scheme,
                           const char *value)
{
    for (xmlNode *d = child_of(set, element); d != NULL; d = next_of(d)) {
        if (strcmp(value_of(d, "schemeIdUri"), scheme) == 0 &&
            strcmp(value_of(d, "value"), value) == 0)
            return true;
    }
    return false;
}

/* ---- sets ---- */

enum kind { KIND_OTHER, KIND_VIDEO, KIND_AUDIO, KIND_TEXT };

static enum kind kind_of(const xmlNode *set)
{
    static const struct {
        const char *content, *mime;
        enum kind kind;
    } rows[] = { { "video", "video/", KIND_VIDEO },
                 { "audio", "audio/", KIND_AUDIO },
                 { "text", "text/vtt", KIND_TEXT } };
    const xmlNode *r = child_of(set, "Representation");
    const char *content = value_of(set, "contentType"), *mime = value_of(set, "mimeType");
    if (mime[0] == 0 && r != NULL)
        mime = value_of(r, "mimeType");
    for (size_t i = 0; r != NULL && i < sizeof rows / sizeof rows[0]; i++) {
        size_t n = strlen(rows[i].mime);
        if (strncmp(mime, rows[i].mime, n) == 0 &&
            (content[0] == 0 || strcmp(content, rows[i].content) == 0))
            return rows[i].kind;
    }
    return KIND_OTHER;
}

/* Whether id is in the list of a set's "may be switched to". */
static bool may_switch(const xmlNode *set, const char *id)
{
    size_t n = strlen(id);
    for (xmlNode *d = child_of(set, "SupplementalProperty"); d != NULL && n > 0; d = next_of(d)) {
        if (strcmp(value_of(d, "schemeIdUri"), switching) != 0)
            continue;
        const char *list = value_of(d, "value");
        while (list[0] != 0) {
            list += strspn(list, ", ");
            size_t word = strcspn(list, ", ");
            if (word == n && memcmp(list, id, n) == 0)
                return true;
            list += word;
        }
    }
    return false;
}

/* What a representation took from its set goes with it: how its segments are called and opened. */
static void move_into(xmlNode *target, xmlNode *set)
{
    static const char *const taken[] = { "SegmentTemplate", "ContentProtection" };
    for (xmlNode *r = child_of(set, "Representation"), *next; r != NULL; r = next) {
        next = next_of(r);
        for (size_t i = 0; i < sizeof taken / sizeof taken[0]; i++) {
            const xmlNode *own = child_of(set, taken[i]);
            xmlNode *copy = NULL;
            if (own != NULL && child_of(r, taken[i]) == NULL)
                copy = xmlCopyNode((xmlNode *)own, 1);
            if (copy != NULL)
                xmlAddChild(r, copy);
        }
        xmlUnlinkNode(r);
        xmlAddChild(target, r);
    }
}

/* The first set of pictures takes in those that it may be switched to; others, such as a second
 * codec, are left out. */
static void join_pictures(xmlNode *period)
{
    static const char *const limits[] = { "maxWidth", "maxHeight", "maxFrameRate", "maxBandwidth" };
    xmlNode *target = NULL;
    for (xmlNode *set = child_of(period, "AdaptationSet"), *next; set != NULL; set = next) {
        next = next_of(set);
        if (kind_of(set) != KIND_VIDEO)
            continue;
        if (target == NULL) {
            target = set;
            continue;
        }
        if (may_switch(target, value_of(set, "id")))
            move_into(target, set);
        drop(set);
    }
    for (size_t i = 0; target != NULL && i < sizeof limits / sizeof limits[0]; i++)
        xmlUnsetProp(target, (const xmlChar *)limits[i]);
}

/* ---- what is too great ---- */

static unsigned lines_of(const xmlNode *r)
{
    int64_t width = number_of(r, "width", 100000), height = number_of(r, "height", 100000);
    int64_t by_width = width * 9 / 16;
    return (unsigned)(by_width > height ? by_width : height);
}

static bool fits(const xmlNode *r, const struct manifest_wish *wish)
{
    if (wish->lines_max != 0 && lines_of(r) > wish->lines_max)
        return false;
    return wish->rate_max == 0 || (uint64_t)number_of(r, "bandwidth", INT64_MAX) <= wish->rate_max;
}

static void prune_pictures(xmlNode *set, const struct manifest_wish *wish)
{
    xmlNode *smallest = child_of(set, "Representation");
    for (xmlNode *r = smallest; r != NULL; r = next_of(r)) {
        if (number_of(r, "bandwidth", INT64_MAX) < number_of(smallest, "bandwidth", INT64_MAX))
            smallest = r;
    }
    for (xmlNode *r = child_of(set, "Representation"), *next; r != NULL; r = next) {
        next = next_of(r);
        if (r != smallest && !fits(r, wish))
            drop(r);
    }
}

/* ---- tables ---- */

static void take_track(const xmlNode *set, struct player_track *out)
{
    const xmlNode *r = child_of(set, "Representation");
    const char *language = value_of(set, "lang");
    *out = (struct player_track){ .is_chosen = false };
    (void)text_copy(out->id, sizeof out->id, value_of(r, "id"));
    (void)text_copy(out->language, sizeof out->language, language[0] == 0 ? "und" : language);
    const char *label = text_of(child_of(set, "Label"));
    /* cut between characters */
    size_t n = 0;
    while (label[n] != 0) {
        size_t used;
        text_next(label + n, strlen(label + n), &used);
        if (n + used >= sizeof out->label)
            break;
        n += used;
    }
    memcpy(out->label, label, n);
    out->is_described = has_descriptor(set, "Accessibility", purposes, "1") ||
                        has_descriptor(set, "Role", roles, "description") ||
                        has_descriptor(set, "Accessibility", purposes, "2") ||
                        has_descriptor(set, "Role", roles, "caption");
}

static enum err take_caption(const xmlNode *set, const char *base, struct manifest *out)
{
    const xmlNode *r = child_of(set, "Representation");
    const char *name = text_of(child_of(r, "BaseURL"));
    if (name[0] == 0)
        return OK; /* captions in segments are not ours to read */
    if (out->n_captions == MANIFEST_TRACKS_MAX)
        return ERR_FULL;
    struct manifest_caption *c = &out->captions[out->n_captions];
    xmlChar *address = xmlBuildURI((const xmlChar *)name, (const xmlChar *)base);
    bool is_whole =
        address != NULL && text_copy(c->address, sizeof c->address, (const char *)address);
    xmlFree(address);
    if (!is_whole)
        return ERR_MALFORMED;
    take_track(set, &c->track);
    c->is_forced = has_descriptor(set, "Role", roles, "forced-subtitle") ||
                   has_descriptor(set, "Role", roles, "forced_subtitle");
    out->n_captions++;
    return OK;
}

static enum err read_kid(const char *text, uint8_t out[KEYS_ID])
{
    size_t digits = 0;
    for (; text[0] != 0; text++) {
        int digit = text_hex_digit(text[0]);
        if (text[0] == '-')
            continue;
        if (digit < 0 || digits == (size_t)2 * KEYS_ID)
            return ERR_MALFORMED;
        out[digits / 2] = (uint8_t)(digits % 2 == 0 ? digit << 4 : out[digits / 2] | digit);
        digits++;
    }
    return digits == (size_t)2 * KEYS_ID ? OK : ERR_MALFORMED;
}

static enum err take_kids(const xmlNode *holder, struct manifest *out)
{
    enum err err = OK;
    for (xmlNode *p = child_of(holder, "ContentProtection"); p != NULL; p = next_of(p)) {
        const char *text = value_of(p, "default_KID");
        uint8_t kid[KEYS_ID];
        if (err != OK || text[0] == 0)
            continue;
        err = read_kid(text, kid);
        size_t i = 0;
        while (i < out->n_kids && memcmp(out->kids[i], kid, KEYS_ID) != 0)
            i++;
        if (err == OK && i == KEYS_MAX)
            err = ERR_FULL;
        if (err == OK && i == out->n_kids)
            memcpy(out->kids[out->n_kids++], kid, KEYS_ID);
    }
    return err;
}

static enum err take_renditions(xmlNode *set, enum manifest_kind kind, struct manifest *out)
{
    enum err err = take_kids(set, out);
    drop_all(set, "ContentProtection");
    for (xmlNode *r = child_of(set, "Representation"); r != NULL && err == OK; r = next_of(r)) {
        if (out->n_renditions == sizeof out->renditions / sizeof out->renditions[0])
            return ERR_FULL;
        struct manifest_rendition *m = &out->renditions[out->n_renditions++];
        *m = (struct manifest_rendition){
            .kind = kind,
            .bit_rate = (uint64_t)number_of(r, "bandwidth", INT64_MAX),
            .height = (int)number_of(r, "height", 100000),
        };
        (void)text_copy(m->id, sizeof m->id, value_of(r, "id"));
        err = take_kids(r, out);
        drop_all(r, "ContentProtection");
    }
    return err;
}

/* ---- the sound that is wanted ---- */

int manifest_language_fit(const char *wanted, const char *language)
{
    size_t a = strcspn(wanted, "-"), b = strcspn(language, "-");
    if (wanted[0] == 0)
        return 0;
    if (strcasecmp(wanted, language) == 0)
        return 3;
    if (a != b || strncasecmp(wanted, language, a) != 0)
        return 0;
    return language[b] == 0 ? 2 : 1;
}

static int sound_fit(const xmlNode *set, const char *wanted)
{
    struct player_track track;
    take_track(set, &track);
    int fit = wanted == NULL ? 0 : manifest_language_fit(wanted, track.language) * 4;
    fit += track.is_described ? 0 : 2;
    return fit + has_descriptor(set, "Role", roles, "main");
}

static void put_wanted_first(xmlNode *period, const char *wanted)
{
    xmlNode *first = NULL, *best = NULL;
    int fit = -1;
    for (xmlNode *set = child_of(period, "AdaptationSet"); set != NULL; set = next_of(set)) {
        if (kind_of(set) != KIND_AUDIO)
            continue;
        int own = sound_fit(set, wanted);
        first = first == NULL ? set : first;
        best = own > fit ? set : best;
        fit = own > fit ? own : fit;
    }
    if (best == first)
        return;
    xmlUnlinkNode(best);
    xmlAddPrevSibling(first, best);
}

/* ---- the whole ---- */

static enum err take_set(xmlNode *set, const struct manifest_wish *wish, unsigned *place,
                         struct manifest *out)
{
    enum err err = OK;
    switch (kind_of(set)) {
    case KIND_VIDEO:
        prune_pictures(set, wish);
        *place += 1;
        return take_renditions(set, MANIFEST_VIDEO, out);
    case KIND_AUDIO:
        if (out->n_sounds == MANIFEST_TRACKS_MAX)
            return ERR_FULL;
        take_track(set, &out->sounds[out->n_sounds].track);
        out->sounds[out->n_sounds].track.is_chosen = out->n_sounds == 0;
        out->sounds[out->n_sounds++].set = (*place)++;
        return take_renditions(set, MANIFEST_AUDIO, out);
    case KIND_TEXT: err = take_caption(set, wish->address, out); break;
    case KIND_OTHER: break;
    }
    drop(set);
    return err;
}

static enum err take_period(xmlNode *period, const struct manifest_wish *wish, struct manifest *out)
{
    unsigned place = 0;
    enum err err = OK;
    join_pictures(period);
    put_wanted_first(period, wish->audio);
    for (xmlNode *set = child_of(period, "AdaptationSet"), *next; set != NULL && err == OK;
         set = next) {
        next = next_of(set);
        err = take_set(set, wish, &place, out);
    }
    if (err == OK && place == 0)
        err = ERR_MALFORMED;
    return err;
}

/* The demuxer is not told where the manifest came from: the addresses in it are made absolute. */
static enum err set_base(xmlNode *root, const char *address)
{
    xmlNode *old = child_of(root, "BaseURL");
    xmlChar *base =
        xmlBuildURI((const xmlChar *)(old == NULL ? "." : text_of(old)), (const xmlChar *)address);
    if (base == NULL)
        return ERR_MALFORMED;
    drop_all(root, "BaseURL");
    xmlNode *node = xmlNewDocNode(root->doc, root->ns, (const xmlChar *)"BaseURL", NULL);
    xmlNodeAddContent(node, base);
    xmlAddPrevSibling(root->children, node);
    xmlFree(base);
    return OK;
}

/* xs:duration of hours, minutes and seconds, which is what manifests hold. */
static double read_duration(const char *text)
{
    static const struct {
        char unit;
        double seconds;
    } units[] = { { 'H', 3600 }, { 'M', 60 }, { 'S', 1 } };
    double total = 0, number = 0, place = 0;
    if (strncmp(text, "PT", 2) != 0)
        return 0;
    for (text += 2; text[0] != 0; text++) {
        if (text[0] >= '0' && text[0] <= '9') {
            number = place == 0 ? number * 10 + (text[0] - '0') : number + place * (text[0] - '0');
            place /= 10;
        } else if (text[0] == '.' && place == 0) {
            place = 0.1;
        } else {
            size_t i = 0;
            while (i < sizeof units / sizeof units[0] && units[i].unit != text[0])
                i++;
            if (i == sizeof units / sizeof units[0])
                return 0;
            total += number * units[i].seconds;
            number = place = 0;
        }
    }
    return total > 0 && total < 1e7 ? total : 0;
}

static enum err take_root(xmlDoc *doc, const struct manifest_wish *wish, struct manifest *out)
{
    xmlNode *root = xmlDocGetRootElement(doc), *period;
    if (doc->intSubset != NULL || doc->extSubset != NULL || root == NULL || !is_named(root, "MPD"))
        return ERR_MALFORMED;
    if (strcmp(value_of(root, "type"), "dynamic") == 0)
        return ERR_UNSUPPORTED;
    out->duration = read_duration(value_of(root, "mediaPresentationDuration"));
    period = child_of(root, "Period");
    if (period == NULL)
        return ERR_MALFORMED;
    if (next_of(period) != NULL)
        return ERR_UNSUPPORTED; /* a title of ours is one; adverts would be more */
    enum err err = take_period(period, wish, out);
    return err == OK ? set_base(root, wish->address) : err;
}

void manifest_init(struct manifest *m)
{
    *m = (struct manifest){ .duration = 0 };
    buf_init(&m->text, 2 * MANIFEST_MAX);
}

void manifest_finish(struct manifest *m)
{
    buf_finish(&m->text);
}

enum err manifest_read(const char *text, size_t n, const struct manifest_wish *wish,
                       struct manifest *out)
{
    if (n > MANIFEST_MAX)
        return ERR_FULL;
    manifest_finish(out);
    manifest_init(out);
    xmlDoc *doc = xmlReadMemory(text, (int)n, NULL, NULL,
                                XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING |
                                    XML_PARSE_NOBLANKS | XML_PARSE_NOCDATA);
    if (doc == NULL)
        return ERR_MALFORMED;
    enum err err = take_root(doc, wish, out);
    xmlChar *made = NULL;
    int size = 0;
    if (err == OK)
        xmlDocDumpMemory(doc, &made, &size);
    if (made != NULL)
        buf_put(&out->text, made, (size_t)size);
    else if (err == OK)
        err = ERR_MEMORY;
    xmlFree(made);
    xmlFreeDoc(doc);
    return err == OK ? out->text.err : err;
}
