#include "box/tiles/tiles.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

#include <libxml/parser.h>

#include "base/text.h"

static const char purpose[] = "http://dashif.org/guidelines/thumbnail_tile";

static bool is_named(const xmlNode *n, const char *name)
{
    return n->type == XML_ELEMENT_NODE && strcmp((const char *)n->name, name) == 0;
}

static const char *text_of(const xmlNode *n, const char *name)
{
    for (const xmlAttr *a = n != NULL ? n->properties : NULL; a != NULL; a = a->next) {
        if (strcmp((const char *)a->name, name) == 0 && a->children != NULL)
            return (const char *)a->children->content;
    }
    return "";
}

static int64_t number_of(const xmlNode *n, const char *name, int64_t otherwise)
{
    const char *text = text_of(n, name);
    int64_t v = otherwise;
    if (text[0] != '\0' && text_to_i64(text, strlen(text), 1, 1000000000, &v) != OK)
        return 0;
    return v;
}

static const xmlNode *child(const xmlNode *n, const char *name)
{
    const xmlNode *c = n != NULL ? n->children : NULL;
    while (c != NULL && !is_named(c, name))
        c = c->next;
    return c;
}

/* "10x5" */
static bool read_cut(const char *text, struct tiles *t)
{
    const char *x = strchr(text, 'x');
    int64_t columns, rows;
    if (x == NULL || text_to_i64(text, (size_t)(x - text), 1, 100, &columns) != OK ||
        text_to_i64(x + 1, strlen(x + 1), 1, 100, &rows) != OK)
        return false;
    t->columns = (unsigned)columns;
    t->rows = (unsigned)rows;
    return true;
}

/* The template's $RepresentationID$ filled in; $Number$ stays. */
static bool fill_in(const char *media, const char *id, char out[TILES_PATTERN])
{
    static const char sign[] = "$RepresentationID$";
    const char *at = strstr(media, sign);
    int n = at != NULL ? snprintf(out, TILES_PATTERN, "%.*s%s%s", (int)(at - media), media, id,
                                  at + sizeof sign - 1)
                       : snprintf(out, TILES_PATTERN, "%s", media);
    return n > 0 && n < TILES_PATTERN && strstr(out, "$Number$") != NULL &&
           strstr(out, "..") == NULL && out[0] != '/' && strstr(out, ":") == NULL;
}

static enum err read_set(const xmlNode *set, struct tiles *t)
{
    const xmlNode *r = child(set, "Representation");
    const xmlNode *property = child(r, "EssentialProperty"), *cut = child(r, "SegmentTemplate");
    if (cut == NULL)
        cut = child(set, "SegmentTemplate");
    if (property == NULL)
        property = child(set, "EssentialProperty");
    if (r == NULL || cut == NULL || strcmp(text_of(property, "schemeIdUri"), purpose) != 0 ||
        !read_cut(text_of(property, "value"), t) ||
        !fill_in(text_of(cut, "media"), text_of(r, "id"), t->pattern))
        return ERR_NOT_FOUND;
    int64_t scale = number_of(cut, "timescale", 1), length = number_of(cut, "duration", 0);
    int64_t width = number_of(r, "width", 0), height = number_of(r, "height", 0);
    t->first = (unsigned)number_of(cut, "startNumber", 1);
    bool has_tiles = width >= t->columns && height >= t->rows; /* of a pixel at least */
    if (scale == 0 || length == 0 || !has_tiles || width > 16384 || height > 16384 ||
        scale > 1000 * length /* shorter than a thousandth */)
        return ERR_NOT_FOUND;
    t->sheet_seconds = (double)length / (double)scale;
    t->sheet_width = (int)width;
    t->sheet_height = (int)height;
    return OK;
}

enum err tiles_read(const char *mpd, size_t n, const char *address, struct tiles *out)
{
    if (n > INT_MAX)
        return ERR_MALFORMED;
    xmlDoc *doc = xmlReadMemory(mpd, (int)n, NULL, NULL,
                                XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING);
    if (doc == NULL)
        return ERR_MALFORMED;
    const xmlNode *root = xmlDocGetRootElement(doc);
    enum err err = ERR_NOT_FOUND;
    *out = (struct tiles){ 0 };
    if (root != NULL && is_named(root, "MPD") && doc->intSubset == NULL) {
        const xmlNode *period = child(root, "Period");
        for (const xmlNode *s = period != NULL ? period->children : NULL; s != NULL && err != OK;
             s = s->next) {
            if (is_named(s, "AdaptationSet") && strcmp(text_of(s, "contentType"), "image") == 0)
                err = read_set(s, out);
        }
    }
    xmlFreeDoc(doc);
    if (err == OK)
        tiles_move(out, address);
    return err;
}

void tiles_move(struct tiles *t, const char *address)
{
    const char *slash = strrchr(address, '/');
    size_t n = slash != NULL ? (size_t)(slash - address) + 1 : 0;
    if (n > 0 && n < sizeof t->folder) {
        memcpy(t->folder, address, n);
        t->folder[n] = '\0';
    }
}

bool tiles_at(const struct tiles *t, double seconds, struct tile *out)
{
    static const char sign[] = "$Number$";
    unsigned each = t->columns * t->rows;
    if (each == 0 || t->folder[0] == '\0' || seconds < 0 || seconds > 1e6)
        return false;
    unsigned sheet = (unsigned)(seconds / t->sheet_seconds);
    double within = seconds - sheet * t->sheet_seconds;
    unsigned i = (unsigned)(within / t->sheet_seconds * each);
    if (i >= each)
        i = each - 1;
    const char *at = strstr(t->pattern, sign);
    snprintf(out->address, sizeof out->address, "%s%.*s%u%s", t->folder, (int)(at - t->pattern),
             t->pattern, t->first + sheet, at + sizeof sign - 1);
    out->width = t->sheet_width / (int)t->columns;
    out->height = t->sheet_height / (int)t->rows;
    out->x = (int)(i % t->columns) * out->width;
    out->y = (int)(i / t->columns) * out->height;
    return true;
}
