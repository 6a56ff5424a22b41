#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "service/licence/request.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    struct request_kids kids;
    uint8_t kid[REQUEST_KID];
    char why[REQUEST_WHY];
    enum err err = request_read(bytes, n, &kids, why);
    assert(memchr(why, 0, sizeof why) != NULL);
    if (err == OK)
        assert(kids.n > 0 && kids.n <= REQUEST_KIDS_MAX && n <= REQUEST_MAX);
    for (size_t i = 0; err == OK && i < kids.n; i++)
        for (size_t j = 0; j < i; j++)
            assert(memcmp(kids.kids[i], kids.kids[j], REQUEST_KID) != 0);
    (void)!request_kid((const char *)bytes, n, kid);
    return 0;
}
