#include "service/licence/request.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "driver/json/reader.h"

enum { KID_BASE64 = 22, KID_HEX = 32 }; /* characters */

static enum err read_base64(const char *text, size_t n, uint8_t out[REQUEST_KID])
{
    size_t size = 0;
    if (n != KID_BASE64)
        return ERR_MALFORMED;
    enum err err = text_base64url_decode(text, n, out, REQUEST_KID, &size);
    return err == OK && size == REQUEST_KID ? OK : ERR_MALFORMED;
}

enum err request_kid(const char *text, size_t n, uint8_t out[REQUEST_KID])
{
    if (n != KID_HEX)
        return read_base64(text, n, out);
    for (size_t i = 0; i < REQUEST_KID; i++) {
        int high = text_hex_digit(text[2 * i]), low = text_hex_digit(text[2 * i + 1]);
        if (high < 0 || low < 0)
            return ERR_MALFORMED;
        out[i] = (uint8_t)(high * 16 + low);
    }
    return OK;
}

static bool has(const struct request_kids *kids, const uint8_t kid[REQUEST_KID])
{
    for (size_t i = 0; i < kids->n; i++)
        if (memcmp(kids->kids[i], kid, REQUEST_KID) == 0)
            return true;
    return false;
}

static void read_kids(struct json_reader *in, struct request_kids *out)
{
    struct json_list list;
    if (!json_read_list(in, "kids", JSON_REQUIRED, REQUEST_KIDS_MAX, &list))
        return;
    if (list.n == 0)
        json_read_wrong(in, "kids", "must name a key");
    for (size_t i = 0; i < list.n; i++) {
        uint8_t kid[REQUEST_KID];
        const char *text = json_read_list_text(&list, i, 1, KID_BASE64);
        if (text == NULL)
            return;
        if (read_base64(text, strlen(text), kid) != OK)
            json_read_wrong(in, "kids", "must be key ids of 16 bytes in base64url");
        else if (!has(out, kid))
            memcpy(out->kids[out->n++], kid, REQUEST_KID);
    }
}

static enum err read_document(const struct json_document *document, struct json_fault *fault,
                              struct request_kids *out)
{
    struct json_reader in = json_reader_of(document, fault);
    read_kids(&in, out);
    const char *type = json_read_text(&in, "type", JSON_OPTIONAL, 1, 32);
    json_read_end(&in);
    if (json_read_failed(&in))
        return ERR_MALFORMED;
    return type == NULL || strcmp(type, "temporary") == 0 ? OK : ERR_UNSUPPORTED;
}

enum err request_read(const void *bytes, size_t n, struct request_kids *out, char why[REQUEST_WHY])
{
    struct json_document *document = NULL;
    struct json_fault fault = { 0 };
    *out = (struct request_kids){ 0 };
    why[0] = 0;
    if (n > REQUEST_MAX)
        return ERR_FULL;
    enum err err = json_document_read(n > 0 ? bytes : "", n, &document, &fault);
    if (err == OK)
        err = read_document(document, &fault, out);
    json_document_destroy(&document);
    if (fault.field[0] != 0)
        snprintf(why, REQUEST_WHY, "%.32s: %.150s", fault.field, fault.text);
    else
        snprintf(why, REQUEST_WHY, "%.180s", fault.text);
    return err;
}
