#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "driver/media/message.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

/* What OK promises of a group: every sample lies inside the payload. */
static void check_group(const struct message_group *g, const uint8_t *bytes, size_t n)
{
    assert(g->n > 0 && g->n <= MESSAGE_SAMPLES_MAX);
    assert(g->config_size > 0 && g->config_size <= MESSAGE_CONFIG_MAX);
    for (size_t i = 0; i < g->n; i++) {
        const struct media_sample *s = &g->samples[i];
        assert(s->data >= bytes && s->size > 0 && s->size <= n);
        assert(s->data + s->size <= bytes + n);
    }
}

static enum err read_group(struct reader r, struct buf *again)
{
    static struct message_group g;
    enum err err = message_get_group(r, &g);
    if (err == OK) {
        check_group(&g, r.at, read_left(&r));
        message_put_group(again, &g);
    }
    return err;
}

static enum err read_facts(struct reader r, struct buf *again)
{
    static struct media_facts f;
    enum err err = message_get_facts(r, &f);
    if (err == OK) {
        struct ladder_plan plan;
        assert(f.n_sounds <= MEDIA_TRACKS_MAX && f.n_texts <= MEDIA_TRACKS_MAX);
        assert(ladder_plan(&f.video, NULL, &plan) == OK && plan.n > 0);
        message_put_facts(again, &f);
    }
    return err;
}

static enum err read_job(struct reader r, struct buf *again)
{
    static struct message_job job;
    enum err err = message_get_job(r, &job);
    if (err == OK)
        message_put_job(again, &job);
    return err;
}

static enum err read_refusal(struct reader r, struct buf *again)
{
    struct media_refusal x;
    enum err err = message_get_refusal(r, &x);
    if (err == OK) {
        assert(memchr(x.text, 0, sizeof x.text) != NULL && strchr(x.text, '\n') == NULL);
        message_put_refusal(again, &x);
    }
    return err;
}

static enum err read_tiles(struct reader r, struct buf *again)
{
    struct message_tiles x;
    enum err err = message_get_tiles(r, &x);
    if (err == OK)
        message_put_tiles(again, &x);
    return err;
}

static enum err read_still(struct reader r, struct buf *again)
{
    struct message_still x;
    enum err err = message_get_still(r, &x);
    if (err == OK)
        message_put_still(again, &x);
    return err;
}

static enum err read_cue(struct reader r, struct buf *again)
{
    struct message_cue x;
    enum err err = message_get_cue(r, &x);
    if (err == OK) {
        assert(x.start_us >= 0 && x.end_us > x.start_us && x.size > 0);
        message_put_cue(again, &x);
    }
    return err;
}

static enum err read_ends(struct reader r, struct buf *again)
{
    struct message_ends x;
    enum err err = message_get_ends(r, &x);
    if (err == OK) {
        assert(x.n_sounds <= MEDIA_TRACKS_MAX && x.black.head >= 0 && x.black.tail >= 0);
        message_put_ends(again, &x);
    }
    return err;
}

/* What is read is what was written: writing it again gives the same bytes. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    static enum err (*const readers[])(struct reader, struct buf *) = {
        read_job, read_facts, read_refusal, read_group, read_tiles, read_still, read_cue, read_ends
    };
    struct buf again;
    if (n == 0)
        return 0;
    buf_init(&again, MESSAGE_MAX);
    enum err err = readers[bytes[0] % 8](reader_of(bytes + 1, n - 1), &again);
    assert(err == OK || err == ERR_MALFORMED);
    if (err == OK)
        assert(again.err == OK && again.size == n - 1 && memcmp(again.data, bytes + 1, n - 1) == 0);
    buf_finish(&again);
    return 0;
}
