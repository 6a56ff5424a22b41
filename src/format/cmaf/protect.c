#include "format/cmaf/protect.h"

const char *cmaf_scheme_name(enum cmaf_scheme scheme)
{
    static const char *const names[] = {
        [CMAF_CLEAR] = "", [CMAF_CBCS] = "cbcs", [CMAF_CENC] = "cenc"
    };
    return names[scheme];
}

enum err cmaf_reprotect(const struct cmaf_track *from, const struct cmaf_track *to,
                        uint32_t sequence, const uint8_t *fragment, size_t n, struct buf *out)
{
    (void)from, (void)to, (void)sequence, (void)fragment, (void)n, (void)out;
    return ERR_UNSUPPORTED;
}
