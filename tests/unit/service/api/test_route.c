#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "service/api/route.h"

#define ID "abcdefghijklmnopqrstuvwxyz"

static void a_path_is_found_with_what_stands_in_its_hole(void **state)
{
    (void)state;
    static const struct {
        const char *path, *id; /* id NULL: no such route */
    } rows[] = {
        { "/api/v1/titles", "" },
        { "/api/v1/titles/" ID, ID },
        { "/api/v1/titles/" ID "/", NULL },
        { "/api/v1/titles/FR", NULL },
        { "/api/v1/console/territories/FR/check", "FR" },
        { "/api/v1/console/territories/fr/check", NULL },
        { "/api/v1/console/territories/F1/check", NULL },
        { "/api/v1/console/territories/FRA/check", NULL },
        { "/api/v1/console/territories//check", NULL },
        { "/api/v1/console/territories/FR/checks", NULL },
        { "/api/v1/console/territories/" ID "/check", NULL },
        { "/api/v1/console/productions/" ID, ID },
        { "/api/v1/me/device-codes/BCDF-GHJK", "BCDF-GHJK" },
        { "/api/v1/me/device-codes/bcdf ghjk", "bcdf ghjk" },
        { "/api/v1/me/device-codes/" ID, ID },
        { "/api/v1/me/device-codes/" ID "x", NULL },
        { "/api/v1/me/device-codes/", NULL },
        { "/api/v1/me/device-codes", NULL },
        { "/api/v1/me/device-codes/BCDF/GHJK", NULL },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char id[ID_TEXT], allow[ROUTE_ALLOW_MAX];
        const struct api_route *route = route_find(HTTP_GET, rows[i].path, id, allow);
        assert_int_equal(route != NULL, rows[i].id != NULL);
        assert_string_equal(id, rows[i].id != NULL ? rows[i].id : "");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_path_is_found_with_what_stands_in_its_hole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
