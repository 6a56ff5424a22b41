#include "format/avails/xml.h"

#include <libxml/parser.h>
#include <libxml/parserInternals.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum guard_state {
    IN_TEXT,
    AFTER_OPEN, /* < was read */
    IN_TAG,
    IN_BANG, /* <! was read, and what follows is not known yet */
    IN_COMMENT,
    IN_CDATA,
    IN_INSTRUCTION,
};

struct guard {
    enum guard_state state;
    char quote;         /* that an attribute's value is in; 0: none */
    char word[8];       /* what follows <! */
    size_t n, run;      /* of the word; of the closing characters seen */
    size_t tag, quotes; /* bytes and quotes of the tag */
};

struct xml {
    struct xml_sink sink;
    xmlParserCtxtPtr parser;
    xmlSAXHandler sax;
    struct guard guard;
    enum err err;
    bool is_stopped, has_begun;
    size_t depth;
    uint32_t line;
    char why[XML_WHY_MAX];
};

uint32_t xml_line(const struct xml *x)
{
    if (x->line != 0)
        return x->line;
    return x->parser == NULL || x->parser->input == NULL || x->parser->input->line < 0
               ? 0
               : (uint32_t)x->parser->input->line;
}

const char *xml_why(const struct xml *x)
{
    return x->why;
}

bool xml_is_stopped(const struct xml *x)
{
    return x->is_stopped;
}

void xml_stop(struct xml *x)
{
    x->is_stopped = true;
    x->line = xml_line(x);
    xmlStopParser(x->parser);
}

static void fail(struct xml *x, enum err err, const char *why)
{
    if (x->err != OK || x->is_stopped)
        return;
    x->err = err;
    x->line = xml_line(x);
    snprintf(x->why, sizeof x->why, "%s", why);
    x->why[strcspn(x->why, "\r\n")] = 0;
    xmlStopParser(x->parser);
}

/* ---- the guard --------------------------------------------------------------------------------
 */

static void guard_bang(struct xml *x, char c)
{
    struct guard *g = &x->guard;
    g->word[g->n++] = c;
    if (g->n == 2 && memcmp(g->word, "--", 2) == 0)
        g->state = IN_COMMENT;
    else if (g->n == 7 && memcmp(g->word, "[CDATA[", 7) == 0)
        g->state = IN_CDATA;
    else if (memcmp(g->word, "--", g->n < 2 ? g->n : 2) != 0 &&
             memcmp(g->word, "[CDATA[", g->n) != 0)
        fail(x, ERR_MALFORMED, "a DOCTYPE is not allowed: the file may not declare entities");
    g->run = 0;
}

static void guard_tag(struct xml *x, char c)
{
    struct guard *g = &x->guard;
    if (++g->tag > XML_TAG_MAX) {
        fail(x, ERR_FULL, "a tag is longer than 128 KiB");
    } else if (g->quote != 0) {
        g->quote = c == g->quote ? 0 : g->quote;
    } else if (c == '"' || c == '\'') {
        g->quote = c;
        if (++g->quotes > XML_ATTRIBUTES_MAX)
            fail(x, ERR_FULL, "a tag has more than 128 attributes");
    } else if (c == '>') {
        g->state = IN_TEXT;
    }
}

static void guard_open(struct guard *g, char c)
{
    g->n = g->run = g->tag = g->quotes = 0;
    g->quote = 0;
    g->state = c == '!' ? IN_BANG : c == '?' ? IN_INSTRUCTION : c == '>' ? IN_TEXT : IN_TAG;
}

/* Up to the closing characters, of which all but the last are `c`s. */
static void guard_until(struct guard *g, char c, char closing, size_t wanted)
{
    if (c == closing)
        g->run++;
    else if (c == '>' && g->run >= wanted)
        g->state = IN_TEXT;
    else
        g->run = 0;
}

static void guard_look(struct xml *x, const char *text, size_t n)
{
    struct guard *g = &x->guard;
    for (size_t i = 0; i < n && x->err == OK; i++) {
        switch (g->state) {
        case IN_TEXT: {
            const char *open = memchr(text + i, '<', n - i);
            if (open == NULL)
                return;
            i = (size_t)(open - text);
            g->state = AFTER_OPEN;
            break;
        }
        case AFTER_OPEN: guard_open(g, text[i]); break;
        case IN_TAG: guard_tag(x, text[i]); break;
        case IN_BANG: guard_bang(x, text[i]); break;
        case IN_COMMENT: guard_until(g, text[i], '-', 2); break;
        case IN_CDATA: guard_until(g, text[i], ']', 2); break;
        case IN_INSTRUCTION: guard_until(g, text[i], '?', 1); break;
        }
    }
}

/* The guard reads ASCII; where other bytes may mean ASCII it would see nothing. */
static bool encoding_is_plain(const char *head)
{
    static const char *const plain[] = { "utf-8", "utf8",      "us-ascii",
                                         "ascii", "iso-8859-", "windows-125" };
    const char *end = strstr(head, "?>"), *name = strstr(head, "encoding");
    if (strncmp(head, "<?xml", 5) != 0 || end == NULL || name == NULL || name > end)
        return true;
    name += strcspn(name, "\"'");
    for (size_t i = 0; *name != 0 && i < sizeof plain / sizeof plain[0]; i++) {
        if (strncasecmp(name + 1, plain[i], strlen(plain[i])) == 0)
            return true;
    }
    return false;
}

