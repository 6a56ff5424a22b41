/* Manifests of strangers, for their seek pictures. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "box/tiles/tiles.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct tiles t;
    struct tile one;
    if (tiles_read((const char *)data, size, "http://a/b/c.mpd", &t) != OK)
        return 0;
    assert(t.columns > 0 && t.rows > 0 && t.sheet_seconds > 0);
    for (double at = 0; at < 10000; at += 997) {
        if (!tiles_at(&t, at, &one))
            continue;
        assert(strncmp(one.address, "http://a/b/", 11) == 0);
        assert(one.x >= 0 && one.x + one.width <= t.sheet_width);
        assert(one.y >= 0 && one.y + one.height <= t.sheet_height);
    }
    return 0;
}
