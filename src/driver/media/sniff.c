#include "driver/media/sniff.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/reader.h"
#include "driver/media/seal.h"

enum {
    HEAD = 66 * 1024,   /* an MXF run-in has at most 64 KiB */
    BOXES_MAX = 300000, /* a day in fragments of a second has 172,800 */
    STRANGE_MAX = 64,   /* boxes of unknown type on the outermost level */
    TS_PACKETS = 5,     /* sync bytes in a row that make a transport stream */
};

static enum err read_at(int fd, uint8_t *into, size_t n, int64_t at, size_t *got)
{
    *got = 0;
    while (*got < n) {
        ssize_t done = seal_pread(fd, into + *got, n - *got, at + (int64_t)*got);
        if (done < 0 && errno == EINTR)
            continue;
        if (done < 0)
            return ERR_IO;
        if (done == 0)
            break;
        *got += (size_t)done;
    }
    return OK;
}

#define FOUR(a, b, c, d)                                                                           \
    ((uint32_t)(a) << 24 | (uint32_t)(b) << 16 | (uint32_t)(c) << 8 | (uint32_t)(d))

/* ---- MP4 and MOV ---- */

static const uint32_t outer_boxes[] = {
    FOUR('f', 't', 'y', 'p'), FOUR('m', 'o', 'o', 'v'), FOUR('m', 'd', 'a', 't'),
    FOUR('m', 'o', 'o', 'f'), FOUR('f', 'r', 'e', 'e'), FOUR('s', 'k', 'i', 'p'),
    FOUR('w', 'i', 'd', 'e'), FOUR('s', 't', 'y', 'p'), FOUR('s', 'i', 'd', 'x'),
    FOUR('u', 'u', 'i', 'd'), FOUR('p', 'n', 'o', 't'), FOUR('m', 'f', 'r', 'a'),
    FOUR('u', 'd', 't', 'a'), FOUR('m', 'e', 't', 'a'), FOUR('p', 'r', 'f', 't'),
    FOUR('e', 'm', 's', 'g'), FOUR('p', 'd', 'i', 'n'), FOUR('s', 's', 'i', 'x'),
    FOUR('P', 'I', 'C', 'T'), FOUR('i', 'm', 'd', 'a'), FOUR('m', 'e', 'c', 'o'),
};

static bool is_outer_box(uint32_t type)
{
    for (size_t i = 0; i < sizeof outer_boxes / sizeof outer_boxes[0]; i++)
        if (outer_boxes[i] == type)
            return true;
    return false;
}

struct outer_box {
    uint32_t type;
    uint64_t size; /* of the whole box; 0: to the end */
    uint64_t head;
};

static enum err box_at(int fd, int64_t at, struct outer_box *out)
{
    uint8_t bytes[16];
    size_t got = 0;
    enum err err = read_at(fd, bytes, sizeof bytes, at, &got);
    struct reader r = reader_of(bytes, got);
    out->size = read_u32(&r);
    out->type = read_u32(&r);
    out->head = 8;
    if (out->size == 1) {
        out->size = read_u64(&r);
        out->head = 16;
    }
    return err;
}

/* ISO/IEC 14496-12 8.2.2, read here because libav drops a claim that its tracks do not bear out. */
static int64_t movie_claim(int fd, int64_t at, int64_t end)
{
    uint8_t bytes[40];
    size_t got = 0;
    for (unsigned i = 0; i < 64 && end - at >= 8; i++) {
        struct outer_box box;
        if (box_at(fd, at, &box) != OK || box.size < box.head || box.size > (uint64_t)(end - at))
            return 0;
        if (box.type == FOUR('m', 'v', 'h', 'd'))
            break;
        at += (int64_t)box.size;
    }
    if (end - at < 8 || read_at(fd, bytes, sizeof bytes, at, &got) != OK)
        return 0;
    struct reader r = reader_of(bytes, got);
    read_skip(&r, 8);
    bool wide = read_u8(&r) == 1;
    read_skip(&r, wide ? 19 : 11);
    uint32_t scale = read_u32(&r);
    uint64_t duration = wide ? read_u64(&r) : read_u32(&r);
    bool unknown = duration == (wide ? UINT64_MAX : UINT32_MAX);
    if (r.failed || scale == 0 || unknown || duration / scale > INT64_MAX / 2000000)
        return 0;
    return (int64_t)(duration / scale);
}

static enum err walk_boxes(int fd, struct sniff *s)
{
    unsigned strange = 0, boxes = 0;
    int64_t at = 0;
    while (s->size - at >= 8) {
        struct outer_box box;
        enum err err = box_at(fd, at, &box);
        if (err != OK)
            return err;
        bool known = is_outer_box(box.type);
        strange += !known;
        if (++boxes > BOXES_MAX || strange > STRANGE_MAX ||
            (box.size != 0 && box.size < box.head)) {
            /* Bytes after the last box are no fault that would show. */
            s->is_absurd = known || !s->has_index || strange > STRANGE_MAX;
            s->where = at;
            return OK;
        }
        if (box.type == FOUR('m', 'o', 'o', 'v'))
            s->has_index = true;
        uint64_t left = (uint64_t)(s->size - at);
        if (box.type == FOUR('m', 'o', 'o', 'v'))
            s->claims_s =
                movie_claim(fd, at + (int64_t)box.head,
                            box.size == 0 || box.size > left ? s->size : at + (int64_t)box.size);
        if (box.size == 0)
            return OK;
        if (box.size > left) {
            if (known)
                s->missing = box.size - left > INT64_MAX ? INT64_MAX : (int64_t)(box.size - left);
            return OK;
        }
        at += (int64_t)box.size;
    }
    return OK;
}

