#include "format/cmaf/protect.h"

#include "format/cmaf/fragment.h"
#include "format/cmaf/moof.h"
#include "format/cmaf/senc.h"

const char *cmaf_scheme_name(enum cmaf_scheme scheme)
{
    static const char *const names[] = {
        [CMAF_CLEAR] = "", [CMAF_CBCS] = "cbcs", [CMAF_CENC] = "cenc"
    };
    return names[scheme];
}

/* A fragment on its way from one protection to another. */
struct passage {
    const struct cmaf_track *from, *to;
    uint32_t sequence;
    struct arena *arena;
    struct moof_samples moof;
    struct subsample_map map; /* of the ciphertext */
    struct sample_cipher *veils;
    struct cipher cipher;
};

static enum err write_passage(struct passage *p, bool is_veiled, struct buf *out)
{
    struct fragment f = { .track = p->to,
                          .sequence = p->sequence,
                          .base = p->moof.base,
                          .samples = p->moof.samples,
                          .n = p->moof.n,
                          .unveil = is_veiled ? &p->cipher : NULL,
                          .veils = p->veils,
                          .is_taken_over = true };
    return fragment_put(&f, false, out);
}

/* Where headers of slices are encrypted too, which a packager may do under cenc, all samples are
 * decrypted into a place of their own before they are cut anew. */
static enum err write_in_two_steps(struct passage *p, struct buf *out)
{
    struct buf clear;
    size_t total = 0;
    for (size_t i = 0; i < p->moof.n; i++)
        total += p->moof.samples[i].size;
    buf_init(&clear, total);
    uint8_t *at = buf_grow(&clear, total);
    enum err err = clear.err;
    for (size_t i = 0; err == OK && i < p->moof.n; i++) {
        struct cmaf_sample *s = &p->moof.samples[i];
        cipher_sample(&p->cipher, &p->veils[i], s->data, at, s->size);
        s->data = at;
        at += s->size;
    }
    if (err == OK)
        err = write_passage(p, false, out);
    buf_finish(&clear);
    return err;
}

static enum err write_unveiled(struct passage *p, struct buf *out)
{
    const struct cmaf_protection *protection = cipher_protection(p->from);
    size_t start = out->size;
    enum err err = senc_read(&p->moof, p->from, p->arena, &p->map, &p->veils);
    if (err == OK)
        err = cipher_open(&p->cipher, protection, p->from->kind, false);
    if (err != OK)
        return err;
    err = write_passage(p, true, out);
    if (err == ERR_STATE)
        err = write_in_two_steps(p, out);
    enum err closed = cipher_close(&p->cipher);
    if (err == OK && closed != OK)
        buf_truncate(out, start);
    return err == OK ? closed : err;
}

enum err cmaf_reprotect(const struct cmaf_track *from, const struct cmaf_track *to,
                        uint32_t sequence, const uint8_t *fragment, size_t n, struct buf *out)
{
    if (from->kind != to->kind)
        return ERR_ARGUMENT;
    struct passage p = { .from = from, .to = to, .sequence = sequence };
    p.arena = arena_create();
    subsample_map_init(&p.map);
    enum err err = moof_samples_read(p.arena, reader_of(fragment, n), from->frame_ticks, &p.moof);
    if (err == OK && cipher_protection(from) == NULL)
        err = write_passage(&p, false, out);
    else if (err == OK)
        err = write_unveiled(&p, out);
    subsample_map_finish(&p.map);
    arena_destroy(&p.arena);
    return err;
}
