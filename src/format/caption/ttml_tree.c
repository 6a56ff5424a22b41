#include <libxml/parser.h>
#include <libxml/parserInternals.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "format/caption/ttml.h"

struct builder {
    struct ttml_document *doc;
    xmlParserCtxtPtr parser;
    struct ttml_node *at;      /* the element being read */
    struct buf text;           /* read since the last tag */
    size_t nodes, depth, skip; /* skip: depth of a foreign element whose content is left out */
    enum err err;
};

static enum ttml_ns namespace_of(const char *uri)
{
    static const struct {
        const char *start, *rest;
        enum ttml_ns ns;
    } rows[] = {
        { "http://www.w3.org/ns/ttml", "", NS_TT },
        { "http://www.w3.org/ns/ttml", "#styling", NS_TTS },
        { "http://www.w3.org/ns/ttml", "#parameter", NS_TTP },
        { "http://www.w3.org/ns/ttml", "#metadata", NS_TTM },
        { "http://www.w3.org/ns/ttml", "#audio", NS_TTA },
        { "http://www.w3.org/ns/ttml", "#isd", NS_ISD },
        { "http://www.w3.org/ns/ttml/profile/imsc1", "#styling", NS_ITTS },
        { "http://www.w3.org/2006/10/ttaf1", "", NS_TT },
        { "http://www.w3.org/2006/10/ttaf1", "#style", NS_TTS },
        { "http://www.w3.org/2006/10/ttaf1", "#styling", NS_TTS },
        { "http://www.w3.org/2006/10/ttaf1", "#parameter", NS_TTP },
        { "http://www.w3.org/2006/10/ttaf1", "#metadata", NS_TTM },
        { "http://www.w3.org/2006/04/ttaf1", "", NS_TT },
        { "http://www.w3.org/2006/04/ttaf1", "#style", NS_TTS },
        { "http://www.w3.org/2006/04/ttaf1", "#styling", NS_TTS },
        { "http://www.w3.org/2006/04/ttaf1", "#parameter", NS_TTP },
        { "http://www.w3.org/2006/04/ttaf1", "#metadata", NS_TTM },
        { "http://www.smpte-ra.org/schemas/2052-1/2010/smpte-tt", "", NS_SMPTE },
        { "http://www.smpte-ra.org/schemas/2052-1/2013/smpte-tt", "", NS_SMPTE },
        { "http://www.w3.org/XML/1998/namespace", "", NS_XML },
        { "http://www.w3.org/1999/xlink", "", NS_XLINK },
    };
    if (uri == NULL)
        return NS_NONE;
    struct span s = span_of(uri, strlen(uri));
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct span left = s;
        if (span_take_text(&left, rows[i].start) && span_is(&left, rows[i].rest))
            return rows[i].ns;
    }
    return NS_OTHER;
}

static enum ttml_element element_of(enum ttml_ns ns, const char *name)
{
    static const struct {
        const char *name;
        enum ttml_element element;
    } rows[] = {
#define X(name) { #name, EL_##name },
        TTML_ELEMENTS(X)
#undef X
    };
    if (ns != NS_TT && ns != NS_TTP && ns != NS_TTM && ns != NS_ISD && ns != NS_NONE)
        return EL_OTHER;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        enum ttml_element e = rows[i].element;
        bool isd = e == EL_isd || e == EL_sequence, shared = e == EL_region;
        if (strcmp(name, rows[i].name) != 0 || (isd && ns != NS_ISD) ||
            (ns == NS_ISD && !isd && !shared) || (ns == NS_TTM && e != EL_item) ||
            (e == EL_item && ns != NS_TTM) || (ns == NS_TTP && e != EL_profile))
            continue;
        return e;
    }
    return EL_OTHER;
}

static void stop(struct builder *b, enum err err)
{
    if (b->err == OK)
        b->err = err;
    xmlStopParser(b->parser);
}

static int line_of(const struct builder *b)
{
    return b->parser->input == NULL ? 0 : b->parser->input->line;
}

static struct ttml_node *add_node(struct builder *b, enum ttml_element element)
{
    if (b->nodes == TTML_NODES_MAX) {
        stop(b, caption_fail(b->doc->sink, ERR_FULL, line_of(b), "more than %d elements",
                             TTML_NODES_MAX));
        return NULL;
    }
    b->nodes++;
    struct ttml_node *node = ARENA_NEW(b->doc->sink->arena, struct ttml_node);
    *node = (struct ttml_node){ .element = element, .line = line_of(b), .parent = b->at };
    if (b->at == NULL)
        return node;
    node->preserve = b->at->preserve;
    if (b->at->last != NULL)
        b->at->last->next = node;
    else
        b->at->first = node;
    b->at->last = node;
    return node;
}