/* ---- the others ---- */

static uint64_t read_vint(struct reader *r, bool *unknown)
{
    uint8_t first = read_u8(r);
    unsigned more = 0;
    while (more < 8 && (first & (0x80 >> more)) == 0)
        more++;
    if (more == 8) {
        r->failed = true;
        return 0;
    }
    uint64_t v = first & (0x7fu >> more), ones = 0x7fu >> more;
    for (unsigned i = 0; i < more; i++) {
        v = v << 8 | read_u8(r);
        ones = ones << 8 | 0xff;
    }
    *unknown = v == ones;
    return v;
}

/* The segment's size, when it says one, must be there. */
static void look_at_ebml(struct reader r, struct sniff *s)
{
    bool unknown = false;
    const uint8_t *start = r.at;
    read_skip(&r, 4);
    uint64_t head = read_vint(&r, &unknown);
    if (r.failed || unknown || head > read_left(&r))
        return;
    const uint8_t *body = read_bytes(&r, head);
    if (memmem(body, head, "matroska", 8) == NULL && memmem(body, head, "webm", 4) == NULL)
        return;
    s->kind = SNIFF_MATROSKA;
    if (read_u32(&r) != 0x18538067)
        return;
    uint64_t size = read_vint(&r, &unknown);
    uint64_t left = (uint64_t)(s->size - (r.at - start));
    if (!r.failed && !unknown && size > left)
        s->missing = size - left > INT64_MAX ? INT64_MAX : (int64_t)(size - left);
}

/* SMPTE ST 377-1 6.2 and 7.1: a partition pack, which says where the last partition begins. */
static bool look_at_mxf(struct reader r, struct sniff *s)
{
    static const uint8_t key[] = { 0x06, 0x0e, 0x2b, 0x34, 0x02, 0x05, 0x01,
                                   0x01, 0x0d, 0x01, 0x02, 0x01, 0x01, 0x02 };
    const uint8_t *found = memmem(r.at, read_left(&r), key, sizeof key);
    if (found == NULL)
        return false;
    int64_t run_in = found - r.at;
    r = reader_of(found, (size_t)(r.end - found));
    read_skip(&r, 16);
    uint8_t length = read_u8(&r);
    if (length & 0x80)
        read_skip(&r, length & 0x7f);
    read_skip(&r, 8 + 16);
    uint64_t footer = read_u64(&r);
    s->kind = SNIFF_MXF;
    uint64_t left = (uint64_t)(s->size - run_in);
    if (!r.failed && footer >= left && footer < INT64_MAX)
        s->missing = (int64_t)(footer - left) + 1;
    return true;
}

static bool look_at_ts(const uint8_t *head, size_t n, struct sniff *s)
{
    static const struct {
        size_t packet, sync;
    } shapes[] = { { 188, 0 }, { 192, 4 } };
    for (size_t i = 0; i < sizeof shapes / sizeof shapes[0]; i++) {
        unsigned good = 0;
        while (good < TS_PACKETS && shapes[i].packet * (good + 1) <= n &&
               head[shapes[i].packet * good + shapes[i].sync] == 0x47)
            good++;
        if (good < TS_PACKETS)
            continue;
        int64_t packet = (int64_t)shapes[i].packet, over = s->size % packet;
        s->kind = SNIFF_TS;
        s->missing = over == 0 ? 0 : packet - over;
        return true;
    }
    return false;
}

enum err sniff_file(int fd, struct sniff *out)
{
    static uint8_t head[HEAD];
    struct stat st;
    size_t n = 0;
    *out = (struct sniff){ 0 };
    /* glibc's own fstat goes through a call that takes a path, which the jail does not have. */
    if (syscall(SYS_fstat, fd, &st) != 0)
        return ERR_IO;
    out->size = st.st_size;
    enum err err = read_at(fd, head, sizeof head, 0, &n);
    if (err != OK || n < 8)
        return err;
    struct reader r = reader_of(head, n), first = r;
    uint32_t word = read_u32(&first), type = read_u32(&first);
    if (word == 0x1a45dfa3)
        look_at_ebml(r, out);
    else if (is_outer_box(type))
        out->kind = SNIFF_MP4;
    else if (!look_at_ts(head, n, out))
        (void)look_at_mxf(r, out);
    return out->kind == SNIFF_MP4 ? walk_boxes(fd, out) : OK;
}

const char *sniff_demuxer(enum sniff_kind kind)
{
    static const char *const names[] = { NULL, "mov", "matroska", "mxf", "mpegts" };
    return names[kind];
}

const char *sniff_name(enum sniff_kind kind)
{
    static const char *const names[] = { NULL, "MP4", "Matroska", "MXF", "MPEG-TS" };
    return names[kind];
}
