/* The values of attributes: each grammar of ttml_attrs.h is tried alternative by alternative. */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

#include "format/caption/ttml.h"

const struct ttml_rule ttml_rules[TTML_RULES] = {
#define X(ns, name, flags, grammar) { NS_##ns, #name, (flags), grammar },
    TTML_ATTRS(X)
#undef X
};

static int order_of(const struct ttml_rule *rule, const char *name)
{
    return strcmp(rule->name, name);
}

enum ttml_attr ttml_attr_of(enum ttml_ns ns, const char *name)
{
    size_t low = 0, high = TTML_RULES;
    while (low < high) {
        size_t mid = low + (high - low) / 2;
        if (order_of(&ttml_rules[mid], name) < 0)
            low = mid + 1;
        else
            high = mid;
    }
    for (; low < TTML_RULES && order_of(&ttml_rules[low], name) == 0; low++) {
        if (ttml_rules[low].ns == ns)
            return (enum ttml_attr)low;
    }
    return TTML_ATTR_COUNT;
}

/* --- numbers and lengths --- */

enum number_kind { NUMBER_LOOSE, NUMBER_EXACT }; /* exact: figures must follow the point */

static bool take_sign(struct span *s, bool *negative)
{
    *negative = span_take(s, '-');
    return *negative || span_take(s, '+');
}

/* [sign] digits [. digits] in thousandths; the sign of "-0" is told as well. */
static bool take_number(struct span *s, enum number_kind kind, int64_t *thousandths, bool *negative)
{
    int64_t whole = 0;
    take_sign(s, negative);
    bool figures = span_digits(s, &whole) > 0, fraction = false;
    int64_t part = 0;
    if (span_take(s, '.')) {
        const char *at = s->at;
        part = span_fraction_us(s) / 1000;
        fraction = s->at > at;
        if (!fraction && kind == NUMBER_EXACT)
            return false;
    }
    static const int64_t most = INT64_C(1000000000);
    whole = whole > most ? most : whole;
    *thousandths = (whole * 1000 + part) * (*negative ? -1 : 1);
    return figures || fraction;
}

bool ttml_length(struct span s, struct ttml_length *out)
{
    static const struct {
        const char *name;
        enum ttml_unit unit;
    } rows[] = {
        { "px", UNIT_PX },     { "em", UNIT_EM }, { "c", UNIT_CELL },
        { "%", UNIT_PERCENT }, { "rw", UNIT_RW }, { "rh", UNIT_RH },
    };
    bool negative;
    if (!take_number(&s, NUMBER_LOOSE, &out->thousandths, &negative))
        return false;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        out->unit = rows[i].unit;
        if (span_is(&s, rows[i].name))
            return true;
    }
    return false;
}

static bool is_length(struct span s)
{
    struct ttml_length v;
    return ttml_length(s, &v);
}

static bool is_length_plus(struct span s)
{
    struct ttml_length v;
    return s.at < s.end && *s.at != '-' && ttml_length(s, &v);
}

static bool is_one_of(struct span s, const char *const *names)
{
    for (; *names != NULL; names++) {
        if (span_is(&s, *names))
            return true;
    }
    return false;
}

static bool is_measure(struct span s)
{
    static const char *const names[] = { "auto",       "available",  "fitContent",
                                         "maxContent", "minContent", NULL };
    return is_one_of(s, names) || is_length_plus(s);
}

static bool is_real(struct span s)
{
    int64_t v;
    bool negative;
    return take_number(&s, NUMBER_EXACT, &v, &negative) && s.at == s.end;
}

static bool is_real_plus(struct span s)
{
    return s.at < s.end && *s.at != '-' && *s.at != '+' && is_real(s);
}

static bool is_percent(struct span s)
{
    int64_t v;
    bool negative;
    return take_number(&s, NUMBER_LOOSE, &v, &negative) && span_is(&s, "%");
}

