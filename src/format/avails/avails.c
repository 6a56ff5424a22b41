#include "format/avails/avails.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "format/avails/internal.h"

/* ---- what is wrong ----------------------------------------------------------------------------
 */

static void put_place(struct buf *out, const struct reading *r)
{
    if (r->out->is_xml && r->line == 0) {
        buf_text(out, "the file");
    } else if (r->out->is_xml) {
        buf_printf(out, "line %u", (unsigned)r->line);
        for (size_t i = 0; i < r->depth; i++) {
            buf_text(out, i == 0 ? ", " : "/");
            buf_text(out, r->path[i]);
        }
    } else if (r->sheet == NULL) {
        buf_text(out, "the workbook");
    } else {
        buf_printf(out, "sheet %s", r->sheet);
        if (r->line != 0)
            buf_printf(out, ", row %u", (unsigned)r->line);
        if (r->column != NULL)
            buf_printf(out, ", column %s", r->column);
        if (r->column != NULL && r->section != NULL)
            buf_printf(out, " (%s)", r->section);
    }
}

static void add_fault(struct reading *r, bool is_warning, const char *code, const char *format,
                      va_list args) __attribute__((format(printf, 4, 0)));

static void add_fault(struct reading *r, bool is_warning, const char *code, const char *format,
                      va_list args)
{
    if (r->faults.n == AVAILS_FAULTS_MAX) {
        r->out->faults_left_out++;
        return;
    }
    struct buf place;
    buf_init(&place, PLACE_MAX);
    put_place(&place, r);
    struct avails_fault *fault = avails_list_add(&r->faults);
    fault->is_warning = is_warning;
    fault->code = code;
    fault->where = arena_strdup(r->arena, buf_string(&place));
    fault->what = arena_vprintf(r->arena, format, args);
    buf_finish(&place);
}

void fault_error(struct reading *r, const char *code, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    add_fault(r, false, code, format, args);
    va_end(args);
    r->draft.is_refused = true;
}

void fault_warn(struct reading *r, const char *code, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    add_fault(r, true, code, format, args);
    va_end(args);
}

void fault_omit(struct reading *r, const char *code, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    add_fault(r, false, code, format, args);
    va_end(args);
}

/* What ends a reading comes first in the list, whatever else was found before it. */
enum err reading_stop(struct reading *r, enum err err, const char *code, const char *format, ...)
{
    va_list args;
    if (r->err != OK)
        return r->err;
    r->err = err;
    if (r->faults.n == AVAILS_FAULTS_MAX) {
        r->faults.n--;
        r->out->faults_left_out++;
    }
    va_start(args, format);
    add_fault(r, false, code, format, args);
    va_end(args);
    struct avails_fault *faults = r->faults.items, last = faults[r->faults.n - 1];
    memmove(faults + 1, faults, (r->faults.n - 1) * sizeof *faults);
    faults[0] = last;
    return err;
}

const char *quoted(struct reading *r, const char *text)
{
    if (text == NULL || r->faults.n == AVAILS_FAULTS_MAX)
        return ""; /* the fault will not be listed: a bad file of any size costs no more */
    size_t n = strlen(text), end = QUOTE_MAX;
    struct buf line;
    buf_init(&line, QUOTE_MAX * 8);
    while (n > QUOTE_MAX && end > 0 && ((uint8_t)text[end] & 0xc0) == 0x80)
        end--;
    text_put_line(&line, text, n > QUOTE_MAX ? end : n);
    const char *kept =
        arena_printf(r->arena, "%s%s", buf_string(&line), n > QUOTE_MAX ? "..." : "");
    buf_finish(&line);
    return kept;
}

/* ---- what is kept -----------------------------------------------------------------------------
 */

const char *string_kept(struct reading *r, const char *text)
{
    const char *kept = intern_bytes(&r->strings, text, strlen(text));
    if (kept == NULL)
        (void)reading_stop(r, ERR_FULL, "full", "more than %d MiB of different values",
                           STRINGS_MAX / 1024 / 1024);
    return kept;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static bool is_plain(const char *text, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (is_blank(text[i]) && (text[i] != ' ' || i == 0 || i + 1 == n || text[i + 1] == ' '))
            return false;
    }
    return true;
}

