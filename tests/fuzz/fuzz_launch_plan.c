#include <assert.h>
#include <math.h>
#include <stdint.h>
#include <string.h>

#include "base/text.h"
#include "service/launch/launch.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    struct arena *arena = arena_create();
    struct launch_csv_problem why;
    struct plan_candidate *c;
    struct plan_row *rows;
    size_t n_rows;
    if (launch_plan_read(arena, (const char *)bytes, n, &c, &n_rows, &why) != OK) {
        assert(why.line > 0 && why.text[0] != 0);
        arena_destroy(&arena);
        return 0;
    }
    assert(n_rows > 0 && n_rows <= LAUNCH_PLAN_ROWS_MAX);
    for (size_t i = 0; i < n_rows; i++) {
        assert(territory_facts(c[i].code) != NULL);
        assert(isfinite(c[i].broadband_homes) && c[i].broadband_homes >= 0);
        assert(isfinite(c[i].price_level) && c[i].price_level >= 0);
        assert(isfinite(c[i].cost) && c[i].cost >= 0);
        assert(text_is_language(c[i].language, strlen(c[i].language)));
    }
    assert(plan_rank(arena, c, n_rows, &plan_weights_default, &rows) == OK);
    for (size_t i = 0; i < n_rows; i++)
        assert(rows[i].score >= 0 && rows[i].score <= 1.000001);
    arena_destroy(&arena);
    return 0;
}