static bool is_exact_percent(struct span s)
{
    int64_t v;
    bool negative;
    return take_number(&s, NUMBER_EXACT, &v, &negative) && span_is(&s, "%");
}

static bool is_pitch(struct span s)
{
    static const char *const names[] = { "x-low", "low", "medium", "high", "x-high", NULL };
    int64_t v;
    bool negative;
    if (is_one_of(s, names))
        return true;
    return take_number(&s, NUMBER_LOOSE, &v, &negative) &&
           (s.at == s.end || span_is(&s, "%") || span_is(&s, "Hz"));
}

static bool is_natural(struct span s)
{
    int64_t v;
    return span_digits(&s, &v) > 0 && s.at == s.end;
}

static bool is_positive(struct span s)
{
    int64_t v;
    return span_digits(&s, &v) > 0 && s.at == s.end && v > 0;
}

static bool is_integer(struct span s)
{
    bool negative;
    take_sign(&s, &negative);
    return is_natural(s);
}

static bool is_version(struct span s)
{
    int64_t v;
    return span_digits(&s, &v) > 0 && s.at == s.end && v >= 2;
}

static bool is_ratio(struct span s) /* 1000:1001, as DFXP wrote frame rate multipliers */
{
    int64_t a, b;
    return span_digits(&s, &a) > 0 && a > 0 && span_take(&s, ':') && span_digits(&s, &b) > 0 &&
           b > 0 && s.at == s.end;
}

static bool is_any(struct span s)
{
    return s.at < s.end;
}

/* --- colours --- */

static bool color_hash(struct span s, uint32_t *rgba)
{
    size_t n = span_size(&s);
    if (n != 6 && n != 8)
        return false;
    uint32_t v = 0;
    for (size_t i = 0; i < n; i++) {
        int digit = text_hex_digit(s.at[i]);
        if (digit < 0)
            return false;
        v = v << 4 | (uint32_t)digit;
    }
    *rgba = n == 6 ? v << 8 | 0xff : v;
    return true;
}

static bool color_function(struct span s, size_t components, uint32_t *rgba)
{
    uint32_t v = 0;
    if (s.at == s.end || s.end[-1] != ')')
        return false;
    s.end--;
    for (size_t i = 0; i < components; i++) {
        int64_t part;
        span_skip_blank(&s);
        if (span_digits(&s, &part) == 0 || part > 255)
            return false;
        span_skip_blank(&s);
        v = v << 8 | (uint32_t)part;
        if (i + 1 < components && !span_take(&s, ','))
            return false;
    }
    *rgba = components == 3 ? v << 8 | 0xff : v;
    return s.at == s.end;
}

bool ttml_color(struct span s, uint32_t *rgba)
{
    static const struct {
        const char *name;
        uint32_t rgba;
    } rows[] = {
        { "transparent", 0x00000000 }, { "black", 0x000000ff },  { "silver", 0xc0c0c0ff },
        { "gray", 0x808080ff },        { "white", 0xffffffff },  { "maroon", 0x800000ff },
        { "red", 0xff0000ff },         { "purple", 0x800080ff }, { "fuchsia", 0xff00ffff },
        { "magenta", 0xff00ffff },     { "green", 0x008000ff },  { "lime", 0x00ff00ff },
        { "olive", 0x808000ff },       { "yellow", 0xffff00ff }, { "navy", 0x000080ff },
        { "blue", 0x0000ffff },        { "teal", 0x008080ff },   { "aqua", 0x00ffffff },
        { "cyan", 0x00ffffff },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        *rgba = rows[i].rgba;
        if (span_is(&s, rows[i].name))
            return true;
    }
    if (span_take(&s, '#'))
        return color_hash(s, rgba);
    if (span_take_text(&s, "rgba("))
        return color_function(s, 4, rgba);
    return span_take_text(&s, "rgb(") && color_function(s, 3, rgba);
}

static bool is_color(struct span s)
{
    uint32_t rgba;
    return ttml_color(s, &rgba);
}

