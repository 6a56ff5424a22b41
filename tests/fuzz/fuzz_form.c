/* What comes out of a form is one JSON object. */
#include <assert.h>
#include <stdint.h>

#include <jansson.h>

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
        json_t *root = json_loadb(buf_string(&out), out.size, 0, NULL); /* a name may stand twice */
        assert(json_is_object(root));
        json_decref(root);
    }
    buf_finish(&out);
    return 0;
}
