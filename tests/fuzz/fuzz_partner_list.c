#include <assert.h>
#include <string.h>

#include "service/partner/partner.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

/* What was read can be written and read again, and then has no difference to itself. */
static void check_rows(struct arena *arena, const struct partner_row *rows, size_t n, civil_day day)
{
    struct buf out;
    struct partner_row *again;
    size_t n_again;
    civil_day said = day;
    struct partner_list_problem why;
    buf_init(&out, 1024 * 1024);
    partner_list_write(rows, n, day, &out);
    if (out.err == OK) {
        enum err err = partner_list_read(arena, (const char *)out.data, out.size, &again, &n_again,
                                         &said, &why);
        assert(err == OK && n_again == n && (n == 0 || said.days == day.days));
        for (size_t i = 0; i < n; i++) {
            assert(strcmp(rows[i].account, again[i].account) == 0);
            assert(strcmp(rows[i].id, again[i].id) == 0);
            assert(rows[i].state == again[i].state);
            assert(rows[i].price.minor == again[i].price.minor);
        }
    }
    buf_finish(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    struct arena *arena = arena_create();
    struct partner_row *rows = NULL;
    struct partner_difference *differences;
    struct partner_list_problem why = { .line = 0 };
    size_t n_rows = 0, n_differences;
    civil_day day = { 20000 };
    enum err err = partner_list_read(arena, (const char *)bytes, n, &rows, &n_rows, &day, &why);
    assert(err == OK || (err == ERR_MALFORMED && why.line > 0 && why.text[0] != 0));
    if (err == OK && n_rows < 1000) {
        check_rows(arena, rows, n_rows, day);
        partner_reconcile(arena, rows, n_rows, rows, n_rows, &differences, &n_differences);
        partner_reconcile(arena, rows, n_rows, NULL, 0, &differences, &n_differences);
        assert(n_differences <= n_rows);
    }
    arena_destroy(&arena);
    return 0;
}
