/* Conditions of TTML2 8.1.6: expressions of numbers, strings and truths, answered for a viewer
 * without wishes: not forced, no language, and a screen that can show everything. */
#include <string.h>

#include "format/caption/ttml.h"

enum kind { KIND_TRUTH, KIND_NUMBER, KIND_TEXT };

struct value {
    enum kind kind;
    double number; /* truths: 0 or 1 */
    struct span text;
};

struct condition {
    struct span s;
    unsigned depth;
    bool failed;
};

enum { NESTING_MAX = 32 };

static struct value read_or(struct condition *c);

static struct value truth(bool v)
{
    return (struct value){ KIND_TRUTH, v ? 1 : 0, { NULL, NULL } };
}

static struct value fail(struct condition *c)
{
    c->failed = true;
    c->s.at = c->s.end;
    return truth(false);
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool take(struct condition *c, const char *text)
{
    span_skip_blank(&c->s);
    return span_take_text(&c->s, text);
}

static struct value read_number(struct condition *c)
{
    double v = 0, unit = 1;
    size_t figures = 0;
    for (; c->s.at < c->s.end && *c->s.at >= '0' && *c->s.at <= '9'; c->s.at++, figures++)
        v = v * 10 + (*c->s.at - '0');
    if (span_take(&c->s, '.')) {
        for (; c->s.at < c->s.end && *c->s.at >= '0' && *c->s.at <= '9'; c->s.at++, figures++)
            v += (*c->s.at - '0') * (unit /= 10);
    }
    if (figures == 0)
        return fail(c);
    if (span_take(&c->s, 'E') || span_take(&c->s, 'e')) {
        bool down = span_take(&c->s, '-');
        int64_t power;
        (void)(down || span_take(&c->s, '+'));
        if (span_digits(&c->s, &power) == 0)
            return fail(c);
        for (int64_t i = 0; i < power && i < 400; i++)
            v = down ? v / 10 : v * 10;
    }
    return (struct value){ KIND_NUMBER, v, { NULL, NULL } };
}

static struct value read_string(struct condition *c, char quote)
{
    c->s.at++;
    const char *end = c->s.at == c->s.end ? NULL : memchr(c->s.at, quote, span_size(&c->s));
    if (end == NULL)
        return fail(c);
    struct value v = { KIND_TEXT, 0, { c->s.at, end } };
    c->s.at = end + 1;
    return v;
}

static struct value parameter_value(struct condition *c, const struct span *name)
{
    if (span_is(name, "forced"))
        return truth(false);
    if (span_is(name, "mediaAspectRatio"))
        return (struct value){ KIND_NUMBER, 16.0 / 9.0, { NULL, NULL } };
    if (span_is(name, "mediaLanguage") || span_is(name, "userLanguage"))
        return (struct value){ KIND_TEXT, 0, span_of("", 0) };
    return fail(c);
}

static struct value read_name(struct condition *c)
{
    struct span name = { c->s.at, c->s.at };
    while (c->s.at < c->s.end && is_letter(*c->s.at))
        c->s.at++;
    name.end = c->s.at;
    if (span_is(&name, "true") || span_is(&name, "false"))
        return truth(span_is(&name, "true"));
    bool is_parameter = span_is(&name, "parameter");
    if ((!is_parameter && !span_is(&name, "media") && !span_is(&name, "supports")) || !take(c, "("))
        return fail(c);
    span_skip_blank(&c->s);
    char quote = c->s.at < c->s.end ? *c->s.at : 0;
    if (quote != '\'' && quote != '"')
        return fail(c);
    struct value argument = read_string(c, quote);
    if (c->failed || span_size(&argument.text) == 0 || !take(c, ")"))
        return fail(c);
    return is_parameter ? parameter_value(c, &argument.text) : truth(true);
}

static struct value read_primary(struct condition *c)
{
    span_skip_blank(&c->s);
    if (c->s.at == c->s.end)
        return fail(c);
    char first = *c->s.at;
    if (span_take(&c->s, '(')) {
        struct value v = read_or(c);
        return take(c, ")") ? v : fail(c);
    }
    if (first == '\'' || first == '"')
        return read_string(c, first);
    return is_letter(first) ? read_name(c) : read_number(c);
}

static struct value read_unary(struct condition *c)
{
    bool flip = false, minus = false, more = true;
    while (more) {
        bool bang = take(c, "!"), dash = !bang && take(c, "-");
        more = bang || dash || take(c, "+");
        flip ^= bang;
        minus ^= dash;
    }
    struct value v = read_primary(c);
    if (flip)
        return truth(v.number == 0);
    v.number = minus ? -v.number : v.number;
    return v;
}

static struct value read_product(struct condition *c)
{
    struct value v = read_unary(c);
    while (!c->failed) {
        char op = take(c, "*") ? '*' : take(c, "/") ? '/' : take(c, "%") ? '%' : 0;
        if (op == 0)
            break;
        struct value w = read_unary(c);
        if (v.kind != KIND_NUMBER || w.kind != KIND_NUMBER || (op != '*' && w.number == 0))
            return fail(c);
        v.number = op == '*'   ? v.number * w.number
                   : op == '/' ? v.number / w.number
                               : v.number - w.number * __builtin_trunc(v.number / w.number);
    }
    return v;
}

static struct value read_sum(struct condition *c)
{
    struct value v = read_product(c);
    while (!c->failed) {
        bool plus = take(c, "+"), minus = !plus && take(c, "-");
        if (!plus && !minus)
            break;
        struct value w = read_product(c);
        if (v.kind != KIND_NUMBER || w.kind != KIND_NUMBER)
            return fail(c);
        v.number += plus ? w.number : -w.number;
    }
    return v;
}

static struct value read_comparison(struct condition *c)
{
    struct value v = read_sum(c);
    while (!c->failed) {
        bool le = take(c, "<="), ge = !le && take(c, ">=");
        bool lt = !le && !ge && take(c, "<"), gt = !le && !ge && !lt && take(c, ">");
        if (!le && !ge && !lt && !gt)
            break;
        struct value w = read_sum(c);
        if (v.kind != KIND_NUMBER || w.kind != KIND_NUMBER)
            return fail(c);
        v = truth(le   ? v.number <= w.number
                  : ge ? v.number >= w.number
                  : lt ? v.number < w.number
                       : v.number > w.number);
    }
    return v;
}

static bool is_same(const struct value *v, const struct value *w)
{
    if (v->kind != w->kind)
        return false;
    size_t n = span_size(&v->text);
    return v->kind == KIND_TEXT ? n == span_size(&w->text) && memcmp(v->text.at, w->text.at, n) == 0
                                : v->number == w->number;
}

static struct value read_equality(struct condition *c)
{
    struct value v = read_comparison(c);
    while (!c->failed) {
        bool same = take(c, "=="), differs = !same && take(c, "!=");
        if (!same && !differs)
            break;
        struct value w = read_comparison(c);
        v = truth(is_same(&v, &w) == same);
    }
    return v;
}

static struct value read_and(struct condition *c)
{
    struct value v = read_equality(c);
    while (!c->failed && take(c, "&&")) {
        struct value w = read_equality(c);
        v = truth(v.number != 0 && w.number != 0);
    }
    return v;
}

static struct value read_or(struct condition *c)
{
    if (++c->depth > NESTING_MAX)
        return fail(c);
    struct value v = read_and(c);
    while (!c->failed && take(c, "||")) {
        struct value w = read_and(c);
        v = truth(v.number != 0 || w.number != 0);
    }
    c->depth--;
    return v;
}

bool ttml_condition(struct span s, bool *holds)
{
    struct condition c = { .s = s };
    struct value v = read_or(&c);
    span_skip_blank(&c.s);
    *holds = v.kind == KIND_TEXT ? span_size(&v.text) > 0 : v.number != 0;
    return !c.failed && c.s.at == c.s.end;
}
