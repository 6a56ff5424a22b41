#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "service/launch/launch.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    struct arena *arena = arena_create();
    struct launch_laws_problem why;
    struct law *laws;
    size_t n_laws;
    if (launch_laws_read(arena, bytes, n, &laws, &n_laws, &why) != OK) {
        assert(why.text[0] != 0);
        arena_destroy(&arena);
        return 0;
    }
    for (size_t i = 0; i < n_laws; i++) {
        struct law_problem problem;
        struct rights_block *blocks;
        size_t n_blocks;
        assert(law_validate(&laws[i], &problem) == OK);
        assert(law_blocks(arena, &laws[i], 1, laws[i].territory, zone_named("UTC"), &blocks,
                          &n_blocks) == OK);
    }
    struct check_report report;
    struct territory territory = { .code = "FR", .tax_permille = -1, .price_minor = -1 };
    struct check_question q = {
        .territory = &territory, .at = { 1373846400000000 }, .n_laws = n_laws, .laws = laws
    };
    assert(check_territory(arena, &q, &report) == OK);
    assert(!report.is_ready); /* nothing to show */
    arena_destroy(&arena);
    return 0;
}