/* --- tokens: words, with what is in () or quotes kept together --- */

enum { TOKENS_MAX = 8 };

static struct span take_token(struct span *s, char separator)
{
    struct span token = { s->at, s->at };
    unsigned depth = 0;
    char quote = 0;
    for (; s->at < s->end; s->at++) {
        char c = *s->at;
        bool blank = c == ' ' || c == '\t' || c == '\n' || c == '\r';
        if (quote == 0 && depth == 0 && (separator == ' ' ? blank : c == separator))
            break;
        if (c == '\\' && s->at + 1 < s->end)
            s->at++;
        else if (quote != 0)
            quote = c == quote ? 0 : quote;
        else if (c == '"' || c == '\'')
            quote = c;
        else if (c == '(')
            depth++;
        else if (c == ')' && depth > 0)
            depth--;
    }
    token.end = s->at;
    return token;
}

/* Splits at blanks; more than TOKENS_MAX parts give SIZE_MAX. */
static size_t split(struct span s, struct span tokens[TOKENS_MAX])
{
    size_t n = 0;
    for (span_skip_blank(&s); s.at < s.end; span_skip_blank(&s)) {
        if (n == TOKENS_MAX)
            return SIZE_MAX;
        tokens[n++] = take_token(&s, ' ');
    }
    return n;
}

/* --- values with parts in any order --- */

struct part {
    bool (*is)(struct span s);
    const char *const *names; /* or one of these */
};

/* Whether each token is a part and no part comes twice. */
static bool is_set_of(struct span s, const struct part *parts, size_t n_parts)
{
    struct span tokens[TOKENS_MAX];
    size_t n = split(s, tokens);
    unsigned seen = 0;
    if (n == 0 || n == SIZE_MAX)
        return false;
    for (size_t i = 0; i < n; i++) {
        size_t k = 0;
        while (k < n_parts && ((seen >> k & 1) != 0 ||
                               !(parts[k].is != NULL ? parts[k].is(tokens[i])
                                                     : is_one_of(tokens[i], parts[k].names))))
            k++;
        if (k == n_parts)
            return false;
        seen |= 1u << k;
    }
    return true;
}

static bool is_thickness(struct span s)
{
    static const char *const names[] = { "thin", "medium", "thick", NULL };
    return is_one_of(s, names) || is_length_plus(s);
}

static bool is_radii(struct span s)
{
    if (!span_take_text(&s, "radii(") || s.at == s.end || s.end[-1] != ')')
        return false;
    s.end--;
    struct span first = span_trim(take_token(&s, ','));
    if (!is_length_plus(first))
        return false;
    return !span_take(&s, ',') || is_length_plus(span_trim(s));
}

static bool is_border(struct span s)
{
    static const char *const styles[] = { "none", "dotted", "dashed", "solid", "double", NULL };
    static const struct part parts[] = {
        { is_thickness, NULL }, { NULL, styles }, { is_color, NULL }, { is_radii, NULL }
    };
    return is_set_of(s, parts, 4);
}

static bool is_decoration(struct span s)
{
    static const char *const none[] = { "none", NULL };
    static const char *const under[] = { "underline", "noUnderline", NULL };
    static const char *const through[] = { "lineThrough", "noLineThrough", NULL };
    static const char *const over[] = { "overline", "noOverline", NULL };
    static const struct part parts[] = { { NULL, under }, { NULL, through }, { NULL, over } };
    return is_one_of(s, none) || is_set_of(s, parts, 3);
}

static bool is_variant(struct span s)
{
    static const char *const normal[] = { "normal", NULL };
    static const char *const script[] = { "super", "sub", NULL };
    static const char *const width[] = { "full", "half", NULL };
    static const char *const ruby[] = { "ruby", NULL };
    static const struct part parts[] = { { NULL, script }, { NULL, width }, { NULL, ruby } };
    return is_one_of(s, normal) || is_set_of(s, parts, 3);
}

