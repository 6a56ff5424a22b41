/* An Avails document. */
#include <stddef.h>
#include <stdint.h>

#include "avails_check.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    check_avails(bytes, n);
    return 0;
}
