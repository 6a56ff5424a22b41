/* What TTML2 asks of elements beyond the values of their attributes. One function an element; each
 * says what is wrong, or NULL. */
#include <string.h>

#include "format/caption/ttml.h"

static bool is_base64(const struct ttml_node *node)
{
    for (const struct ttml_node *c = node->first; c != NULL; c = c->next) {
        if (c->element != EL_TEXT)
            continue;
        for (const char *at = c->text.at; at < c->text.end; at++) {
            bool letter = (*at >= 'a' && *at <= 'z') || (*at >= 'A' && *at <= 'Z');
            bool other = (*at >= '0' && *at <= '9') || strchr("+/= \t\r\n", *at) != NULL;
            if (!letter && !other)
                return false;
        }
    }
    return true;
}

/* TTML2 9.1.2: data is simple (its bytes inside), chunked, or says where it comes from. */
static const char *check_data(const struct ttml_document *doc, const struct ttml_node *node)
{
    (void)doc;
    const char *src = ttml_get(node, ATTR_TT_src), *type = ttml_get(node, ATTR_TT_type);
    if (src != NULL && src[0] == '#')
        return type == NULL ? NULL : "data that refers to other data has that one's type";
    if (type == NULL && src == NULL && ttml_child(node, EL_source) == NULL)
        return "data has no type";
    return is_base64(node) ? NULL : "data is not base64";
}

static const char *check_chunk(const struct ttml_document *doc, const struct ttml_node *node)
{
    (void)doc;
    if (ttml_get(node, ATTR_TT_condition) != NULL)
        return "a chunk of data has no condition";
    return is_base64(node) ? NULL : "data is not base64";
}

static const char *check_font(const struct ttml_document *doc, const struct ttml_node *node)
{
    static const char *const generic[] = {
        "default",        "monospace",          "sansSerif",         "serif",
        "monospaceSerif", "monospaceSansSerif", "proportionalSerif", "proportionalSansSerif",
    };
    (void)doc;
    const char *family = ttml_get(node, ATTR_TT_family);
    for (size_t i = 0; family != NULL && i < sizeof generic / sizeof generic[0]; i++) {
        if (strcmp(family, generic[i]) == 0)
            return "a font of one's own cannot have the name of a generic family";
    }
    return NULL;
}

static bool is_second(const struct ttml_node *node)
{
    return node->parent != NULL && ttml_child(node->parent, node->element) != node;
}

static const char *check_region(const struct ttml_document *doc, const struct ttml_node *node)
{
    (void)doc;
    enum ttml_element parent = node->parent == NULL ? EL_OTHER : node->parent->element;
    if (parent == EL_span || parent == EL_image)
        return "a region cannot stand inside a span or an image";
    if (parent != EL_div && parent != EL_p)
        return NULL;
    if (is_second(node))
        return "two regions in one element";
    bool timed = ttml_get(node, ATTR_TT_begin) != NULL || ttml_get(node, ATTR_TT_end) != NULL ||
                 ttml_get(node, ATTR_TT_dur) != NULL ||
                 ttml_get(node, ATTR_TT_timeContainer) != NULL;
    return timed ? "a region inside content has no times of its own" : NULL;
}

/* Each of the values that ; separates. */
static bool are_good(enum ttml_attr attr, const char *list)
{
    enum { VALUE_MAX = 256 };
    struct span left = span_of(list, strlen(list));
    do {
        char value[VALUE_MAX];
        struct span one = span_trim(span_until(&left, ';'));
        if (span_size(&one) >= sizeof value)
            return false;
        memcpy(value, one.at, span_size(&one));
        value[span_size(&one)] = 0;
        if (!ttml_value_is_good(attr, value))
            return false;
    } while (left.at < left.end);
    return true;
}

static const char *check_animation(const struct ttml_document *doc, const struct ttml_node *node)
{
    (void)doc;
    for (uint32_t i = 0; i < node->n_values; i++) {
        const struct ttml_value *v = &node->values[i];
        int flags = ttml_rules[v->attr].flags;
        int fixed = node->element == EL_animate ? ATTR_FIXED | ATTR_STEPPED : ATTR_FIXED;
        if ((flags & fixed) != 0)
            return "this property cannot change over time";
        if ((flags & ATTR_STYLE) == 0)
            continue;
        bool good = node->element == EL_animate ? are_good(v->attr, v->text)
                                                : ttml_value_is_good(v->attr, v->text);
        if (!good)
            return "a value that the property cannot take";
    }
    return NULL;
}

static const char *check_link(const struct ttml_document *doc, const struct ttml_node *node)
{
    (void)doc;
    if (ttml_get(node, ATTR_XLINK_href) == NULL)
        return NULL;
    for (const struct ttml_node *a = node->parent; a != NULL; a = a->parent) {
        if (a->element == EL_span && ttml_get(a, ATTR_XLINK_href) != NULL)
            return "a link inside a link";
    }
    return NULL;
}

static const char *check_isd(const struct ttml_document *doc, const struct ttml_node *node)
{
    bool nested = node != doc->root;
    return nested && ttml_get(node, ATTR_TT_version) != NULL
               ? "the version stands on the sequence, not inside it"
               : NULL;
}

/* Lengths relative to the root container cannot say how large that is. */
static const char *check_root(const struct ttml_document *doc, const struct ttml_node *node)
{
    (void)doc;
    const char *extent = ttml_get(node, ATTR_TTS_extent);
    struct span s = extent == NULL ? span_of("", 0) : span_of(extent, strlen(extent));
    for (struct span word = span_word(&s); word.at < word.end; word = span_word(&s)) {
        struct ttml_length v;
        if (ttml_length(word, &v) && (v.unit == UNIT_RW || v.unit == UNIT_RH))
            return "the extent of the root is relative to itself";
    }
    return NULL;
}

static const char *check_image_reference(const struct ttml_document *doc,
                                         const struct ttml_node *node)
{
    const char *image = ttml_get(node, ATTR_TTS_backgroundImage);
    return image != NULL && image[0] == '#' && ttml_by_id(doc, image + 1, strlen(image + 1)) == NULL
               ? "the background image it refers to is not there"
               : NULL;
}

static const struct {
    enum ttml_element element; /* EL_OTHER: every element */
    const char *(*check)(const struct ttml_document *doc, const struct ttml_node *node);
} rows[] = {
    { EL_data, check_data },
    { EL_chunk, check_chunk },
    { EL_font, check_font },
    { EL_set, check_animation },
    { EL_animate, check_animation },
    { EL_region, check_region },
    { EL_span, check_link },
    { EL_image, check_link },
    { EL_isd, check_isd },
    { EL_tt, check_root },
    { EL_OTHER, check_image_reference },
};

enum err ttml_check(const struct ttml_document *doc)
{
    for (struct ttml_node *node = doc->root; node != NULL; node = ttml_next(node)) {
        for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
            bool applies = rows[i].element == EL_OTHER || rows[i].element == node->element;
            const char *wrong = applies ? rows[i].check(doc, node) : NULL;
            if (wrong != NULL)
                return caption_fail(doc->sink, ERR_MALFORMED, node->line, "%s", wrong);
        }
    }
    return OK;
}