static bool is_quoted(struct span s)
{
    return span_size(&s) >= 2 && (*s.at == '"' || *s.at == '\'') && s.end[-1] == *s.at;
}

/* A mark (with its filling), a colour and a position, in any order. */
static bool is_emphasis(struct span s)
{
    static const char *const whole[] = { "none", "auto", NULL };
    static const char *const filling[] = { "filled", "open", NULL };
    static const char *const shape[] = { "circle", "dot", "sesame", NULL };
    static const char *const current[] = { "current", NULL };
    static const char *const place[] = { "before", "after", "outside", NULL };
    static const struct part marks[] = {
        { NULL, filling }, { NULL, shape }, { is_color, NULL }, { NULL, place }
    };
    static const struct part words[] = { { NULL, whole }, { is_color, NULL }, { NULL, place } };
    static const struct part quotes[] = {
        { is_quoted, NULL }, { is_color, NULL }, { NULL, place }, { NULL, current }
    };
    static const struct part colors[] = {
        { NULL, filling }, { NULL, shape }, { NULL, current }, { NULL, place }
    };
    return is_set_of(s, marks, 4) || is_set_of(s, words, 3) || is_set_of(s, quotes, 4) ||
           is_set_of(s, colors, 4);
}

static bool is_shadow(struct span s)
{
    struct span t[TOKENS_MAX];
    size_t n = split(s, t);
    if (n < 2 || n > 4 || !is_length(t[0]) || !is_length(t[1]))
        return false;
    if (n == 2)
        return true;
    bool blur = is_length_plus(t[2]);
    return n == 3 ? blur || is_color(t[2]) : blur && is_color(t[3]);
}

static bool is_list(struct span s, char separator, bool (*is)(struct span s))
{
    do {
        if (!is(span_trim(take_token(&s, separator))))
            return false;
    } while (span_take(&s, separator));
    return true;
}

static bool is_shadows(struct span s)
{
    return is_list(s, ',', is_shadow);
}

static bool is_families(struct span s)
{
    return is_list(s, ',', is_any);
}

/* --- positions (TTML2 10.3.20) --- */

enum edge { EDGE_NONE, EDGE_LEFT, EDGE_RIGHT, EDGE_TOP, EDGE_BOTTOM, EDGE_CENTER };

static enum edge edge_of(const struct span *s)
{
    static const char *const names[] = { "", "left", "right", "top", "bottom", "center" };
    for (int i = EDGE_LEFT; i <= EDGE_CENTER; i++) {
        if (span_is(s, names[i]))
            return (enum edge)i;
    }
    return EDGE_NONE;
}

struct offset {
    enum edge edge;
    bool has_length;
    struct ttml_length length;
};

/* Tokens into one or two of edge, length, or edge with length. */
static size_t read_offsets(const struct span *t, size_t n, struct offset out[2])
{
    size_t k = 0;
    for (size_t i = 0; i < n; k++) {
        if (k == 2)
            return 0;
        out[k] = (struct offset){ .edge = edge_of(&t[i]) };
        struct ttml_length length = { 0 };
        if (out[k].edge == EDGE_NONE) {
            if (!ttml_length(t[i], &length))
                return 0;
            out[k].has_length = true;
        } else if (n > 2 && out[k].edge != EDGE_CENTER && i + 1 < n &&
                   edge_of(&t[i + 1]) == EDGE_NONE) {
            if (!ttml_length(t[++i], &length))
                return 0;
            out[k].has_length = true;
        }
        out[k].length = length;
        i++;
    }
    return k;
}

static bool is_across(const struct offset *o)
{
    return o->edge == EDGE_LEFT || o->edge == EDGE_RIGHT;
}

static bool is_down(const struct offset *o)
{
    return o->edge == EDGE_TOP || o->edge == EDGE_BOTTOM;
}

