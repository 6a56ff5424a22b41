#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "driver/json/reader.h"

static struct json_fault fault;

static struct json_document *read_text(const char *text)
{
    struct json_document *document = NULL;
    assert_int_equal(json_document_read(text, strlen(text), &document, &fault), OK);
    return document;
}

static void refused(const void *bytes, size_t n, const char *why)
{
    struct json_document *document = NULL;
    assert_int_equal(json_document_read(bytes, n, &document, &fault), ERR_MALFORMED);
    assert_null(document);
    assert_non_null(strstr(fault.text, why));
}

static void what_is_not_one_strict_object_is_refused(void **state)
{
    (void)state;
    static const struct {
        const char *text, *why;
    } rows[] = {
        { "", "no JSON object" },
        { "x", "not JSON" },
        { "[]", "not an object" },
        { "{\"a\":1,\"a\":2}", "not JSON" },
        { "{\"a\":1}x", "not JSON" },
        { "{\"a\":\"\xff\"}", "not JSON" },
        { "{\"a\":\"\\ud800\"}", "not JSON" },
        { "{\"a\":\"\\u0000\"}", "not JSON" },
        { "{\"a\":01}", "not JSON" },
        { "{\"a\":1e999}", "not JSON" },
        { "{\"a\":99999999999999999999}", "not JSON" },
        { "{'a':1}", "not JSON" },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        refused(rows[i].text, strlen(rows[i].text), rows[i].why);
    refused("{\"a\":1}\0", 8, "not JSON");
}

static void depth_ends_at_sixteen(void **state)
{
    (void)state;
    char text[128];
    for (int depth = 15; depth <= 17; depth++) {
        char *at = text;
        memcpy(at, "{\"a\":", 5);
        at += 5;
        for (int i = 1; i < depth; i++)
            *at++ = '[';
        for (int i = 1; i < depth; i++)
            *at++ = ']';
        at[0] = '}';
        at[1] = 0;
        struct json_document *document = NULL;
        enum err err = json_document_read(text, strlen(text), &document, &fault);
        assert_int_equal(err, depth <= JSON_READ_DEPTH_MAX ? OK : ERR_MALFORMED);
        json_document_destroy(&document);
    }
    size_t n = 1000000;
    char *deep = malloc(n);
    memset(deep, '[', n);
    refused(deep, n, "too deeply");
    free(deep);
}

static void fields_come_out_as_their_types(void **state)
{
    (void)state;
    struct json_document *d = read_text("{\"t\":\"x\",\"w\":-3,\"n\":2.5,\"b\":true,\"z\":null,"
                                        "\"l\":[\"p\",\"q\"],\"o\":[{\"i\":1}]}");
    struct json_reader o = json_reader_of(d, &fault);
    int64_t whole = 0;
    double number = 0;
    bool flag = false;
    struct json_list list;
    assert_string_equal(json_read_text(&o, "t", JSON_REQUIRED, 1, 1), "x");
    assert_true(json_read_whole(&o, "w", JSON_REQUIRED, -3, -3, &whole));
    assert_int_equal(whole, -3);
    assert_true(json_read_number(&o, "n", JSON_REQUIRED, 0, 3, &number));
    assert_true(number > 2.4 && number < 2.6);
    assert_true(json_read_bool(&o, "b", JSON_REQUIRED, &flag));
    assert_true(flag);
    assert_true(json_read_has(&o, "z"));
    assert_null(json_read_text(&o, "z", JSON_OPTIONAL, 1, 9));
    assert_false(json_read_has(&o, "absent"));
    assert_true(json_read_list(&o, "l", JSON_REQUIRED, 2, &list));
    assert_string_equal(json_read_list_text(&list, 1, 1, 9), "q");
    assert_true(json_read_list(&o, "o", JSON_REQUIRED, 2, &list));
    struct json_reader inner = json_read_list_object(&list, 0);
    assert_true(json_read_whole(&inner, "i", JSON_REQUIRED, 0, 9, &whole));
    json_read_end(&inner);
    json_read_end(&o);
    assert_false(json_read_failed(&o));
    json_document_destroy(&d);
    json_document_destroy(&d);
}

enum kind { TEXT, WHOLE, NUMBER, BOOL, LIST, TEXTS, OBJECTS, OBJECT };

/* Asks for the field "f" as that kind and says which field is wrong. */
static const char *wrong_field(const char *text, enum kind kind)
{
    struct json_document *d = read_text(text);
    struct json_reader o = json_reader_of(d, &fault);
    struct json_list list = { 0 };
    int64_t whole;
    double number;
    bool flag;
    switch (kind) {
    case TEXT: (void)json_read_text(&o, "f", JSON_REQUIRED, 2, 4); break;
    case WHOLE: (void)json_read_whole(&o, "f", JSON_REQUIRED, 2, 4, &whole); break;
    case NUMBER: (void)json_read_number(&o, "f", JSON_REQUIRED, 2, 4, &number); break;
    case BOOL: (void)json_read_bool(&o, "f", JSON_REQUIRED, &flag); break;
    case OBJECT: {
        struct json_reader inner = json_read_object(&o, "f", JSON_REQUIRED);
        (void)json_read_text(&inner, "g", JSON_REQUIRED, 1, 9);
        json_read_end(&inner);
        break;
    }
    default: (void)json_read_list(&o, "f", JSON_REQUIRED, 2, &list);
    }
    for (size_t i = 0; i < list.n && kind == TEXTS; i++)
        (void)json_read_list_text(&list, i, 1, 9);
    for (size_t i = 0; i < list.n && kind == OBJECTS; i++) {
        struct json_reader inner = json_read_list_object(&list, i);
        (void)json_read_text(&inner, "g", JSON_REQUIRED, 1, 9);
        json_read_end(&inner);
    }
    json_read_end(&o);
    json_document_destroy(&d);
    return fault.text[0] != 0 ? fault.field : NULL;
}

static void the_field_that_is_wrong_is_named(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        enum kind kind;
        const char *field;
    } rows[] = {
        { "{}", TEXT, "f" },
        { "{\"f\":null}", TEXT, "f" },
        { "{\"f\":\"x\"}", TEXT, "f" },
        { "{\"f\":\"xx\"}", TEXT, NULL },
        { "{\"f\":\"xxxxx\"}", TEXT, "f" },
        { "{\"f\":7}", TEXT, "f" },
        { "{\"f\":\"xx\",\"other\":1}", TEXT, "other" },
        { "{\"f\":1}", WHOLE, "f" },
        { "{\"f\":2}", WHOLE, NULL },
        { "{\"f\":4}", WHOLE, NULL },
        { "{\"f\":5}", WHOLE, "f" },
        { "{\"f\":2.0}", WHOLE, "f" },
        { "{\"f\":\"2\"}", WHOLE, "f" },
        { "{\"f\":4.1}", NUMBER, "f" },
        { "{\"f\":3}", NUMBER, NULL },
        { "{\"f\":true}", NUMBER, "f" },
        { "{\"f\":1}", BOOL, "f" },
        { "{\"f\":{}}", LIST, "f" },
        { "{\"f\":[1,2,3]}", LIST, "f" },
        { "{\"f\":[\"a\",2]}", TEXTS, "f[1]" },
        { "{\"f\":{\"g\":\"a\"}}", OBJECT, NULL },
        { "{\"f\":null}", OBJECT, "f" },
        { "{\"f\":[{\"g\":\"a\"}]}", OBJECT, "f" },
        { "{\"f\":{}}", OBJECT, "f.g" },
        { "{\"f\":{\"g\":\"a\",\"h\":1}}", OBJECT, "f.h" },
        { "{\"f\":[{\"g\":\"a\"},{}]}", OBJECTS, "f[1].g" },
        { "{\"f\":[{\"g\":\"a\"},[]]}", OBJECTS, "f[1]" },
        { "{\"f\":[{\"g\":\"a\",\"h\":1}]}", OBJECTS, "f[0].h" },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const char *field = wrong_field(rows[i].text, rows[i].kind);
        if (rows[i].field == NULL)
            assert_null(field);
        else
            assert_string_equal(field, rows[i].field);
    }
}