/* What cannot be XML that we read is told by its first bytes. */
static void look_at_head(struct xml *x, const char *text, size_t n)
{
    char head[256] = "";
    memcpy(head, text, n < sizeof head - 1 ? n : sizeof head - 1);
    bool is_wide = n >= 2 && (head[0] == 0 || head[1] == 0 || memcmp(head, "\xff\xfe", 2) == 0 ||
                              memcmp(head, "\xfe\xff", 2) == 0);
    const char *start = strncmp(head, "\xef\xbb\xbf", 3) == 0 ? head + 3 : head;
    start += strspn(start, " \t\r\n");
    if (is_wide && (head[0] == '<' || head[1] == '<' || (head[0] & 0xf0) == 0xf0))
        fail(x, ERR_UNSUPPORTED, "the XML is in UTF-16: save it in UTF-8");
    else if (*start != '<' && *start != 0)
        fail(x, ERR_UNSUPPORTED, "neither a workbook of Excel (.xlsx) nor XML");
    else if (!encoding_is_plain(start))
        fail(x, ERR_UNSUPPORTED, "the XML is in an encoding that is not read: save it in UTF-8");
}

/* ---- the parser -------------------------------------------------------------------------------
 */

static void on_start(void *context, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri,
                     int n_namespaces, const xmlChar **namespaces, int n_attributes,
                     int n_defaulted, const xmlChar **attributes)
{
    struct xml *x = context;
    struct xml_attribute made[XML_ATTRIBUTES_MAX];
    size_t n = 0;
    (void)prefix, (void)n_namespaces, (void)namespaces, (void)n_defaulted;
    if (++x->depth > XML_DEPTH_MAX) {
        fail(x, ERR_FULL, "elements are nested more than 48 deep");
        return;
    }
    for (int i = 0; i < n_attributes && n < XML_ATTRIBUTES_MAX; i++, n++) {
        const xmlChar **a = attributes + i * 5;
        made[n] =
            (struct xml_attribute){ (const char *)a[0], (const char *)a[3], (size_t)(a[4] - a[3]) };
    }
    if (x->err == OK && !x->is_stopped)
        x->sink.start(x->sink.context, (const char *)name, (const char *)uri, made, n);
}

static void on_end(void *context, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri)
{
    struct xml *x = context;
    (void)prefix, (void)uri;
    x->depth--;
    if (x->err == OK && !x->is_stopped)
        x->sink.end(x->sink.context, (const char *)name);
}

static void on_text(void *context, const xmlChar *text, int n)
{
    struct xml *x = context;
    if (x->err == OK && !x->is_stopped && n > 0)
        x->sink.text(x->sink.context, (const char *)text, (size_t)n);
}

static void on_subset(void *context, const xmlChar *name, const xmlChar *id, const xmlChar *system)
{
    (void)name, (void)id, (void)system;
    fail(context, ERR_MALFORMED, "a DOCTYPE is not allowed: the file may not declare entities");
}

static void on_error(void *context, xmlErrorPtr error)
{
    if (error->level >= XML_ERR_ERROR)
        fail(context, error->code == XML_ERR_NO_MEMORY ? ERR_MEMORY : ERR_MALFORMED,
             error->message == NULL ? "not well-formed" : error->message);
}

struct xml *xml_create(const struct xml_sink *sink)
{
    struct xml *x = calloc(1, sizeof *x);
    if (x == NULL)
        abort();
    x->sink = *sink;
    x->sax = (xmlSAXHandler){
        .initialized = XML_SAX2_MAGIC,
        .startElementNs = on_start,
        .endElementNs = on_end,
        .characters = on_text,
        .cdataBlock = on_text,
        .ignorableWhitespace = on_text,
        .internalSubset = on_subset,
        .serror = on_error,
    };
    x->parser = xmlCreatePushParserCtxt(&x->sax, x, NULL, 0, NULL);
    if (x->parser == NULL)
        abort();
    xmlCtxtUseOptions(x->parser, XML_PARSE_NONET);
    return x;
}

void xml_destroy(struct xml **x)
{
    if (*x == NULL)
        return;
    xmlFreeParserCtxt((*x)->parser);
    free(*x);
    *x = NULL;
}

static enum err feed_piece(struct xml *x, const char *text, size_t n)
{
    guard_look(x, text, n);
    if (x->err == OK && xmlParseChunk(x->parser, text, (int)n, 0) != 0)
        fail(x, ERR_MALFORMED, "not well-formed");
    return x->err;
}

enum err xml_feed(struct xml *x, const void *bytes, size_t n)
{
    enum { PIECE = 32 * 1024 };
    const char *text = bytes;
    if (!x->has_begun && n > 0) {
        x->has_begun = true;
        look_at_head(x, text, n);
    }
    for (size_t at = 0; at < n && x->err == OK && !x->is_stopped; at += PIECE)
        (void)feed_piece(x, text + at, n - at < PIECE ? n - at : PIECE);
    return x->err;
}

enum err xml_end(struct xml *x)
{
    if (x->err == OK && !x->is_stopped && xmlParseChunk(x->parser, NULL, 0, 1) != 0)
        fail(x, ERR_MALFORMED, "not well-formed");
    return x->err;
}