static struct ttml_length length_of(const struct offset *o)
{
    static const struct ttml_length half = { 50000, UNIT_PERCENT }, zero = { 0, UNIT_PERCENT };
    return o->has_length ? o->length : o->edge == EDGE_CENTER ? half : zero;
}

/* Which order two offsets may have: a bare length or center can be either. In a pair of two words
 * a length stands first for across, second for down; in three or four, lengths follow edges. */
static bool arrange(struct offset o[2], size_t n_tokens)
{
    if (is_down(&o[0]) || is_across(&o[1])) {
        bool bare = o[0].edge == EDGE_NONE || o[1].edge == EDGE_NONE;
        if (bare)
            return false;
        struct offset first = o[0];
        o[0] = o[1];
        o[1] = first;
    }
    if (is_down(&o[0]) || is_across(&o[1]))
        return false;
    return n_tokens == 2 || (o[0].edge != EDGE_NONE && o[1].edge != EDGE_NONE);
}

bool ttml_position(struct span s, struct ttml_place *out)
{
    struct span t[TOKENS_MAX];
    struct offset o[2];
    size_t n = split(s, t);
    if (n == 0 || n > 4)
        return false;
    size_t k = read_offsets(t, n, o);
    if (k == 1 && n == 1) {
        o[1] = (struct offset){ .edge = EDGE_CENTER };
        n = 2;
        if (is_down(&o[0])) {
            struct offset only = o[0];
            o[0] = o[1];
            o[1] = only;
        }
    } else if (k != 2) {
        return false;
    }
    if (!arrange(o, n))
        return false;
    *out = (struct ttml_place){ .x = length_of(&o[0]),
                                .y = length_of(&o[1]),
                                .from_right = o[0].edge == EDGE_RIGHT,
                                .from_bottom = o[1].edge == EDGE_BOTTOM };
    return true;
}

static bool is_position(struct span s)
{
    struct ttml_place place;
    return ttml_position(s, &place);
}

/* --- names of profiles, resources and characters --- */

static struct span absolute(struct span designator)
{
    struct span s = designator;
    span_take_text(&s, "http://www.w3.org/ns/ttml/profile/");
    return s;
}

/* A word that can be a URI reference: letters enough to name something, no bracket. */
static bool is_profile_name(struct span s)
{
    return s.at < s.end && !span_is(&s, ":") && memchr(s.at, '(', span_size(&s)) == NULL &&
           memchr(s.at, ')', span_size(&s)) == NULL;
}

static bool is_profiles(struct span s)
{
    s = span_trim(s);
    if (s.at < s.end && s.end[-1] == ')') {
        if (!span_take_text(&s, "all(") && !span_take_text(&s, "any("))
            return false;
        s.end--;
    }
    struct span seen[TOKENS_MAX];
    size_t n = split(s, seen);
    for (size_t i = 0; i < n && n != SIZE_MAX; i++) {
        if (!is_profile_name(seen[i]))
            return false;
        for (size_t k = 0; k < i; k++) {
            struct span a = absolute(seen[i]), b = absolute(seen[k]);
            if (span_size(&a) == span_size(&b) && memcmp(a.at, b.at, span_size(&a)) == 0)
                return false;
        }
    }
    return n > 0 && n != SIZE_MAX;
}

static bool is_designator(struct span s)
{
    s = span_trim(s);
    return s.at < s.end && *s.at != '#';
}

static bool is_uri(struct span s)
{
    struct span t = span_trim(s);
    return s.at == s.end || t.at < t.end;
}

static size_t take_hex(struct span *s, char also)
{
    size_t n = 0;
    for (; s->at < s->end && (text_hex_digit(*s->at) >= 0 || *s->at == also); s->at++)
        n++;
    return n;
}

