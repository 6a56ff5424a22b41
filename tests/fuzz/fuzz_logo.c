/* What kind of picture a logo is. */
#include <assert.h>

#include "rules/partners/look.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    const char *kind = look_logo_kind(bytes, n);
    assert(kind == NULL || n >= 11); /* as short as a JPEG's frame header can stand */
    return 0;
}
