/* What an import did: for programs, and for a person. */
#include <string.h>

#include "base/text.h"
#include "service/rights/rights.h"

static void put_notes(const char *key, const struct rights_note *notes, size_t n,
                      struct json_writer *w)
{
    json_array(w, key);
    for (size_t i = 0; i < n; i++) {
        json_object(w, NULL);
        json_text(w, "where", notes[i].where);
        json_text(w, "what", notes[i].what);
        json_end(w);
    }
    json_end(w);
}

static void put_new_titles(const struct rights_import *import, struct json_writer *w)
{
    json_array(w, "new_titles");
    for (size_t i = 0; i < import->n_new_titles; i++) {
        const struct rights_new_title *t = &import->new_titles[i];
        json_object(w, NULL);
        json_text(w, "id", t->id.s[0] != 0 ? t->id.s : NULL);
        json_text(w, "kind", title_kind_name(t->kind));
        json_text(w, "name", t->name);
        json_number(w, "seasons", t->seasons);
        json_number(w, "episodes", t->episodes);
        json_end(w);
    }
    json_end(w);
}

static void put_lines(const struct store_avails_report *report, struct json_writer *w)
{
    json_array(w, "lines");
    for (size_t i = 0; i < report->n_lines; i++) {
        const char sign[2] = { report->lines[i].sign, 0 };
        json_object(w, NULL);
        json_text(w, "sign", sign);
        json_text(w, "text", report->lines[i].text);
        json_text(w, "where", report->lines[i].where);
        json_end(w);
    }
    json_end(w);
    json_number(w, "lines_left_out", (int64_t)report->lines_left_out);
}

void rights_import_json(const struct rights_import *import, struct json_writer *w)
{
    const struct store_avails_report *report = &import->report;
    json_object(w, NULL);
    json_number(w, "avails", (int64_t)import->avails);
    json_number(w, "transactions", (int64_t)import->transactions);
    json_number(w, "applied", (int64_t)import->applied);
    put_notes("refused", import->refused, import->n_refused, w);
    json_number(w, "refused_left_out", (int64_t)import->refused_left_out);
    put_notes("warnings", import->warnings, import->n_warnings, w);
    json_number(w, "warnings_left_out", (int64_t)import->warnings_left_out);
    json_bool(w, "taken", import->is_taken);
    json_number(w, "added", (int64_t)report->added);
    json_number(w, "changed", (int64_t)report->changed);
    json_number(w, "removed", (int64_t)report->removed);
    json_number(w, "unchanged", (int64_t)report->unchanged);
    json_array(w, "new_studios");
    for (size_t i = 0; i < report->n_new_studios; i++)
        json_text(w, NULL, report->new_studios[i]);
    json_end(w);
    json_number(w, "titles", (int64_t)report->n_titles);
    put_new_titles(import, w);
    put_lines(report, w);
    rights_findings_json(import->findings, import->n_findings, w);
    json_number(w, "titles_not_checked", (int64_t)import->titles_not_checked);
    json_end(w);
}

/* What a studio wrote stays one line, whatever is in it. */
static void line_of(const char *text, const char *after, struct buf *out)
{
    if (text != NULL)
        text_put_line(out, text, strlen(text));
    buf_text(out, after);
}

static void note_lines(const char *before, const struct rights_note *notes, size_t n, size_t more,
                       struct buf *out)
{
    for (size_t i = 0; i < n; i++) {
        buf_printf(out, "%s ", before);
        line_of(notes[i].where, ": ", out);
        line_of(notes[i].what, "\n", out);
    }
    if (more > 0)
        buf_printf(out, "%s %zu more\n", before, more);
}

static void change_lines(const struct store_avails_report *report, struct buf *out)
{
    for (size_t i = 0; i < report->n_new_studios; i++) {
        buf_text(out, "+ studio ");
        line_of(report->new_studios[i], "\n", out);
    }
    for (size_t i = 0; i < report->n_lines; i++) {
        if (report->lines[i].sign == '!')
            continue; /* those are among the refusals */
        buf_printf(out, "%c ", report->lines[i].sign);
        line_of(report->lines[i].text, "\n", out);
    }
    if (report->lines_left_out > 0)
        buf_printf(out, "  and %zu more lines\n", report->lines_left_out);
}

void rights_import_text(const struct rights_import *import, struct buf *out)
{
    const struct store_avails_report *report = &import->report;
    if (import->is_taken) {
        change_lines(report, out);
        for (size_t i = 0; i < import->n_new_titles; i++) {
            buf_printf(out, "+ %s %s ", title_kind_name(import->new_titles[i].kind),
                       import->new_titles[i].id.s);
            line_of(import->new_titles[i].name, "\n", out);
        }
    }
    note_lines("refused", import->refused, import->n_refused, import->refused_left_out, out);
    note_lines("warning", import->warnings, import->n_warnings, import->warnings_left_out, out);
    rights_findings_text(import->findings, import->n_findings, out);
    if (import->titles_not_checked > 0)
        buf_printf(out, "%zu avails were not looked at for findings; `lanterne deal check` does\n",
                   import->titles_not_checked);
    if (!import->is_taken) {
        buf_printf(out, "nothing was taken: %zu of %zu transactions would have been refused\n",
                   import->n_refused + import->refused_left_out, import->transactions);
        return;
    }
    buf_printf(out,
               "%zu avails, %zu transactions: %zu taken (%zu new, %zu changed, %zu removed, "
               "%zu as before), %zu refused\n",
               import->avails, import->transactions, import->applied, report->added,
               report->changed, report->removed, report->unchanged,
               import->transactions - import->applied);
}
