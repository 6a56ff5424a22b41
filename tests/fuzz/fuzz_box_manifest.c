/* Manifests of anybody's: what is made of one is one again, in which nothing is left to do. */
#include <assert.h>
#include <string.h>

#include "box/play/manifest.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

static void check(const struct manifest *m)
{
    assert(m->text.err == OK && m->text.size > 0);
    assert(m->n_renditions > 0 && m->n_sounds <= m->n_renditions);
    for (size_t i = 0; i < m->n_renditions; i++)
        assert(memchr(m->renditions[i].id, 0, MANIFEST_ID) != NULL);
    for (size_t i = 0; i < m->n_sounds; i++)
        assert(memchr(m->sounds[i].track.label, 0, sizeof m->sounds[i].track.label) != NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    static struct manifest first, again;
    const struct manifest_wish wish = { .address = "https://h.example/m/P/E/manifest.mpd",
                                        .lines_max = n % 2 == 0 ? 720 : 0,
                                        .rate_max = n % 3 == 0 ? 1000000 : 0,
                                        .audio = n % 5 == 0 ? "fr" : NULL };
    manifest_init(&first);
    manifest_init(&again);
    if (manifest_read((const char *)bytes, n, &wish, &first) == OK) {
        check(&first);
        enum err err = manifest_read((const char *)first.text.data, first.text.size, &wish, &again);
        assert(err == OK && again.n_kids == 0 && again.n_captions == 0);
        assert(again.n_renditions == first.n_renditions && again.n_sounds == first.n_sounds);
    }
    manifest_finish(&first);
    manifest_finish(&again);
    return 0;
}
