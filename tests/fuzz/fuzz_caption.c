/* Captions of any format: the first byte chooses what the file is called, the rest is the file.
 * OK must mean cues that WebVTT can carry: written and read again they are the same. */
#include <assert.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/text.h"
#include "format/caption/caption.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

static size_t tag_size(const char *tag)
{
    static const char *const names[] = { "i", "b", "u", "ruby", "rt", "v", "lang", "c" };
    const char *end = strpbrk(tag + 1, "<>"), *name = tag + 1 + (tag[1] == '/');
    assert(end != NULL && *end == '>');
    bool known = tag[1] >= '0' && tag[1] <= '9';
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        known = known || (strcspn(name, ". >") == strlen(names[i]) &&
                          strncmp(name, names[i], strlen(names[i])) == 0);
    assert(known);
    return (size_t)(end - tag) + 1;
}

static void check_cue(const struct caption_cue *c)
{
    assert(c->start_us >= 0 && c->start_us < c->end_us && c->start_us % 1000 == 0);
    assert(c->text[0] != 0 && text_is_utf8(c->text, strlen(c->text)));
    assert(strstr(c->text, "\n\n") == NULL && strstr(c->text, "-->") == NULL);
    assert(strchr(c->id, '\n') == NULL && strstr(c->id, "-->") == NULL);
    for (const char *at = c->text; *at != 0; at += *at == '<' ? tag_size(at) : 1)
        assert(*at != '>');
}

static void check_same(const struct caption_cue *a, const struct caption_cue *b)
{
    const struct caption_settings *s = &a->settings, *t = &b->settings;
    assert(a->start_us == b->start_us && a->end_us == b->end_us);
    assert(strcmp(a->text, b->text) == 0 && strcmp(a->id, b->id) == 0);
    assert(s->vertical == t->vertical && s->align == t->align);
    assert(s->line_kind == t->line_kind && s->line == t->line && s->line_align == t->line_align);
    assert(s->has_position == t->has_position && s->position == t->position);
    assert(s->position_align == t->position_align);
    assert(s->has_size == t->has_size && s->size == t->size);
}

static void check_list(struct arena *arena, const struct caption_list *list)
{
    struct buf out;
    struct caption_list again;
    struct caption_problem why;
    buf_init(&out, CAPTION_WEBVTT_MAX);
    for (size_t i = 0; i < list->n; i++)
        check_cue(&list->cues[i]);
    caption_write_webvtt(list, &out);
    assert(out.err == OK);
    enum err err = caption_read(arena, out.data, out.size, NULL, &again, &why);
    assert(err == OK && again.n == list->n);
    for (size_t i = 0; i < list->n; i++)
        check_same(&list->cues[i], &again.cues[i]);
    buf_finish(&out);
}

static void read_as_samples(struct arena *arena, const char *text, size_t n)
{
    struct caption_list list;
    caption_list_init(&list);
    for (int64_t i = 3; i > 0; i--) {
        enum err err = caption_list_add(&list, arena, i * 1000000, i * 2000000, text, n);
        assert(err == OK);
    }
    caption_list_sort(&list);
    check_list(arena, &list);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    static const char *const names[] = { NULL, "a.srt", "a.vtt", "a.ttml" };
    enum { NAMES = 4 };
    if (n == 0)
        return 0;
    struct arena *arena = arena_create();
    struct caption_list list;
    struct caption_problem why;
    uint8_t choice = bytes[0] % (NAMES + 1);
    if (choice == NAMES) {
        read_as_samples(arena, (const char *)bytes + 1, n - 1);
    } else if (caption_read(arena, bytes + 1, n - 1, names[choice], &list, &why) == OK) {
        check_list(arena, &list);
    } else {
        assert(list.n == 0 && why.text[0] != 0 && text_is_utf8(why.text, strlen(why.text)));
    }
    arena_destroy(&arena);
    return 0;
}
