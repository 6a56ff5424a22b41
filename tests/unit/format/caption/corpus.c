#include "corpus.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

#include <fts.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

char *corpus_load(const char *path, size_t *n)
{
    FILE *f = fopen(path, "rb");
    if (f == NULL)
        return NULL;
    struct buf b;
    char part[65536];
    buf_init(&b, 64 << 20);
    for (size_t got; (got = fread(part, 1, sizeof part, f)) > 0;)
        buf_put(&b, part, got);
    fclose(f);
    char *bytes = malloc(b.size + 1);
    assert_non_null(bytes);
    if (b.size > 0)
        memcpy(bytes, b.data, b.size);
    bytes[b.size] = 0;
    *n = b.size;
    buf_finish(&b);
    return bytes;
}

static int by_name(const FTSENT **a, const FTSENT **b)
{
    return strcmp((*a)->fts_name, (*b)->fts_name);
}

bool corpus_each(const char *folder, const char *ending, corpus_visit *visit, void *user)
{
    const char *shared = getenv("LANTERNE_SHARED");
    char path[4096];
    snprintf(path, sizeof path, "%s/corpora/%s", shared == NULL ? "" : shared, folder);
    char *roots[] = { path, NULL };
    FTS *tree = fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR, by_name);
    size_t files = 0, end_size = strlen(ending);
    for (FTSENT *e; tree != NULL && (e = fts_read(tree)) != NULL;) {
        if (e->fts_info != FTS_F || e->fts_pathlen < end_size ||
            strcmp(e->fts_path + e->fts_pathlen - end_size, ending) != 0)
            continue;
        size_t n;
        char *bytes = corpus_load(e->fts_path, &n);
        assert_non_null(bytes);
        visit(e->fts_path, bytes, n, user);
        free(bytes);
        files++;
    }
    if (tree != NULL)
        fts_close(tree);
    if (files == 0)
        print_message("skipped: %s is not here\n", folder);
    return files > 0;
}

struct reading reading_of(const char *name, const void *bytes, size_t n)
{
    struct reading r = { .arena = arena_create() };
    r.err = caption_read(r.arena, bytes, n, name, &r.list, &r.why);
    if (r.err != OK) {
        assert_int_equal(r.list.n, 0);
        assert_int_not_equal(r.why.text[0], 0);
        assert_true(text_is_utf8(r.why.text, strlen(r.why.text)));
    }
    return r;
}

void reading_finish(struct reading *r)
{
    arena_destroy(&r->arena);
}

/* The tag grammar that may leave us; anything else after < is a failure. */
static const char *const shapes[] = { "i", "b", "u", "ruby", "rt", "c", "v", "lang" };

static size_t check_tag(const char *path, const char *tag)
{
    const char *end = strchr(tag, '>');
    if (end == NULL)
        fail_msg("%s: an open tag in %s", path, tag);
    const char *name = tag + 1 + (tag[1] == '/');
    size_t n = strcspn(name, ". >");
    bool known = tag[1] >= '0' && tag[1] <= '9';
    for (size_t i = 0; i < sizeof shapes / sizeof shapes[0]; i++)
        known = known || (strlen(shapes[i]) == n && memcmp(shapes[i], name, n) == 0);
    if (!known || memchr(tag + 1, '<', (size_t)(end - tag) - 1) != NULL)
        fail_msg("%s: a tag outside the list in %s", path, tag);
    return (size_t)(end - tag) + 1;
}

static void check_text(const char *path, const char *text)
{
    size_t n = strlen(text);
    int depth = 0;
    assert_true(n > 0 && text_is_utf8(text, n));
    if (strstr(text, "\n\n") != NULL || strstr(text, "-->") != NULL || text[0] == '\n' ||
        text[n - 1] == '\n' || strchr(text, '\r') != NULL)
        fail_msg("%s: a cue would end early: %s", path, text);
    for (size_t i = 0; i < n;) {
        if (text[i] != '<') {
            if (text[i] == '>')
                fail_msg("%s: a bare > in %s", path, text);
            i++;
            continue;
        }
        bool stamp = text[i + 1] >= '0' && text[i + 1] <= '9';
        depth += stamp ? 0 : text[i + 1] == '/' ? -1 : 1;
        i += check_tag(path, text + i);
    }
    if (depth != 0)
        fail_msg("%s: tags are not closed in %s", path, text);
}

static void check_same(const char *path, const struct caption_cue *a, const struct caption_cue *b)
{
    const struct caption_settings *s = &a->settings, *t = &b->settings;
    bool same = a->start_us == b->start_us && a->end_us == b->end_us && strcmp(a->id, b->id) == 0 &&
                strcmp(a->text, b->text) == 0 && s->vertical == t->vertical &&
                s->line_kind == t->line_kind && s->line == t->line &&
                s->line_align == t->line_align && s->has_position == t->has_position &&
                s->position == t->position && s->position_align == t->position_align &&
                s->has_size == t->has_size && s->size == t->size && s->align == t->align;
    if (!same)
        fail_msg("%s: cue comes back different:\n%s\n%s", path, a->text, b->text);
}

void check_promises(const char *path, const struct caption_list *list)
{
    struct buf out;
    buf_init(&out, CAPTION_WEBVTT_MAX);
    for (size_t i = 0; i < list->n; i++) {
        const struct caption_cue *c = &list->cues[i];
        assert_true(c->start_us >= 0 && c->start_us < c->end_us);
        assert_true(c->start_us % 1000 == 0 && c->end_us % 1000 == 0);
        assert_true(i == 0 || list->cues[i - 1].start_us <= c->start_us);
        check_text(path, c->text);
    }
    caption_write_webvtt(list, &out);
    assert_int_equal(out.err, OK);
    if (out.size <= CAPTION_BYTES_MAX) {
        struct reading again = reading_of(NULL, out.data, out.size);
        if (again.err != OK || again.list.n != list->n)
            fail_msg("%s: %zu cues come back as %zu", path, list->n, again.list.n);
        for (size_t i = 0; i < list->n; i++)
            check_same(path, &list->cues[i], &again.list.cues[i]);
        reading_finish(&again);
    }
    buf_finish(&out);
}

void tally_judge(const struct tally *t)
{
    if (t->accept + t->refuse == 0)
        return;
    print_message("%s: %zu of %zu must-accept accepted, %zu of %zu must-refuse refused\n",
                  t->oracle, t->accepted, t->accept, t->refused, t->refuse);
    assert_int_equal(t->refused, t->refuse);
    assert_true(t->accepted * 100 >= t->accept * 99);
}

void put_plain(struct buf *out, const char *text)
{
    static const struct {
        const char *escape, *meaning;
    } rows[] = { { "&amp;", "&" }, { "&lt;", "<" }, { "&gt;", ">" } };
    for (size_t i = 0; text[i] != 0;) {
        if (text[i] == '<') {
            i += strcspn(text + i, ">") + 1;
            continue;
        }
        size_t row = 0;
        while (row < 3 && strncmp(text + i, rows[row].escape, strlen(rows[row].escape)) != 0)
            row++;
        if (row < 3) {
            buf_text(out, rows[row].meaning);
            i += strlen(rows[row].escape);
        } else {
            buf_u8(out, (uint8_t)text[i++]);
        }
    }
}