/* U+0020-007F, U+4E00, U+4?? (CSS Fonts: the wildcards stand for at most six figures). */
static bool is_range(struct span s)
{
    if (!span_take_text(&s, "U+") && !span_take_text(&s, "u+"))
        return false;
    struct span start = s;
    size_t n = take_hex(&s, '?');
    bool wild = memchr(start.at, '?', n) != NULL;
    if (n == 0 || n > (wild ? 5 : 6))
        return false;
    if (!wild && span_take(&s, '-')) {
        n = take_hex(&s, '0');
        if (n == 0 || n > 6)
            return false;
    }
    return s.at == s.end;
}

static bool is_ranges(struct span s)
{
    return is_list(s, ',', is_range);
}

static bool is_condition(struct span s)
{
    bool holds;
    return ttml_condition(s, &holds);
}

static bool is_time(struct span s)
{
    static const struct ttml_clock any = {
        .frame_rate = 30, .sub_frame_rate = 1, .tick_rate = 1, .multiplier = 1, .divisor = 1
    };
    int64_t us;
    return span_is(&s, "indefinite") || ttml_time(&any, s, &us);
}

static const struct {
    const char *name;
    bool whole; /* alone it takes the whole value, blanks and all */
    bool (*is)(struct span s);
} kinds[] = {
    { "<length>", false, is_length },
    { "<length+>", false, is_length_plus },
    { "<measure+>", false, is_measure },
    { "<color>", true, is_color },
    { "<real>", true, is_real },
    { "<real+>", true, is_real_plus },
    { "<percent>", true, is_percent },
    { "<exact percent>", true, is_exact_percent },
    { "<pitch>", true, is_pitch },
    { "<natural>", false, is_natural },
    { "<positive>", false, is_positive },
    { "<integer>", false, is_integer },
    { "<version>", true, is_version },
    { "<ratio>", true, is_ratio },
    { "<word>", false, is_any },
    { "<reference>", false, is_any },
    { "<border>", true, is_border },
    { "<decoration>", true, is_decoration },
    { "<variant>", true, is_variant },
    { "<emphasis>", true, is_emphasis },
    { "<shadows>", true, is_shadows },
    { "<families>", true, is_families },
    { "<position>", true, is_position },
    { "<profiles>", true, is_profiles },
    { "<designator>", true, is_designator },
    { "<uri>", true, is_uri },
    { "<range>", true, is_ranges },
    { "<condition>", true, is_condition },
    { "<time>", true, is_time },
};

/* One part of a grammar against one token, or against all of the value. */
static bool part_matches(const struct span *part, struct span token)
{
    if (part->at < part->end && *part->at == '<' && part->end[-1] == '>') {
        for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
            if (span_is(part, kinds[i].name))
                return kinds[i].is(token);
        }
        abort(); /* a kind in ttml_attrs.h that nobody wrote */
    }
    return span_size(part) == span_size(&token) && memcmp(part->at, token.at, span_size(part)) == 0;
}

static bool is_whole_kind(const struct span *part)
{
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        if (kinds[i].whole && span_is(part, kinds[i].name))
            return true;
    }
    return false;
}

static bool alternative_matches(struct span grammar, const struct span *tokens, size_t n,
                                struct span whole)
{
    if (is_whole_kind(&grammar))
        return part_matches(&grammar, whole);
    size_t i = 0;
    for (span_skip_blank(&grammar); grammar.at < grammar.end; span_skip_blank(&grammar), i++) {
        struct span part = take_token(&grammar, ' ');
        if (i == n || n == SIZE_MAX || !part_matches(&part, tokens[i]))
            return false;
    }
    return i == n;
}

bool ttml_value_is_good(enum ttml_attr attr, const char *value)
{
    struct span grammar = span_of(ttml_rules[attr].grammar, strlen(ttml_rules[attr].grammar));
    struct span whole = span_of(value, strlen(value)), tokens[TOKENS_MAX];
    if (grammar.at == grammar.end)
        return true;
    size_t n = split(whole, tokens);
    while (grammar.at < grammar.end) {
        struct span alternative = span_until(&grammar, '|');
        if (alternative_matches(alternative, tokens, n, whole))
            return true;
    }
    return false;
}
