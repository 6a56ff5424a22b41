#include "box/play/captions.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "box/play/cue_markup.h"
#include "format/caption/caption.h"

struct captions {
    struct arena *arena;
    struct caption_list list;
    int64_t *ends; /* greatest end of the cues up to each: where looking back may stop */
    struct buf shown;
    int64_t from, until; /* for which shown holds */
};

enum err captions_read(const void *bytes, size_t n, struct captions **out)
{
    struct caption_problem why;
    struct captions *c = calloc(1, sizeof *c);
    if (c == NULL)
        return ERR_MEMORY;
    c->arena = arena_create();
    buf_init(&c->shown, CAPTIONS_SHOWN_MAX);
    enum err err = caption_read(c->arena, bytes, n, "captions.vtt", &c->list, &why);
    if (err == OK) {
        c->ends = calloc(c->list.n + 1, sizeof c->ends[0]);
        err = c->ends == NULL ? ERR_MEMORY : OK;
    }
    if (err != OK) {
        captions_destroy(&c);
        return err;
    }
    for (size_t i = 0; i < c->list.n; i++) {
        int64_t before = i == 0 ? 0 : c->ends[i - 1], own = c->list.cues[i].end_us;
        c->ends[i] = own > before ? own : before;
    }
    *out = c;
    return OK;
}

void captions_destroy(struct captions **captions)
{
    struct captions *c = *captions;
    *captions = NULL;
    if (c == NULL)
        return;
    buf_finish(&c->shown);
    free(c->ends);
    arena_destroy(&c->arena);
    free(c);
}

/* How many cues have begun by then. */
static size_t begun_by(const struct captions *c, int64_t at)
{
    size_t low = 0, high = c->list.n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (c->list.cues[middle].start_us <= at)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

const char *captions_at(struct captions *c, double seconds)
{
    int64_t at = seconds < 0 ? 0 : (int64_t)(seconds * 1e6);
    if (at >= c->from && at < c->until)
        return buf_string(&c->shown);
    size_t n = begun_by(c, at), first = n;
    c->from = at;
    c->until = n < c->list.n ? c->list.cues[n].start_us : INT64_MAX;
    while (first > 0 && c->ends[first - 1] > at)
        first--;
    buf_clear(&c->shown);
    for (size_t i = first; i < n; i++) {
        const struct caption_cue *cue = &c->list.cues[i];
        if (cue->end_us <= at)
            continue;
        if (cue->end_us < c->until)
            c->until = cue->end_us;
        if (c->shown.size > 0)
            buf_text(&c->shown, "\n");
        cue_markup_put(&c->shown, cue->text, strlen(cue->text));
    }
    return buf_string(&c->shown);
}