static bool holds_text(enum ttml_element element)
{
    return element == EL_p || element == EL_span || element == EL_data || element == EL_chunk;
}

static void end_text(struct builder *b)
{
    if (b->text.size == 0 || b->at == NULL)
        return;
    struct ttml_node *node = add_node(b, EL_TEXT);
    if (node != NULL)
        node->text = span_of(arena_strndup(b->doc->sink->arena, (char *)b->text.data, b->text.size),
                             b->text.size);
    buf_clear(&b->text);
}

static enum err check_value(struct builder *b, enum ttml_attr attr, const char *value)
{
    if (!b->doc->strict || ttml_value_is_good(attr, value))
        return OK;
    return caption_fail(b->doc->sink, ERR_MALFORMED, line_of(b),
                        "%s=\"%.60s\" is not a value of it", ttml_rules[attr].name, value);
}

/* Five pointers an attribute: name, prefix, namespace, value, end of value. */
static void read_values(struct builder *b, struct ttml_node *node, int n, const xmlChar **raw)
{
    bool is_animation = node->element == EL_set || node->element == EL_animate;
    struct arena *arena = b->doc->sink->arena;
    node->values = ARENA_ARRAY(arena, struct ttml_value, (size_t)n);
    for (int i = 0; i < n && b->err == OK; i++, raw += 5) {
        enum ttml_ns ns = namespace_of((const char *)raw[2]);
        enum ttml_attr attr = ttml_attr_of(ns == NS_NONE ? NS_TT : ns, (const char *)raw[0]);
        if (attr == TTML_ATTR_COUNT)
            continue;
        size_t size = (size_t)(raw[4] - raw[3]);
        const char *text = size == 0 ? "" : arena_strndup(arena, (const char *)raw[3], size);
        node->values[node->n_values++] = (struct ttml_value){ attr, text };
        enum err err = is_animation && (ttml_rules[attr].flags & ATTR_STYLE) != 0
                           ? OK /* lists of values: ttml_check.c */
                           : check_value(b, attr, text);
        if (err != OK)
            stop(b, err);
        if (attr == ATTR_XML_space)
            node->preserve = strcmp(text, "preserve") == 0;
    }
}

/* ttm:item's name is a word of the standard or prefix:name, the prefix being bound. */
static bool is_item_name(const struct builder *b, const char *name)
{
    const char *colon = strchr(name, ':');
    if (colon == NULL)
        return name[0] != 0;
    size_t n = (size_t)(colon - name);
    for (int i = 0; i + 1 < b->parser->nsNr; i += 2) {
        const char *prefix = (const char *)b->parser->nsTab[i];
        if (prefix != NULL && strlen(prefix) == n && memcmp(prefix, name, n) == 0)
            return true;
    }
    return false;
}

static void check_item(struct builder *b, const struct ttml_node *node)
{
    const char *name = node->element == EL_item ? ttml_get(node, ATTR_TT_name) : NULL;
    if (b->doc->strict && name != NULL && !is_item_name(b, name))
        stop(b, caption_fail(b->doc->sink, ERR_MALFORMED, node->line,
                             "\"%.60s\" is not a name of a metadata item", name));
}

static bool is_root(enum ttml_element element)
{
    return element == EL_tt || element == EL_sequence || element == EL_isd;
}

static void read_root(struct builder *b, struct ttml_node *node, const char *uri, int n,
                      const xmlChar **raw)
{
    if (!is_root(node->element)) {
        stop(b, caption_fail(b->doc->sink, ERR_MALFORMED, node->line,
                             "the outermost element is not TTML's tt"));
        return;
    }
    b->doc->root = node;
    b->doc->strict = uri != NULL && strncmp(uri, "http://www.w3.org/ns/ttml", 25) == 0;
    for (int i = 0; i < n; i++) {
        const xmlChar **a = raw + (ptrdiff_t)i * 5;
        struct span value = span_of((const char *)a[3], (size_t)(a[4] - a[3]));
        if (namespace_of((const char *)a[2]) == NS_TTP &&
            strcmp((const char *)a[0], "validation") == 0 && span_is(&value, "prohibited"))
            b->doc->strict = false;
    }
}

