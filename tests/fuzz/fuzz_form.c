/* What comes out of a form is JSON that the reader takes, or holds one name twice. */
#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "driver/json/reader.h"
#include "format/form/form.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    struct buf out;
    buf_init(&out, 6 * n + 64 * 16);
    enum err err = form_to_json((const char *)bytes, n, &out);
    assert(err == OK || err == ERR_MALFORMED);
    assert(err == OK || out.size == 0);
    if (err == OK) {
        struct json_document *document;
        struct json_fault fault;
        enum err read = json_document_read(buf_string(&out), out.size, &document, &fault);
        assert(read == OK || strstr(fault.text, "not JSON") != NULL);
        json_document_destroy(&document);
    }
    buf_finish(&out);
    return 0;
}
