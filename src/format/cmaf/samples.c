/* Every sample of a fragment, from however many runs. */
#include "format/cmaf/box.h"
#include "format/cmaf/moof.h"

enum { NON_SYNC = 0x10000 };

enum {
    DATA_OFFSET = 0x1,
    FIRST_FLAGS = 0x4,
    DURATION = 0x100,
    SIZE = 0x200,
    FLAGS = 0x400,
    CTS = 0x800
};

struct walk {
    struct moof_samples *out;
    struct moof_defaults defaults;
    uint64_t at;    /* of the next sample, from the first byte of the moof */
    uint64_t total; /* bytes of samples: runs that share their data could make any number of them */
};

struct run {
    struct reader r;
    uint8_t version;
    uint32_t flags, samples, first_flags;
};

/* Sets walk->at to where the run's data begins. */
static enum err open_run(struct walk *w, struct reader body, struct run *run)
{
    *run = (struct run){ .r = body };
    run->version = box_version(&run->r, &run->flags);
    run->samples = read_u32(&run->r);
    bool is_placed = (run->flags & DATA_OFFSET) != 0;
    uint32_t at = is_placed ? read_u32(&run->r) : 0;
    run->first_flags = (run->flags & FIRST_FLAGS) != 0 ? read_u32(&run->r) : 0;
    if (run->r.failed)
        return ERR_MALFORMED;
    if ((!is_placed && w->at == 0) || at > INT32_MAX)
        return ERR_UNSUPPORTED;
    w->at = is_placed ? at : w->at;
    return OK;
}

static enum err take_sample(struct walk *w, struct run *run, uint32_t i, struct cmaf_sample *out)
{
    struct reader *r = &run->r;
    const struct moof_defaults *d = &w->defaults;
    out->duration = (run->flags & DURATION) != 0 ? read_u32(r) : d->duration;
    out->size = (run->flags & SIZE) != 0 ? read_u32(r) : d->size;
    uint32_t flags = (run->flags & FLAGS) != 0 ? read_u32(r) : d->flags;
    uint32_t cts = (run->flags & CTS) != 0 ? read_u32(r) : 0;
    if (i == 0 && (run->flags & FIRST_FLAGS) != 0)
        flags = run->first_flags;
    if (r->failed || (run->version == 0 && cts > INT32_MAX))
        return ERR_MALFORMED;
    if (out->size == 0 || out->duration == 0)
        return ERR_UNSUPPORTED; /* said in moov, or nothing to encrypt */
    out->cts_offset = (int32_t)cts;
    out->sync = (flags & NON_SYNC) == 0;
    size_t left = read_left(&w->out->bytes);
    w->total += out->size;
    if (w->at > left || out->size > left - w->at)
        return ERR_TRUNCATED;
    if (w->total > left)
        return ERR_MALFORMED;
    out->data = w->out->bytes.at + w->at;
    w->at += out->size;
    return OK;
}

/* Counted before anything is allocated: a run without rows can claim any number. */
static enum err count_samples(struct moof_samples *out)
{
    struct reader r = out->traf;
    struct box box;
    uint64_t n = 0;
    while (box_next(&r, &box)) {
        if (box.type != BOX_TYPE('t', 'r', 'u', 'n'))
            continue;
        read_skip(&box.body, 4);
        n += read_u32(&box.body);
        if (n > MOOF_SAMPLES_MAX)
            return ERR_FULL;
    }
    out->n = (size_t)n;
    return r.failed || n == 0 ? ERR_MALFORMED : OK;
}

static enum err take_runs(struct walk *w)
{
    struct reader r = w->out->traf;
    struct cmaf_sample *sample = w->out->samples;
    struct box box;
    struct run run;
    enum err err = OK;
    while (err == OK && box_next(&r, &box)) {
        if (box.type != BOX_TYPE('t', 'r', 'u', 'n'))
            continue;
        err = open_run(w, box.body, &run);
        for (uint32_t i = 0; err == OK && i < run.samples; i++)
            err = take_sample(w, &run, i, sample++);
    }
    return err;
}

/* The only one of its kind. */
static enum err find_traf(struct reader moof, struct reader *traf)
{
    struct box box;
    size_t n = 0;
    while (box_next(&moof, &box)) {
        if (box.type == BOX_TYPE('t', 'r', 'a', 'f') && n++ == 0)
            *traf = box.body;
    }
    if (moof.failed || n == 0)
        return ERR_MALFORMED;
    return n == 1 ? OK : ERR_UNSUPPORTED;
}

static enum err read_times(struct reader moof, struct moof_samples *out)
{
    struct reader mfhd, tfdt;
    uint32_t flags = 0;
    if (box_find(moof, BOX_TYPE('m', 'f', 'h', 'd'), &mfhd) != OK ||
        box_find(out->traf, BOX_TYPE('t', 'f', 'd', 't'), &tfdt) != OK)
        return ERR_MALFORMED;
    read_skip(&mfhd, 4);
    out->sequence = read_u32(&mfhd);
    out->base = box_version(&tfdt, &flags) != 0 ? read_u64(&tfdt) : read_u32(&tfdt);
    return mfhd.failed || tfdt.failed ? ERR_MALFORMED : OK;
}

/* Steps to the moof and into it. */
static enum err find_moof(struct reader fragment, struct reader *bytes, struct reader *moof)
{
    struct box box;
    for (*bytes = fragment; box_next(&fragment, &box); *bytes = fragment) {
        *moof = box.body;
        if (box.type == BOX_TYPE('m', 'o', 'o', 'f'))
            return OK;
        if (box.type == BOX_TYPE('m', 'd', 'a', 't'))
            return ERR_MALFORMED;
    }
    return fragment.failed ? ERR_TRUNCATED : ERR_MALFORMED;
}

enum err moof_samples_read(struct arena *arena, struct reader fragment, uint32_t duration,
                           struct moof_samples *out)
{
    struct reader moof;
    struct walk walk = { .out = out };
    *out = (struct moof_samples){ 0 };
    enum err err = find_moof(fragment, &out->bytes, &moof);
    if (err == OK)
        err = find_traf(moof, &out->traf);
    if (err == OK)
        err = read_times(moof, out);
    if (err == OK)
        err = moof_defaults_read(out->traf, &walk.defaults);
    if (err == OK)
        err = count_samples(out);
    if (err != OK)
        return err;
    if (walk.defaults.duration == 0)
        walk.defaults.duration = duration;
    out->samples = ARENA_ARRAY(arena, struct cmaf_sample, out->n);
    return take_runs(&walk);
}
