#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "format/form/form.h"

static void forms_are_read_as_objects(void **state)
{
    (void)state;
    static const struct {
        const char *form, *json; /* NULL: refused */
    } rows[] = {
        { "", "{}" },
        { "&&&", "{}" },
        { "a=b", "{\"a\":\"b\"}" },
        { "client=lanterne-box&version=1.0", "{\"client\":\"lanterne-box\",\"version\":\"1.0\"}" },
        { "name=Living+room%21", "{\"name\":\"Living room!\"}" },
        { "a=%2B%26%3d%25", "{\"a\":\"+&=%\"}" },
        { "a=b=c", "{\"a\":\"b=c\"}" },
        { "a=%c3%A9", "{\"a\":\"\303\251\"}" },
        { "a=\303\251", "{\"a\":\"\303\251\"}" },
        { "a%20b=c", "{\"a b\":\"c\"}" },
        /* without a value: as if it were not there */
        { "a=&b=c", "{\"b\":\"c\"}" },
        { "a&b=c", "{\"b\":\"c\"}" },
        /* twice: for the reader of the JSON to refuse */
        { "a=b&a=c", "{\"a\":\"b\",\"a\":\"c\"}" },
        { "a=%22%5C%0a", "{\"a\":\"\\\"\\\\\\n\"}" },
        { "=b", NULL },
        { "%=b", NULL },
        { "a=%", NULL },
        { "a=%2", NULL },
        { "a=%g0", NULL },
        { "a=%0g", NULL },
        { "a=%ff", NULL },
        { "a=%00", NULL },
        { "%00=a", NULL },
        { "a=\xff", NULL },
        { "a=%ed%a0%80", NULL },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct buf out;
        buf_init(&out, 4096);
        buf_text(&out, "<");
        enum err err = form_to_json(rows[i].form, strlen(rows[i].form), &out);
        assert_int_equal(err, rows[i].json != NULL ? OK : ERR_MALFORMED);
        assert_string_equal(buf_string(&out) + 1, rows[i].json != NULL ? rows[i].json : "");
        buf_finish(&out);
    }
}

static void a_form_has_a_limit_of_fields(void **state)
{
    (void)state;
    char form[4 * (FORM_FIELDS_MAX + 1)];
    for (size_t i = 0; i <= FORM_FIELDS_MAX; i++)
        memcpy(form + 4 * i, "a=b&", 4);
    struct buf out;
    buf_init(&out, 4096);
    assert_int_equal(form_to_json(form, 4 * FORM_FIELDS_MAX, &out), OK);
    buf_clear(&out);
    assert_int_equal(form_to_json(form, sizeof form, &out), ERR_MALFORMED);
    buf_finish(&out);
}

static void a_buffer_that_is_full_is_told(void **state)
{
    (void)state;
    struct buf out;
    buf_init(&out, 5);
    assert_int_equal(form_to_json("a=b", 3, &out), ERR_FULL);
    buf_finish(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(forms_are_read_as_objects),
        cmocka_unit_test(a_form_has_a_limit_of_fields),
        cmocka_unit_test(a_buffer_that_is_full_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