static void the_first_fault_stays_and_later_reads_give_nothing(void **state)
{
    (void)state;
    struct json_document *d = read_text("{\"a\":1,\"b\":\"x\"}");
    struct json_reader o = json_reader_of(d, &fault);
    assert_null(json_read_text(&o, "a", JSON_REQUIRED, 1, 9));
    assert_null(json_read_text(&o, "b", JSON_REQUIRED, 1, 9));
    assert_false(json_read_has(&o, "b"));
    json_read_wrong(&o, "b", "never seen");
    json_read_end(&o);
    assert_string_equal(fault.field, "a");
    assert_string_equal(fault.text, "must be a text");
    json_document_destroy(&d);
}

static void a_long_foreign_name_is_shown_cut_between_characters(void **state)
{
    (void)state;
    char name[81] = { 0 }, text[128];
    for (int i = 0; i < 80; i += 2)
        memcpy(name + i, "\xc3\xa9", 2);
    snprintf(text, sizeof text, "{\"%s\":1}", name);
    struct json_document *d = read_text(text);
    struct json_reader o = json_reader_of(d, &fault);
    json_read_end(&o);
    assert_int_equal(strlen(fault.field), 46);
    json_document_destroy(&d);
}

/* Every file of the JSON Parsing Test Suite: y_ must be read (when it is an object), n_ refused. */
static void the_public_test_suite_agrees(void **state)
{
    (void)state;
    const char *shared = getenv("LANTERNE_SHARED");
    char path[1024];
    snprintf(path, sizeof path, "%s/corpora/json-nst/test_parsing", shared ? shared : "");
    DIR *dir = opendir(path);
    if (dir == NULL) {
        print_message("skipped: no JSON test suite at %s\n", path);
        return;
    }
    static char bytes[300000];
    unsigned seen = 0;
    for (struct dirent *e; (e = readdir(dir)) != NULL;) {
        char name[2048];
        snprintf(name, sizeof name, "%s/%s", path, e->d_name);
        FILE *f = e->d_name[1] == '_' ? fopen(name, "rb") : NULL;
        if (f == NULL)
            continue;
        size_t n = fread(bytes, 1, sizeof bytes, f);
        fclose(f);
        struct json_document *d = NULL;
        enum err err = json_document_read(bytes, n, &d, &fault);
        json_document_destroy(&d);
        seen++;
        if (e->d_name[0] == 'n' && err == OK)
            fail_msg("%s was read", e->d_name);
        bool ours = strstr(fault.text, "not an object") != NULL;
        /* Stricter than RFC 8259, which lets keys come twice and NUL be escaped. */
        bool strict = strstr(e->d_name, "escaped_null") || strstr(e->d_name, "duplicated");
        if (e->d_name[0] == 'y' && err != OK && !ours && !strict && bytes[0] == '{')
            fail_msg("%s was refused: %s", e->d_name, fault.text);
    }
    closedir(dir);
    assert_true(seen > 100);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_not_one_strict_object_is_refused),
        cmocka_unit_test(depth_ends_at_sixteen),
        cmocka_unit_test(fields_come_out_as_their_types),
        cmocka_unit_test(the_field_that_is_wrong_is_named),
        cmocka_unit_test(the_first_fault_stays_and_later_reads_give_nothing),
        cmocka_unit_test(a_long_foreign_name_is_shown_cut_between_characters),
        cmocka_unit_test(the_public_test_suite_agrees),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
