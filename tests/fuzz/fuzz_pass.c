#include <assert.h>
#include <string.h>

#include "format/pass/pass.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

static const struct pass_key keys[2] = { { .id = 1, .bytes = "one" }, { .id = 2 } };

/* What opens was signed with one of the keys: signing it again gives the same text. */
static void check_opened(const char *text, size_t n, const struct pass *pass)
{
    char again[PASS_TEXT_MAX], id[ID_TEXT];
    bool same = false;
    for (size_t i = 0; i < 2; i++) {
        enum err err = pass_sign(&keys[i], pass, again);
        assert(err == OK);
        same = same || (strlen(again) == n && memcmp(again, text, n) == 0);
    }
    assert(same);
    assert(id_parse(pass->member, strlen(pass->member), id));
    assert(id_parse(pass->playback, strlen(pass->playback), id));
    assert(id_parse(pass->playable, strlen(pass->playable), id));
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    const char *text = (const char *)bytes;
    const utc_time now = { INT64_C(1374523200) * UTC_SECOND };
    struct pass pass;
    enum err err = pass_check(keys, 2, text, n, now, &pass);
    assert(err == OK || err == ERR_MALFORMED || err == ERR_DENIED || err == ERR_EXPIRED);
    if (err == OK || err == ERR_EXPIRED) {
        assert((err == OK) == (now.us < pass.expires.us));
        check_opened(text, n, &pass);
    }
    return 0;
}
