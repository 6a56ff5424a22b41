/* A workbook. What begins with PK is one as it stands; all else is up to three parts of one (sheet,
 * shared strings, workbook) with a NUL between them, put into a zip here, so that the fuzzer need
 * not find checksums. */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "avails_check.h"
#include "base/buf.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

struct zip_out {
    struct buf parts, directory;
    unsigned n;
};

static uint32_t crc_of(const uint8_t *bytes, size_t n)
{
    uint32_t crc = UINT32_MAX;
    for (size_t i = 0; i < n; i++) {
        crc ^= bytes[i];
        for (int k = 0; k < 8; k++)
            crc = crc >> 1 ^ (UINT32_C(0xedb88320) & (0 - (crc & 1)));
    }
    return ~crc;
}

static void put_little(struct buf *out, uint64_t v, size_t n)
{
    for (size_t i = 0; i < n; i++)
        buf_u8(out, (uint8_t)(v >> (8 * i)));
}

/* What the local header and the directory say alike (APPNOTE 4.3.7, 4.3.12). */
static void put_common(struct buf *out, const char *name, uint32_t crc, size_t n)
{
    put_little(out, 20, 2);
    put_little(out, 0, 8); /* flags, stored, time and day */
    put_little(out, crc, 4);
    put_little(out, (uint32_t)n, 4);
    put_little(out, (uint32_t)n, 4);
    put_little(out, (uint32_t)strlen(name), 2);
    put_little(out, 0, 2);
}

static void put_part(struct zip_out *z, const char *name, const void *bytes, size_t n)
{
    uint32_t crc = crc_of(bytes, n), at = (uint32_t)z->parts.size;
    buf_put(&z->parts, "PK\3\4", 4);
    put_common(&z->parts, name, crc, n);
    buf_text(&z->parts, name);
    if (n > 0)
        buf_put(&z->parts, bytes, n);
    buf_put(&z->directory, "PK\1\2", 4);
    put_little(&z->directory, 20, 2);
    put_common(&z->directory, name, crc, n);
    put_little(&z->directory, 0, 4);
    put_little(&z->directory, 0, 2);
    put_little(&z->directory, 0, 4);
    put_little(&z->directory, at, 4);
    buf_text(&z->directory, name);
    z->n++;
}

static void put_end(struct zip_out *z)
{
    uint32_t at = (uint32_t)z->parts.size, n = (uint32_t)z->directory.size;
    buf_put(&z->parts, z->directory.data, z->directory.size);
    buf_put(&z->parts, "PK\5\6", 4);
    put_little(&z->parts, 0, 4);
    put_little(&z->parts, z->n, 2);
    put_little(&z->parts, z->n, 2);
    put_little(&z->parts, n, 4);
    put_little(&z->parts, at, 4);
    put_little(&z->parts, 0, 2);
}

static const char workbook[] = "<workbook><sheets><sheet name=\"A\" id=\"a\"/></sheets></workbook>";
static const char relations[] =
    "<Relationships><Relationship Id=\"a\" Type=\"x/worksheet\" Target=\"s.xml\"/>"
    "<Relationship Id=\"b\" Type=\"x/sharedStrings\" Target=\"t.xml\"/></Relationships>";

static void check_parts(const uint8_t *bytes, size_t n)
{
    static const char *const names[] = { "xl/s.xml", "xl/t.xml", "xl/workbook.xml" };
    struct zip_out z = { .n = 0 };
    size_t i = 0;
    buf_init(&z.parts, (size_t)1 << 24);
    buf_init(&z.directory, (size_t)1 << 16);
    for (; i < 3 && n > 0; i++) {
        const uint8_t *end = memchr(bytes, 0, n);
        size_t size = end == NULL || i == 2 ? n : (size_t)(end - bytes);
        put_part(&z, names[i], bytes, size);
        bytes += size < n ? size + 1 : size;
        n -= size < n ? size + 1 : size;
    }
    if (i < 2)
        put_part(&z, names[1], "<sst/>", 6);
    if (i < 3)
        put_part(&z, names[2], workbook, sizeof workbook - 1);
    put_part(&z, "xl/_rels/workbook.xml.rels", relations, sizeof relations - 1);
    put_end(&z);
    check_avails(z.parts.data, z.parts.size);
    buf_finish(&z.parts);
    buf_finish(&z.directory);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    if (n >= 2 && memcmp(bytes, "PK", 2) == 0)
        check_avails(bytes, n);
    else if (n > 0)
        check_parts(bytes, n);
    return 0;
}
