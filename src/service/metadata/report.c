#include "service/metadata/metadata.h"

static void json_notes(const char *key, const struct metadata_note *notes, size_t n,
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

static void json_lines(const struct metadata_import *import, struct json_writer *w)
{
    json_array(w, "changes");
    for (size_t i = 0; i < import->n_lines; i++) {
        json_object(w, NULL);
        json_text_n(w, "sign", &import->lines[i].sign, 1);
        json_text(w, "title", import->lines[i].title);
        json_text(w, "what", import->lines[i].what);
        json_end(w);
    }
    json_end(w);
}

void metadata_import_json(const struct metadata_import *import, struct json_writer *w)
{
    json_object(w, NULL);
    json_bool(w, "taken", import->is_taken);
    json_array(w, "titles");
    for (size_t i = 0; i < import->n_titles; i++) {
        const struct metadata_title *t = &import->titles[i];
        json_object(w, NULL);
        json_text(w, "id", t->id.s);
        json_text(w, "title", t->name);
        json_text(w, "kind", title_kind_name(t->kind));
        json_bool(w, "new", t->is_new);
        json_bool(w, "changed", t->is_changed);
        json_end(w);
    }
    json_end(w);
    json_lines(import, w);
    json_notes("refused", import->refused, import->n_refused, w);
    json_notes("warnings", import->warnings, import->n_warnings, w);
    json_end(w);
}

static void text_notes(const char *word, const struct metadata_note *notes, size_t n,
                       struct buf *out)
{
    for (size_t i = 0; i < n; i++)
        buf_printf(out, "%s %s: %s\n", word, notes[i].where, notes[i].what);
}

void metadata_import_text(const struct metadata_import *import, struct buf *out)
{
    for (size_t i = 0; i < import->n_titles; i++) {
        const struct metadata_title *t = &import->titles[i];
        buf_printf(out, "%s  %s%s\n", t->id.s, t->name,
                   t->is_new       ? ", new"
                   : t->is_changed ? ""
                                   : ", as it was");
    }
    for (size_t i = 0; i < import->n_lines; i++)
        buf_printf(out, "%c %s: %s\n", import->lines[i].sign, import->lines[i].title,
                   import->lines[i].what);
    text_notes("note", import->warnings, import->n_warnings, out);
    text_notes("refused", import->refused, import->n_refused, out);
}
