#include <libxml/SAX2.h>
#include <libxml/parser.h>
#include <libxml/parserInternals.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/text.h"
#include "format/mec/reading.h"

static const char movielabs[] = "http://www.movielabs.com/schema/";

void mec_fault(struct mec_reading *r, const xmlNode *node, bool is_warning, const char *format, ...)
{
    struct mec_file *out = r->out;
    if (out->n_faults == MEC_FAULTS_MAX)
        return;
    struct mec_fault *fault = &out->faults[out->n_faults++];
    *fault = (struct mec_fault){ .is_warning = is_warning, .where = "the file" };
    bool has_parent =
        node != NULL && node->parent != NULL && node->parent->type == XML_ELEMENT_NODE;
    if (node != NULL)
        fault->where = arena_printf(r->arena, "line %ld, %s%s%s", xmlGetLineNo(node),
                                    has_parent ? (const char *)node->parent->name : "",
                                    has_parent ? "/" : "", (const char *)node->name);
    va_list args;
    va_start(args, format);
    fault->what = arena_vprintf(r->arena, format, args);
    va_end(args);
}

/* ---- reading under ceilings -------------------------------------------------------------------
 */

struct limits {
    size_t depth, nodes;
    const char *refusal; /* why the reading was stopped */
    int line;
};

static void stop(xmlParserCtxtPtr parser, const char *why)
{
    struct limits *limits = parser->_private;
    if (limits->refusal == NULL) {
        limits->refusal = why;
        limits->line = parser->input == NULL ? 0 : parser->input->line;
    }
    xmlStopParser(parser);
}

static void start_element(void *context, const xmlChar *name, const xmlChar *prefix,
                          const xmlChar *uri, int n_namespaces, const xmlChar **namespaces,
                          int n_attributes, int n_defaulted, const xmlChar **attributes)
{
    xmlParserCtxtPtr parser = context;
    struct limits *limits = parser->_private;
    limits->depth++;
    limits->nodes += 1 + (size_t)n_attributes + (size_t)n_namespaces;
    if (limits->depth > MEC_DEPTH_MAX)
        stop(parser, "elements lie more than 64 deep in one another");
    else if (limits->nodes > MEC_NODES_MAX)
        stop(parser, "more than 300,000 elements and attributes");
    else
        xmlSAX2StartElementNs(context, name, prefix, uri, n_namespaces, namespaces, n_attributes,
                              n_defaulted, attributes);
}

static void end_element(void *context, const xmlChar *name, const xmlChar *prefix,
                        const xmlChar *uri)
{
    xmlParserCtxtPtr parser = context;
    ((struct limits *)parser->_private)->depth--;
    xmlSAX2EndElementNs(context, name, prefix, uri);
}

/* No DTD is ever needed here, and with none there are no entities to blow up or to fetch. */
static void refuse_dtd(void *context, const xmlChar *name, const xmlChar *external,
                       const xmlChar *system)
{
    (void)name, (void)external, (void)system;
    stop(context, "a document type (DOCTYPE) is not allowed");
}

static void say_refusal(struct mec_reading *r, const struct limits *limits, xmlParserCtxtPtr parser)
{
    const xmlError *error = xmlCtxtGetLastError(parser);
    int line = limits->line;
    const char *what = limits->refusal;
    if (what == NULL && error != NULL && error->message != NULL) {
        struct buf text;
        buf_init(&text, 1024);
        text_put_line(&text, error->message, strcspn(error->message, "\n"));
        what = arena_strdup(r->arena, buf_string(&text));
        line = error->line;
        buf_finish(&text);
    }
    mec_fault(r, NULL, false, "%s", what != NULL ? what : "it is no XML");
    if (line > 0)
        r->out->faults[r->out->n_faults - 1].where = arena_printf(r->arena, "line %d", line);
}