const char *text_kept(struct reading *r, const char *text, size_t n)
{
    char made[1024];
    struct buf wide;
    buf_init(&wide, TEXT_MAX * 2);
    size_t used = 0;
    if (!is_plain(text, n) || n > TEXT_MAX) {
        n = n > TEXT_MAX ? TEXT_MAX : n;
        while (n == TEXT_MAX && ((uint8_t)text[n - 1] & 0x80) != 0)
            n--; /* no half of a character */
        char *out = n <= sizeof made ? made : (char *)buf_grow(&wide, n);
        for (size_t i = 0; out != NULL && i < n; i++) {
            if (!is_blank(text[i]))
                out[used++] = text[i];
            else if (used > 0 && out[used - 1] != ' ')
                out[used++] = ' ';
        }
        used -= used > 0 && out[used - 1] == ' ' ? 1 : 0;
        text = out;
        n = used;
    }
    const char *kept = n == 0 ? NULL : intern_bytes(&r->strings, text, n);
    if (n > 0 && kept == NULL)
        (void)reading_stop(r, ERR_FULL, "full", "more than %d MiB of different values",
                           STRINGS_MAX / 1024 / 1024);
    buf_finish(&wide);
    return kept;
}

/* A list is told from another, and from a string, by its bytes: pointers to kept strings. */
void *list_kept(struct reading *r, const struct list *l)
{
    if (l->n == 0)
        return NULL;
    const void *kept = intern_bytes(&r->strings, l->items, l->n * l->size);
    if (kept == NULL)
        (void)reading_stop(r, ERR_FULL, "full", "more than %d MiB of different values",
                           STRINGS_MAX / 1024 / 1024);
    return (void *)(uintptr_t)kept;
}

/* ---- a reading --------------------------------------------------------------------------------
 */

static void reading_init(struct reading *r, struct arena *arena, struct avails_file *out)
{
    *r = (struct reading){ .arena = arena, .out = out, .current = SIZE_MAX };
    intern_init(&r->strings, arena);
    r->faults.size = sizeof(struct avails_fault);
    r->sheets.size = sizeof(const char *);
    r->pending.size = sizeof(struct avails_transaction);
    r->avail.bundled.size = sizeof(const char *);
    for (size_t i = 0; i < LEVELS; i++) {
        r->avail.lists[i].ratings.size = sizeof(struct avails_rating);
        r->avail.lists[i].releases.size = sizeof(struct avails_release);
    }
    struct transaction_draft *d = &r->draft;
    d->territories.size = d->excluded.size = d->references.size = sizeof(const char *);
    d->terms.size = sizeof(struct avails_term);
    for (size_t i = 0; i < LANGUAGE_LISTS; i++)
        d->languages[i].size = sizeof(struct avails_language);
}

static bool starts_with(const uint8_t *bytes, size_t n, const char *magic, size_t length)
{
    return n >= length && memcmp(bytes, magic, length) == 0;
}

enum err avails_read(struct arena *arena, const void *bytes, size_t n, struct avails_file *out)
{
    struct reading r;
    *out = (struct avails_file){ .is_xml = !starts_with(bytes, n, "PK", 2) };
    reading_init(&r, arena, out);
    if (n > AVAILS_FILE_MAX)
        (void)reading_stop(&r, ERR_FULL, "full", "the file has more than %d MiB",
                           AVAILS_FILE_MAX / 1024 / 1024);
    else if (n == 0)
        (void)reading_stop(&r, ERR_MALFORMED, "xml", "the file is empty");
    else if (starts_with(bytes, n, "\xd0\xcf\x11\xe0", 4))
        (void)reading_stop(&r, ERR_UNSUPPORTED, "zip",
                           "a workbook of Excel before 2007, or one with a password: save it as "
                           ".xlsx without a password");
    else if (out->is_xml)
        (void)document_read(&r, bytes, n);
    else
        (void)workbook_read(&r, bytes, n);
    if (r.err == OK)
        avails_finish(&r);
    if (r.err != OK) {
        out->avails = NULL;
        out->n_avails = 0;
    }
    out->n_faults = r.faults.n;
    out->faults = ARENA_ARRAY(arena, struct avails_fault, r.faults.n);
    if (r.faults.n > 0)
        memcpy(out->faults, r.faults.items, r.faults.n * r.faults.size);
    reading_finish(&r);
    return r.err;
}
