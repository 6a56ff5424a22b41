#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "base/text.h"
#include "driver/json/reader.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

/* Reads the way the API reads a title: texts, numbers, and lists of objects. */
static void read_all(struct json_reader *o)
{
    struct json_list list;
    int64_t whole;
    double number;
    bool flag;
    const char *text = json_read_text(o, "title", JSON_OPTIONAL, 1, 300);
    assert(text == NULL || (strlen(text) >= 1 && strlen(text) <= 300));
    assert(text == NULL || text_is_utf8(text, strlen(text)));
    if (json_read_whole(o, "year", JSON_OPTIONAL, 1878, 2200, &whole))
        assert(whole >= 1878 && whole <= 2200);
    if (json_read_number(o, "position_seconds", JSON_OPTIONAL, 0, 86400, &number))
        assert(number >= 0 && number <= 86400);
    (void)json_read_bool(o, "finished", JSON_OPTIONAL, &flag);
    if (json_read_list(o, "genres", JSON_OPTIONAL, 10, &list))
        for (size_t i = 0; i < list.n; i++)
            (void)json_read_list_text(&list, i, 1, 32);
    if (!json_read_list(o, "texts", JSON_OPTIONAL, 40, &list))
        return;
    for (size_t i = 0; i < list.n; i++) {
        struct json_reader inner = json_read_list_object(&list, i);
        (void)json_read_text(&inner, "language", JSON_REQUIRED, 2, 35);
        json_read_end(&inner);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    struct json_document *document = NULL;
    struct json_fault fault;
    if (json_document_read(bytes, n, &document, &fault) != OK) {
        assert(document == NULL && fault.text[0] != 0);
        return 0;
    }
    struct json_reader top = json_reader_of(document, &fault);
    read_all(&top);
    json_read_end(&top);
    /* Foreign names reach the answer: they must stay UTF-8 when cut. */
    assert(text_is_utf8(fault.field, strlen(fault.field)));
    json_document_destroy(&document);
    return 0;
}
