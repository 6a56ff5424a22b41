#include <string.h>

#include "base/text.h"

#include "format/cpix/cpix.h"

void cpix_uuid_format(const uint8_t id[CPIX_ID], char out[CPIX_UUID_TEXT])
{
    static const char digits[] = "0123456789abcdef";
    size_t at = 0;
    for (size_t i = 0; i < CPIX_ID; i++) {
        if (i == 4 || i == 6 || i == 8 || i == 10)
            out[at++] = '-';
        out[at++] = digits[id[i] >> 4];
        out[at++] = digits[id[i] & 15];
    }
    out[at] = 0;
}

enum err cpix_uuid_parse(const char *text, size_t n, uint8_t out[CPIX_ID])
{
    uint8_t id[CPIX_ID];
    size_t at = 0;
    if (n != CPIX_UUID_TEXT - 1)
        return ERR_MALFORMED;
    for (size_t i = 0; i < CPIX_ID; i++) {
        if ((i == 4 || i == 6 || i == 8 || i == 10) && text[at++] != '-')
            return ERR_MALFORMED;
        int high = text_hex_digit(text[at]), low = text_hex_digit(text[at + 1]);
        if (high < 0 || low < 0)
            return ERR_MALFORMED;
        id[i] = (uint8_t)(high * 16 + low);
        at += 2;
    }
    memcpy(out, id, CPIX_ID);
    return OK;
}

static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

void cpix_put_base64(struct buf *out, const void *bytes, size_t n)
{
    const uint8_t *at = bytes;
    for (size_t i = 0; i < n; i += 3) {
        size_t left = n - i;
        uint32_t v = (uint32_t)at[i] << 16 | (left > 1 ? (uint32_t)at[i + 1] << 8 : 0U) |
                     (left > 2 ? at[i + 2] : 0U);
        buf_u8(out, (uint8_t)letters[v >> 18]);
        buf_u8(out, (uint8_t)letters[(v >> 12) & 63]);
        buf_u8(out, (uint8_t)(left > 1 ? letters[(v >> 6) & 63] : '='));
        buf_u8(out, (uint8_t)(left > 2 ? letters[v & 63] : '='));
    }
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* Four signs to at most three bytes; bits that padding leaves over have to be zero. */
static enum err put_group(uint32_t v, size_t padding, uint8_t *out, size_t room, size_t *size)
{
    if (padding > 2 || (padding > 0 && (v & (padding == 1 ? 0xffU : 0xffffU)) != 0))
        return ERR_MALFORMED;
    if (room - *size < 3 - padding)
        return ERR_FULL;
    for (size_t k = 0; k < 3 - padding; k++)
        out[(*size)++] = (uint8_t)(v >> (16 - 8 * k));
    return OK;
}

enum err cpix_base64_decode(const char *text, size_t n, uint8_t *out, size_t room, size_t *size)
{
    uint32_t v = 0;
    size_t signs = 0, padding = 0;
    enum err err = OK;
    *size = 0;
    for (size_t i = 0; i < n && err == OK; i++) {
        if (is_blank(text[i]))
            continue;
        const char *at = text[i] == 0 ? NULL : strchr(letters, text[i]);
        bool is_padding = text[i] == '=';
        /* behind a padded group there is nothing, inside one nothing but padding */
        if ((at == NULL && !is_padding) || (padding > 0 && (!is_padding || signs == 0)))
            return ERR_MALFORMED;
        padding += is_padding ? 1 : 0;
        v = v << 6 | (is_padding ? 0U : (uint32_t)(at - letters));
        if (++signs < 4)
            continue;
        err = put_group(v, padding, out, room, size);
        v = 0;
        signs = 0;
    }
    return err != OK ? err : signs == 0 ? OK : ERR_MALFORMED;
}
