/* Any bytes as metadata: reading ends, what it gives keeps its promises, and faults say why. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/text.h"
#include "format/mec/mec.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_title(const struct mec_title *t)
{
    for (size_t i = 0; i < t->n_texts; i++)
        assert(text_is_language(t->texts[i].language, strlen(t->texts[i].language)));
    for (size_t i = 0; i < t->n_people; i++)
        assert(t->people[i].name != NULL && t->people[i].job != NULL);
    for (size_t i = 0; i < t->n_ratings; i++)
        assert(t->ratings[i].system != NULL && t->ratings[i].value != NULL);
    for (size_t i = 0; i < t->n_countries; i++)
        assert(text_is_territory(t->countries[i], strlen(t->countries[i])));
    for (size_t i = 0; i < t->n_releases; i++)
        assert(t->releases[i].type != NULL);
    for (size_t i = 0; i < t->n_parents; i++)
        assert(t->parents[i].content_id != NULL);
    assert(t->year >= 0 && t->year <= 9999 && t->run_seconds >= 0 && t->sequence >= -1);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena = arena_create();
    struct mec_file file;
    enum err err = mec_read(arena, data, size, &file);
    assert(err == OK || (file.n_faults > 0 && file.faults[0].what != NULL));
    for (size_t i = 0; err == OK && i < file.n_titles; i++)
        check_title(&file.titles[i]);
    arena_destroy(&arena);
    return 0;
}
