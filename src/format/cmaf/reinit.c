/* An init segment under another protection, box by box. */
#include <string.h>

#include "format/cmaf/box.h"
#include "format/cmaf/cipher.h"
#include "format/cmaf/init_read.h"
#include "format/cmaf/protect.h"
#include "format/cmaf/sinf.h"

enum { VISUAL_ENTRY = 78, SOUND_ENTRY = 28, STSD = 8 }; /* bytes in front of the boxes inside */

static enum err find_moov(const uint8_t *init, size_t n, struct reader *moov)
{
    enum err err = box_find(reader_of(init, n), BOX_TYPE('m', 'o', 'o', 'v'), moov);
    return err == OK ? OK : err == ERR_NOT_FOUND ? ERR_MALFORMED : ERR_TRUNCATED;
}

enum err cmaf_track_read(const uint8_t *init, size_t n, struct cmaf_track *out)
{
    struct cmaf_index index = { .kind = CMAF_VIDEO };
    struct init read = { .out = &index };
    enum err err = find_moov(init, n, &read.moov);
    if (err == OK)
        err = init_read(&read);
    if (err != OK)
        return err;
    *out = (struct cmaf_track){ .kind = index.kind,
                                .timescale = index.timescale,
                                .config = read.config.at,
                                .config_size = read_left(&read.config),
                                .width = index.width,
                                .height = index.height,
                                .par_num = index.par_num,
                                .par_den = index.par_den,
                                .primaries = index.primaries,
                                .transfer = index.transfer,
                                .matrix = index.matrix,
                                .frame_ticks = read.frame_ticks,
                                .sample_rate = index.sample_rate,
                                .channels = index.channels };
    memcpy(out->sample_entry, index.kind == CMAF_VIDEO ? "avc1" : "mp4a", 5);
    return OK;
}

static void put_box(struct buf *out, const struct box *box)
{
    size_t body = read_left(&box->body);
    buf_put(out, box->body.at - (box->size - body), (size_t)box->size);
}

static void put_entry(struct buf *out, const struct cmaf_track *track, struct reader r)
{
    bool is_video = track->kind == CMAF_VIDEO, is_closed = cipher_protection(track) != NULL;
    size_t fixed = is_video ? VISUAL_ENTRY : SOUND_ENTRY;
    size_t at = box_open(out, !is_closed ? track->sample_entry : is_video ? "encv" : "enca");
    struct box box;
    buf_put(out, read_bytes(&r, fixed), fixed);
    while (box_next(&r, &box)) {
        if (box.type != BOX_TYPE('s', 'i', 'n', 'f'))
            put_box(out, &box);
    }
    sinf_put(out, track);
    box_close(out, at);
}

/* The boxes around the sample entry, from outside. The first of each name has been read before. */
static void put_path(struct buf *out, const struct cmaf_track *track, struct reader r, size_t depth)
{
    static const char path[][5] = { "moov", "trak", "mdia", "minf", "stbl", "stsd" };
    enum { DEPTH = sizeof path / sizeof path[0] };
    const char *name = depth < DEPTH ? path[depth] : "";
    bool is_passed = false;
    struct box box;
    while (box_next(&r, &box)) {
        bool is_on_path =
            depth == DEPTH || box.type == BOX_TYPE(name[0], name[1], name[2], name[3]);
        if (!is_on_path || is_passed) {
            if (depth != 1 || box.type != BOX_TYPE('p', 's', 's', 'h'))
                put_box(out, &box);
            continue;
        }
        is_passed = true;
        if (depth == DEPTH) {
            put_entry(out, track, box.body);
            continue;
        }
        size_t at = box_open(out, name);
        if (depth + 1 == DEPTH)
            buf_put(out, read_bytes(&box.body, STSD), STSD);
        put_path(out, track, box.body, depth + 1);
        if (depth == 0)
            sinf_put_pssh(out, track);
        box_close(out, at);
    }
}

enum err cmaf_reprotect_init(const uint8_t *init, size_t n, const struct cmaf_protection *to,
                             struct buf *out)
{
    struct cmaf_track track;
    enum err err = cmaf_track_read(init, n, &track);
    if (to != NULL && to->n_kids > CMAF_KIDS_MAX)
        return ERR_ARGUMENT;
    if (err != OK || out->err != OK)
        return err != OK ? err : out->err;
    size_t start = out->size;
    track.protection = to;
    put_path(out, &track, reader_of(init, n), 0);
    return box_settle(out, start);
}
