#include "format/cmaf/moof.h"

#include "format/cmaf/box.h"
#include "format/cmaf/index.h"

enum { NON_SYNC = 0x10000 };

enum err moof_defaults_read(struct reader traf, struct moof_defaults *out)
{
    struct reader r;
    uint32_t flags = 0;
    *out = (struct moof_defaults){ 0 };
    if (box_find(traf, BOX_TYPE('t', 'f', 'h', 'd'), &r) != OK)
        return ERR_MALFORMED;
    box_version(&r, &flags);
    read_skip(&r, 4);
    if ((flags & 0x1) != 0 || (flags & 0x20000) == 0)
        return ERR_UNSUPPORTED; /* data counted from elsewhere than this moof */
    if ((flags & 0x2) != 0)
        read_skip(&r, 4);
    if ((flags & 0x8) != 0)
        out->duration = read_u32(&r);
    if ((flags & 0x10) != 0)
        out->size = read_u32(&r);
    if ((flags & 0x20) != 0)
        out->flags = read_u32(&r);
    return r.failed ? ERR_MALFORMED : OK;
}

/* Flags of trun. */
enum {
    DATA_OFFSET = 0x1,
    FIRST_FLAGS = 0x4,
    DURATION = 0x100,
    SIZE = 0x200,
    FLAGS = 0x400,
    CTS = 0x800,
};

struct run {
    uint32_t flags, samples, first_flags;
    size_t row; /* bytes a sample */
};

/* Reads up to the rows and checks that they are all there. */
static enum err read_run(struct reader *r, const struct moof_defaults *d, struct run *run,
                         struct moof_facts *out)
{
    box_version(r, &run->flags);
    run->samples = read_u32(r);
    uint32_t data_at = (run->flags & DATA_OFFSET) != 0 ? read_u32(r) : 0;
    run->first_flags = (run->flags & FIRST_FLAGS) != 0 ? read_u32(r) : d->flags;
    run->row = 0;
    for (uint32_t bit = DURATION; bit <= CTS; bit <<= 1)
        run->row += (run->flags & bit) != 0 ? 4 : 0;
    if (r->failed || run->samples == 0)
        return ERR_MALFORMED;
    if (run->row != 0 && run->samples > read_left(r) / run->row)
        return ERR_MALFORMED;
    if (data_at < out->size || data_at > INT32_MAX)
        return ERR_UNSUPPORTED;
    out->data_at = data_at;
    return OK;
}

static void read_rows(struct reader *r, const struct moof_defaults *d, const struct run *run,
                      struct moof_facts *out)
{
    uint32_t first_flags = run->first_flags;
    bool listed = (run->flags & DURATION) != 0;
    out->samples = run->samples;
    out->first_size = d->size;
    out->duration = listed ? 0 : (uint64_t)d->duration * run->samples;
    for (uint32_t i = 0; run->row != 0 && i < run->samples; i++) {
        out->duration += listed ? read_u32(r) : 0;
        uint32_t size = (run->flags & SIZE) != 0 ? read_u32(r) : d->size;
        uint32_t flags = (run->flags & FLAGS) != 0 ? read_u32(r) : d->flags;
        read_skip(r, (run->flags & CTS) != 0 ? 4 : 0);
        if (i > 0)
            continue;
        out->first_size = size;
        if ((run->flags & FIRST_FLAGS) == 0)
            first_flags = flags;
    }
    out->key = (first_flags & NON_SYNC) == 0;
}

static enum err read_trun(struct reader traf, const struct moof_defaults *d, struct moof_facts *out)
{
    struct reader r;
    struct run run;
    if (box_find(traf, BOX_TYPE('t', 'r', 'u', 'n'), &r) != OK)
        return ERR_MALFORMED;
    enum err err = read_run(&r, d, &run, out);
    if (err == OK)
        read_rows(&r, d, &run, out);
    return err;
}

enum err moof_read(struct reader bytes, struct moof_facts *out)
{
    uint32_t type = 0;
    uint64_t size = 0;
    size_t header = 0;
    struct box moof;
    struct reader traf;
    struct moof_defaults defaults;
    *out = (struct moof_facts){ 0 };
    if (!box_peek(&bytes, &type, &header, &size))
        return ERR_TRUNCATED;
    if (type != BOX_TYPE('m', 'o', 'o', 'f') || size < header || size > CMAF_HEAD_MAX)
        return ERR_MALFORMED;
    if (!box_next(&bytes, &moof))
        return ERR_TRUNCATED;
    out->size = (uint32_t)size;
    enum err err = box_find(moof.body, BOX_TYPE('t', 'r', 'a', 'f'), &traf);
    if (err == OK)
        err = moof_defaults_read(traf, &defaults);
    if (err == OK)
        err = read_trun(traf, &defaults, out);
    return err == ERR_NOT_FOUND ? ERR_MALFORMED : err;
}
