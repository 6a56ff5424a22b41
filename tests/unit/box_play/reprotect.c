/* box_play_reprotect SCHEME KID KEY INIT OUT [SEGMENT OUT]...: a clear track, as a server gives it,
 * under another protection ("cbcs" or "cenc"; KID and KEY are 32 hexadecimal digits). For titles
 * that no service of ours makes. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/reader.h"
#include "format/cmaf/protect.h"

enum { FILE_MAX = 64 * 1024 * 1024 };

static void must(bool is_so, const char *what)
{
    if (is_so)
        return;
    fprintf(stderr, "box_play_reprotect: %s\n", what);
    exit(1);
}

static struct buf read_file(const char *path)
{
    struct buf b;
    uint8_t part[65536];
    size_t n;
    FILE *file = fopen(path, "re");
    must(file != NULL, path);
    buf_init(&b, FILE_MAX);
    while ((n = fread(part, 1, sizeof part, file)) > 0)
        buf_put(&b, part, n);
    fclose(file);
    must(b.err == OK, path);
    return b;
}

static void write_file(const char *path, const struct buf *b)
{
    FILE *file = fopen(path, "we");
    must(file != NULL, path);
    must(fwrite(b->data, 1, b->size, file) == b->size && fclose(file) == 0, path);
}

static void read_hex(const char *text, uint8_t out[16])
{
    static const char digits[] = "0123456789abcdef";
    must(strlen(text) == 32 && strspn(text, digits) == 32, "32 hexadecimal digits");
    for (size_t i = 0; i < 16; i++)
        out[i] = (uint8_t)((strchr(digits, text[2 * i]) - digits) << 4 |
                           (strchr(digits, text[2 * i + 1]) - digits));
}

/* A segment is fragments, one after another: `moof` and `mdat`. */
static void put_segment(const struct cmaf_track *from, const struct cmaf_track *to,
                        const struct buf *segment, uint32_t *sequence, struct buf *out)
{
    size_t start = 0;
    struct reader r = reader_of(segment->data, segment->size);
    while (read_left(&r) > 0) {
        size_t at = segment->size - read_left(&r);
        uint32_t size = read_u32(&r), type = read_u32(&r);
        must(size >= 8, "boxes");
        read_skip(&r, size - 8);
        must(!r.failed, "boxes");
        if (type == 0x6d6f6f66) /* moof */
            start = at;
        else if (type == 0x6d646174) /* mdat */
            must(cmaf_reprotect(from, to, (*sequence)++, segment->data + start, at + size - start,
                                out) == OK,
                 "a fragment");
    }
}

int main(int argc, char **argv)
{
    struct cmaf_protection protection = { .iv = { 3, 1, 4, 1, 5, 9, 2, 6 } };
    struct cmaf_track from, to;
    struct buf out;
    uint32_t sequence = 1;
    must(argc >= 6 && argc % 2 == 0, "SCHEME KID KEY INIT OUT [SEGMENT OUT]...");
    protection.scheme = strcmp(argv[1], "cenc") == 0 ? CMAF_CENC : CMAF_CBCS;
    read_hex(argv[2], protection.kid);
    read_hex(argv[3], protection.key);
    struct buf init = read_file(argv[4]);
    buf_init(&out, FILE_MAX);
    must(cmaf_track_read(init.data, init.size, &from) == OK, "the track");
    must(cmaf_reprotect_init(init.data, init.size, &protection, &out) == OK, "the init segment");
    write_file(argv[5], &out);
    to = from;
    to.protection = &protection;
    protection.track = from.kind == CMAF_VIDEO ? 1 : 2;
    for (int i = 6; i + 1 < argc; i += 2) {
        struct buf segment = read_file(argv[i]);
        buf_clear(&out);
        put_segment(&from, &to, &segment, &sequence, &out);
        write_file(argv[i + 1], &out);
        buf_finish(&segment);
    }
    buf_finish(&init);
    buf_finish(&out);
    return 0;
}
