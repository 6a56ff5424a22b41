/* What OK promises of avails, whatever the file was. */
#ifndef LANTERNE_TESTS_FUZZ_AVAILS_CHECK_H
#define LANTERNE_TESTS_FUZZ_AVAILS_CHECK_H

#include <assert.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "format/avails/avails.h"

static inline void check_edge(const struct avails_edge *e)
{
    if (e->kind == AVAILS_EDGE_CONDITION)
        assert(e->condition != NULL);
    else
        assert(e->condition == NULL && e->lag.seconds == 0 && e->lag.months == 0);
}

static inline void check_languages(const struct avails_language *l, size_t n)
{
    for (size_t i = 0; i < n; i++)
        assert(strlen(l[i].tag) >= 2 && strlen(l[i].tag) <= 35);
}

static inline void check_transaction(const struct avails_transaction *t, bool is_delete)
{
    check_edge(&t->start);
    check_edge(&t->end);
    assert(t->line > 0);
    if (!is_delete)
        assert(t->n_territories > 0 && t->licence != NULL && t->format != NULL &&
               t->start.kind != AVAILS_EDGE_NONE);
    for (size_t i = 0; i < t->n_territories; i++)
        assert(t->territories[i][0] >= 'A' && strlen(t->territories[i]) >= 2);
    check_languages(t->allowed, t->n_allowed);
    check_languages(t->asset, t->n_asset);
    check_languages(t->holdback, t->n_holdback);
    check_languages(t->required, t->n_required);
    for (size_t i = 0; i < t->n_terms; i++) {
        const struct avails_term *term = &t->terms[i];
        assert(term->name != NULL);
        assert((term->kind != AVAILS_TEXT && term->kind != AVAILS_MONEY) || term->text != NULL);
    }
}

static inline void check_model(const struct avails_file *file)
{
    struct buf out;
    buf_init(&out, (size_t)1 << 30);
    struct json_writer w = json_writer_of(&out);
    json_array(&w, NULL);
    for (size_t i = 0; i < file->n_avails; i++) {
        const struct avails_avail *a = &file->avails[i];
        bool is_delete = strstr(a->entry, "Delete") != NULL;
        assert(a->alid != NULL && a->entry != NULL && a->licensor != NULL);
        assert(a->n_transactions > 0 || is_delete);
        for (size_t k = 0; k < a->n_transactions; k++)
            check_transaction(&a->transactions[k], is_delete);
        avails_json_avail(&w, NULL, a);
    }
    json_end(&w);
    assert(out.err == OK && text_is_utf8((const char *)out.data, out.size));
    buf_finish(&out);
}

static inline void check_avails(const void *bytes, size_t n)
{
    struct arena *arena = arena_create();
    struct avails_file file;
    enum err err = avails_read(arena, bytes, n, &file);
    assert(err == OK || (file.n_avails == 0 && file.n_faults > 0));
    assert(file.n_faults <= AVAILS_FAULTS_MAX);
    for (size_t i = 0; i < file.n_faults; i++) {
        const struct avails_fault *f = &file.faults[i];
        assert(f->where[0] != 0 && f->what[0] != 0 && f->code[0] != 0);
        assert(text_is_utf8(f->what, strlen(f->what)));
    }
    if (err == OK)
        check_model(&file);
    arena_destroy(&arena);
}

#endif