static void on_start(void *user, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri,
                     int n_namespaces, const xmlChar **namespaces, int n, int n_defaulted,
                     const xmlChar **raw)
{
    (void)prefix, (void)n_namespaces, (void)namespaces, (void)n_defaulted;
    struct builder *b = user;
    if (b->err != OK)
        return;
    end_text(b);
    if (++b->depth > CAPTION_DEPTH_MAX) {
        stop(b, caption_fail(b->doc->sink, ERR_FULL, line_of(b),
                             "more than %d elements inside one another", CAPTION_DEPTH_MAX));
        return;
    }
    if (b->parser->nsNr > 2 * TTML_NAMESPACES_MAX) {
        stop(b, caption_fail(b->doc->sink, ERR_FULL, line_of(b), "more than %d namespaces",
                             TTML_NAMESPACES_MAX));
        return;
    }
    if (b->skip != 0 || b->err != OK)
        return;
    enum ttml_ns ns = namespace_of((const char *)uri);
    if (ns == NS_SMPTE && strcmp((const char *)name, "image") == 0)
        b->doc->smpte_pictures++;
    if (ns == NS_OTHER || ns == NS_SMPTE) {
        b->skip = b->depth;
        return;
    }
    struct ttml_node *node = add_node(b, element_of(ns, (const char *)name));
    if (node == NULL)
        return;
    if (b->at == NULL)
        read_root(b, node, (const char *)uri, n, raw);
    if (b->err == OK)
        read_values(b, node, n, raw);
    if (b->err == OK)
        check_item(b, node);
    b->at = node;
}

static void on_end(void *user, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri)
{
    (void)name, (void)prefix, (void)uri;
    struct builder *b = user;
    if (b->err != OK)
        return;
    end_text(b);
    bool was_skipped = b->skip != 0;
    if (b->skip == b->depth)
        b->skip = 0;
    b->depth--;
    if (!was_skipped && b->at != NULL)
        b->at = b->at->parent;
}

static void on_text(void *user, const xmlChar *text, int n)
{
    struct builder *b = user;
    if (b->err == OK && b->skip == 0 && b->at != NULL && holds_text(b->at->element))
        buf_put(&b->text, text, (size_t)n);
    if (b->text.err != OK)
        stop(b, b->text.err);
}

static void on_dtd(void *user, const xmlChar *name, const xmlChar *id, const xmlChar *system)
{
    (void)name, (void)id, (void)system;
    struct builder *b = user;
    stop(b, caption_fail(b->doc->sink, ERR_MALFORMED, line_of(b),
                         "a document type declaration is not allowed in TTML"));
}

static xmlEntityPtr on_entity(void *user, const xmlChar *name)
{
    (void)user;
    return xmlGetPredefinedEntity(name);
}

/* Only the first thing that makes the file no XML is said; others follow from it. */
static void on_message(void *user, xmlErrorPtr error)
{
    struct builder *b = user;
    if (b->err != OK || error->level != XML_ERR_FATAL)
        return;
    const char *said = error->message == NULL ? "broken" : error->message;
    struct span message = span_of(said, strlen(said));
    message = span_trim(span_until(&message, '\n'));
    b->err = caption_fail(b->doc->sink, ERR_MALFORMED, error->line, "not XML: %.*s",
                          (int)span_size(&message), message.at);
}

static enum err parse(struct builder *b)
{
    /* The encoding was dealt with: what the declaration says no longer holds. */
    xmlCtxtUseOptions(b->parser, XML_PARSE_NONET | XML_PARSE_IGNORE_ENC | XML_PARSE_NOERROR |
                                     XML_PARSE_NOWARNING);
    b->parser->sax->initialized = XML_SAX2_MAGIC;
    xmlParseDocument(b->parser);
    if (b->err != OK)
        return b->err;
    if (b->parser->wellFormed == 1 && b->doc->root != NULL)
        return OK;
    return caption_fail(b->doc->sink, ERR_MALFORMED, 0, "not XML: there is nothing in it");
}

static int by_id(const void *a, const void *b)
{
    const struct ttml_node *x = *(struct ttml_node *const *)a, *y = *(struct ttml_node *const *)b;
    int order = strcmp(ttml_get(x, ATTR_XML_id), ttml_get(y, ATTR_XML_id));
    return order != 0 ? order : x->line - y->line;
}

struct ttml_node *ttml_next(struct ttml_node *node)
{
    if (node->first != NULL)
        return node->first;
    while (node != NULL && node->next == NULL)
        node = node->parent;
    return node == NULL ? NULL : node->next;
}

