#include "format/avails/package.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zip.h>

struct package {
    struct reading *r;
    zip_t *zip;
    uint64_t unpacked; /* of all parts that were read */
};

enum { RATIO_FREE = 1024 * 1024 };

static uint64_t little(const uint8_t *p, size_t n)
{
    uint64_t v = 0;
    while (n-- > 0)
        v = v << 8 | p[n];
    return v;
}

/* How many entries an end of the central directory claims (APPNOTE 4.3.16, 4.3.14). */
static uint64_t claim_at(const uint8_t *bytes, size_t n, size_t end)
{
    enum { LOCATOR = 20, END64 = 56 };
    uint64_t entries = little(bytes + end + 10, 2);
    if (entries != 0xffff || end < LOCATOR || memcmp(bytes + end - LOCATOR, "PK\6\7", 4) != 0)
        return entries;
    uint64_t at = little(bytes + end - LOCATOR + 8, 8);
    if (at > n || n - at < END64 || memcmp(bytes + at, "PK\6\6", 4) != 0)
        return entries;
    return little(bytes + at + 32, 8);
}

/* The greatest claim, so that a directory of millions is not read at all, even behind a small one
 * that lies in the comment. UINT64_MAX: there is no end. */
static uint64_t entries_claimed(const uint8_t *bytes, size_t n)
{
    enum { END = 22, COMMENT_MAX = 0xffff };
    uint64_t most = UINT64_MAX;
    for (size_t back = END; back <= n && back <= END + COMMENT_MAX; back++) {
        if (memcmp(bytes + n - back, "PK\5\6", 4) != 0)
            continue;
        uint64_t claim = claim_at(bytes, n, n - back);
        most = most == UINT64_MAX || claim > most ? claim : most;
    }
    return most;
}

static enum err check_entry(struct reading *r, const zip_stat_t *s)
{
    const char *name = s->name == NULL ? "" : quoted(r, s->name);
    if ((s->valid & ZIP_STAT_SIZE) == 0 || (s->valid & ZIP_STAT_COMP_SIZE) == 0)
        return OK;
    if (s->size > AVAILS_UNPACKED_MAX)
        return reading_stop(r, ERR_FULL, "zip", "its part %s claims %llu MiB (at most %d)", name,
                            (unsigned long long)(s->size / 1024 / 1024),
                            AVAILS_UNPACKED_MAX / 1024 / 1024);
    if (s->size > RATIO_FREE && (s->size - RATIO_FREE) / AVAILS_RATIO_MAX > s->comp_size)
        return reading_stop(r, ERR_FULL, "zip",
                            "its part %s claims to be more than %d times what it is packed", name,
                            AVAILS_RATIO_MAX);
    return OK;
}

static enum err check_entries(struct package *p)
{
    zip_int64_t n = zip_get_num_entries(p->zip, 0);
    for (zip_int64_t i = 0; i < n && p->r->err == OK; i++) {
        zip_stat_t s;
        if (zip_stat_index(p->zip, (zip_uint64_t)i, 0, &s) == 0)
            (void)check_entry(p->r, &s);
    }
    return p->r->err;
}

struct package *package_open(struct reading *r, const void *bytes, size_t n)
{
    zip_error_t error;
    uint64_t claimed = entries_claimed(bytes, n);
    if (claimed > PACKAGE_ENTRIES_MAX) {
        if (claimed == UINT64_MAX)
            (void)reading_stop(r, ERR_MALFORMED, "zip", "no zip, or cut off before its end");
        else
            (void)reading_stop(r, ERR_FULL, "zip", "it claims %llu parts (at most %d)",
                               (unsigned long long)claimed, PACKAGE_ENTRIES_MAX);
        return NULL;
    }
    struct package *p = calloc(1, sizeof *p);
    if (p == NULL)
        abort();
    p->r = r;
    zip_error_init(&error);
    zip_source_t *source = zip_source_buffer_create(bytes, n, 0, &error);
    if (source != NULL)
        p->zip = zip_open_from_source(source, ZIP_RDONLY, &error);
    if (p->zip == NULL) {
        (void)reading_stop(r, ERR_MALFORMED, "zip", "the zip cannot be read: %s",
                           zip_error_strerror(&error));
        zip_source_free(source);
    }
    zip_error_fini(&error);
    if (p->zip == NULL || check_entries(p) != OK)
        package_close(&p);
    return p;
}

void package_close(struct package **p)
{
    if (*p == NULL)
        return;
    if ((*p)->zip != NULL)
        zip_discard((*p)->zip);
    free(*p);
    *p = NULL;
}

/* Names in a package do not tell capitals (ECMA-376 part 2, 6.2.2.3). */
static zip_int64_t locate(const struct package *p, const char *name)
{
    zip_int64_t at = zip_name_locate(p->zip, name, 0);
    return at >= 0 ? at : zip_name_locate(p->zip, name, ZIP_FL_NOCASE);
}

static enum err check_read(struct package *p, const char *name, uint64_t got, uint64_t packed)
{
    if (p->unpacked > AVAILS_UNPACKED_MAX)
        return reading_stop(p->r, ERR_FULL, "zip", "its parts unpack to more than %d MiB",
                            AVAILS_UNPACKED_MAX / 1024 / 1024);
    if (got > RATIO_FREE && (got - RATIO_FREE) / AVAILS_RATIO_MAX > packed)
        return reading_stop(p->r, ERR_FULL, "zip",
                            "its part %s unpacks to more than %d times what it is packed",
                            quoted(p->r, name), AVAILS_RATIO_MAX);
    return OK;
}

static enum err part_failed(struct package *p, const char *name, const char *why)
{
    return reading_stop(p->r, ERR_MALFORMED, "zip", "its part %s cannot be read: %s",
                        quoted(p->r, name), why);
}

static enum err feed_part(struct package *p, zip_file_t *file, const char *name, uint64_t packed,
                          struct xml *x)
{
    enum { PIECE = 64 * 1024 };
    struct buf piece;
    uint64_t got = 0;
    buf_init(&piece, PIECE);
    uint8_t *bytes = buf_grow(&piece, PIECE);
    if (bytes == NULL)
        abort();
    while (p->r->err == OK && !xml_is_stopped(x)) {
        zip_int64_t n = zip_fread(file, bytes, PIECE);
        if (n < 0)
            (void)part_failed(p, name, zip_file_strerror(file));
        if (n <= 0)
            break;
        got += (uint64_t)n;
        p->unpacked += (uint64_t)n;
        if (check_read(p, name, got, packed) == OK && xml_feed(x, bytes, (size_t)n) != OK)
            break;
    }
    buf_finish(&piece);
    return p->r->err;
}

enum err package_parse(struct package *p, const char *name, const struct xml_sink *sink,
                       struct xml **x)
{
    zip_stat_t s;
    zip_int64_t at = locate(p, name);
    if (at < 0 || zip_stat_index(p->zip, (zip_uint64_t)at, 0, &s) != 0)
        return ERR_NOT_FOUND;
    zip_file_t *file = zip_fopen_index(p->zip, (zip_uint64_t)at, 0);
    if (file == NULL)
        return part_failed(p, name, zip_strerror(p->zip));
    *x = xml_create(sink);
    (void)feed_part(p, file, name, s.comp_size, *x);
    enum err err = p->r->err == OK ? xml_end(*x) : OK;
    if (err != OK)
        (void)reading_stop(p->r, err, "xml", "%s, line %u: %s", quoted(p->r, name),
                           (unsigned)xml_line(*x), xml_why(*x));
    xml_destroy(x);
    zip_fclose(file);
    return p->r->err;
}