enum err mec_tree_read(struct mec_reading *r, const void *bytes, size_t n, xmlDocPtr *out)
{
    struct limits limits = { 0 };
    xmlParserCtxtPtr parser = xmlNewParserCtxt();
    if (parser == NULL)
        return ERR_MEMORY;
    parser->_private = &limits;
    parser->sax->startElementNs = start_element;
    parser->sax->endElementNs = end_element;
    parser->sax->internalSubset = refuse_dtd;
    parser->sax->comment = NULL;
    parser->sax->processingInstruction = NULL;
    xmlDocPtr doc = xmlCtxtReadMemory(parser, bytes, (int)n, NULL, NULL,
                                      XML_PARSE_NONET | XML_PARSE_NOCDATA | XML_PARSE_NOERROR |
                                          XML_PARSE_NOWARNING | XML_PARSE_BIG_LINES);
    if (doc == NULL || limits.refusal != NULL || xmlDocGetRootElement(doc) == NULL) {
        say_refusal(r, &limits, parser);
        xmlFreeDoc(doc);
        doc = NULL;
    }
    xmlFreeParserCtxt(parser);
    *out = doc;
    return doc == NULL ? ERR_MALFORMED : OK;
}

/* ---- walking ----------------------------------------------------------------------------------
 */

/* The version in a namespace is not asked for: elements kept their meaning from 2.1 to 2.12. */
bool mec_is(const xmlNode *node, const char *name)
{
    return node->type == XML_ELEMENT_NODE && node->ns != NULL && node->ns->href != NULL &&
           strncmp((const char *)node->ns->href, movielabs, sizeof movielabs - 1) == 0 &&
           strcmp((const char *)node->name, name) == 0;
}

static const xmlNode *from(const xmlNode *node, const char *name)
{
    while (node != NULL && !mec_is(node, name))
        node = node->next;
    return node;
}

const xmlNode *mec_child(const xmlNode *parent, const char *name)
{
    return parent == NULL ? NULL : from(parent->children, name);
}

const xmlNode *mec_next(const xmlNode *node, const char *name)
{
    return from(node->next, name);
}

size_t mec_count(const xmlNode *parent, const char *name)
{
    size_t n = 0;
    for (const xmlNode *c = mec_child(parent, name); c != NULL; c = mec_next(c, name))
        n++;
    return n;
}

/* ---- text -------------------------------------------------------------------------------------
 */

/* Blanks at the ends go, those inside become one: files wrap their lines as their makers' editors
 * do. */
static void put_text(struct buf *out, const char *text)
{
    for (size_t i = 0; text != NULL && text[i] != 0; i++) {
        bool is_blank = strchr(" \t\r\n", text[i]) != NULL;
        bool after_blank = out->size == 0 || out->data[out->size - 1] == ' ';
        if (is_blank && !after_blank)
            buf_u8(out, ' ');
        else if (!is_blank)
            buf_u8(out, (uint8_t)text[i]);
    }
}

static const char *kept(struct mec_reading *r, const xmlNode *node, struct buf *text)
{
    if (text->size > 0 && text->data[text->size - 1] == ' ')
        buf_truncate(text, text->size - 1);
    const char *out = NULL;
    if (text->err != OK)
        mec_fault(r, node, false, "a value of more than %d bytes", MEC_TEXT_MAX);
    else if (text->size > 0)
        out = arena_strdup(r->arena, buf_string(text));
    buf_finish(text);
    return out;
}

const char *mec_text_of(struct mec_reading *r, const xmlNode *node)
{
    struct buf text;
    buf_init(&text, MEC_TEXT_MAX);
    for (const xmlNode *c = node == NULL ? NULL : node->children; c != NULL; c = c->next)
        if (c->type == XML_TEXT_NODE || c->type == XML_CDATA_SECTION_NODE)
            put_text(&text, (const char *)c->content);
    return kept(r, node, &text);
}

const char *mec_child_text(struct mec_reading *r, const xmlNode *parent, const char *name)
{
    return mec_text_of(r, mec_child(parent, name));
}

const char *mec_attribute(struct mec_reading *r, const xmlNode *node, const char *name)
{
    struct buf text;
    buf_init(&text, MEC_TEXT_MAX);
    for (const xmlAttr *a = node->properties; a != NULL; a = a->next) {
        if (a->ns != NULL || strcmp((const char *)a->name, name) != 0)
            continue;
        for (const xmlNode *c = a->children; c != NULL; c = c->next)
            put_text(&text, (const char *)c->content);
    }
    return kept(r, node, &text);
}