static void index_ids(struct ttml_document *doc)
{
    size_t n = 0;
    for (struct ttml_node *node = doc->root; node != NULL; node = ttml_next(node)) {
        n += ttml_get(node, ATTR_XML_id) != NULL;
        doc->has_regions = doc->has_regions || node->element == EL_region;
        doc->smpte_pictures += ttml_get(node, ATTR_SMPTE_backgroundImage) != NULL;
        doc->pictures += node->element == EL_image;
    }
    doc->pictures += doc->smpte_pictures;
    doc->ids = ARENA_ARRAY(doc->sink->arena, struct ttml_node *, n);
    for (struct ttml_node *node = doc->root; node != NULL; node = ttml_next(node)) {
        if (ttml_get(node, ATTR_XML_id) != NULL)
            doc->ids[doc->n_ids++] = node;
    }
    if (n > 1)
        qsort(doc->ids, n, sizeof *doc->ids, by_id);
}

/* Steps over a comment, CDATA section, instruction or declaration, of which `left` is the rest. */
static bool skip_unnamed(struct span *left)
{
    static const struct {
        const char *start, *end;
    } rows[] = { { "!--", "-->" }, { "![CDATA[", "]]>" }, { "?", "?>" }, { "!", ">" } };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (!span_starts(left, rows[i].start))
            continue;
        const char *end = memmem(left->at, span_size(left), rows[i].end, strlen(rows[i].end));
        left->at = end == NULL ? left->end : end;
        return true;
    }
    return false;
}

/* Whether no tag has more values than may be: the parser must not even begin with such a one, as it
 * compares each name with each other. */
static bool are_tags_small(struct span left)
{
    while (left.at < left.end) {
        span_until(&left, '<');
        if (skip_unnamed(&left))
            continue;
        size_t values = 0;
        while (left.at < left.end && *left.at != '>' && *left.at != '<') {
            char quote = *left.at++;
            if (quote != '"' && quote != '\'')
                continue;
            span_until(&left, quote);
            if (++values > TTML_ATTRIBUTES_MAX)
                return false;
        }
    }
    return true;
}

enum err ttml_tree_read(struct ttml_document *doc, struct span text)
{
    if (!are_tags_small(text))
        return caption_fail(doc->sink, ERR_FULL, 0, "an element with more than %d attributes",
                            TTML_ATTRIBUTES_MAX);
    if (text.at == text.end)
        return caption_fail(doc->sink, ERR_MALFORMED, 0, "the file is empty");
    struct builder b = { .doc = doc };
    b.parser = xmlCreateMemoryParserCtxt(text.at, (int)span_size(&text));
    if (b.parser == NULL)
        return ERR_MEMORY;
    buf_init(&b.text, CAPTION_BYTES_MAX * 3);
    memset(b.parser->sax, 0, sizeof *b.parser->sax);
    b.parser->sax->internalSubset = on_dtd;
    b.parser->sax->getEntity = on_entity;
    b.parser->sax->startElementNs = on_start;
    b.parser->sax->endElementNs = on_end;
    b.parser->sax->characters = on_text;
    b.parser->sax->ignorableWhitespace = on_text;
    b.parser->sax->cdataBlock = on_text;
    b.parser->sax->serror = on_message;
    b.parser->userData = &b;
    enum err err = parse(&b);
    buf_finish(&b.text);
    xmlFreeParserCtxt(b.parser);
    if (err == OK)
        index_ids(doc);
    return err;
}

const char *ttml_get(const struct ttml_node *node, enum ttml_attr attr)
{
    for (uint32_t i = 0; i < node->n_values; i++) {
        if (node->values[i].attr == attr)
            return node->values[i].text;
    }
    return NULL;
}

struct ttml_node *ttml_child(const struct ttml_node *node, enum ttml_element element)
{
    for (struct ttml_node *c = node->first; c != NULL; c = c->next) {
        if (c->element == element)
            return c;
    }
    return NULL;
}

struct ttml_node *ttml_by_id(const struct ttml_document *doc, const char *id, size_t n)
{
    size_t low = 0, high = doc->n_ids;
    while (low < high) {
        size_t mid = low + (high - low) / 2;
        const char *other = ttml_get(doc->ids[mid], ATTR_XML_id);
        int order = strncmp(other, id, n);
        if (order < 0)
            low = mid + 1;
        else
            high = mid;
    }
    if (low == doc->n_ids)
        return NULL;
    const char *found = ttml_get(doc->ids[low], ATTR_XML_id);
    return strlen(found) == n && memcmp(found, id, n) == 0 ? doc->ids[low] : NULL;
}
